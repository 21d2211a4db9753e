import type {Cli, Project} from '../core/command/context.ts';
import {type ExitName, exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Plan} from '../core/plan/plan.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import type {Run} from '../core/run/ports.ts';
import {type RunState, reduceRun, startRun} from '../core/session/run-state.ts';
import type {UserAction} from '../core/session/session.ts';
import {buildReport} from '../core/verify/report.ts';
import {listExisting} from '../engine/inventory.ts';
import {runPlan} from '../engine/run.ts';
import {createStop} from '../engine/stop.ts';
import {defaultWaitMs, toExit, type VerifyResult} from '../engine/verify.ts';
import {preflight} from '../setup/preflight.ts';
import type {Controller} from './controller.ts';

/**
Runs the plan and shows every event on the screen.

@returns The exit code. @throws {Failure} The first one in plan order.
*/
export async function runShown(
	{options, registry}: Pick<Cli, 'options' | 'registry'>,
	project: Project,
	controller: Controller,
	plan: Plan,
): Promise<number> {
	const startedAtMs = controller.now();
	let run: RunState = startRun(startedAtMs);
	let lease: {readonly machineId: string; readonly untilMs: number} | undefined;
	const stop = createStop();
	const show = () => controller.show({kind: 'running', run, isStopping: stop.graceful.aborted, lease});
	let clearLease = () => {};
	const unlisten = controller.onAction(action => {
		if (action.type === 'interrupted' || action.type === 'quit') {
			stop.interrupt();
			show();
		}

		if (action.type === 'cleared-lease') clearLease();
	});
	const held: Run['lease'] = {
		onHeld(now) {
			lease = now;
			show();
		},
		whenCleared: signal =>
			new Promise(resolve => {
				clearLease = resolve;
				signal.addEventListener('abort', () => {
					clearLease = () => {};
				});
			}),
	};
	const emit: Run['emit'] = event => {
		run = reduceRun(run, event, controller.now());
		show();
	};
	try {
		const waiting = {waitMs: options.waitMs ?? defaultWaitMs};
		const results = await runPlan(plan, registry.checks, project, {emit, stop, lease: held, waiting});
		return finish(controller, plan, results, run);
	} finally {
		unlisten();
	}
}

function finish(controller: Controller, plan: Plan, results: VerifyResult, run: RunState): number {
	const seconds = Math.round((controller.now() - run.startedAtMs) / 1000);
	const report = buildReport(plan.context, results, seconds);
	controller.show({kind: 'done', report, run});
	return exitCodes[toExit(results)];
}

/** Shows what happened, what exists now, and what to do. @returns What the person chooses. */
export async function showFailure(
	{readers, questions}: Pick<Project, 'readers' | 'questions'>,
	controller: Controller,
	failure: Failure,
	app: string | undefined,
): Promise<UserAction> {
	const exists = failure.exists.length > 0 ? failure.exists : app ? await listExisting(readers, {app}) : [];
	showFailed(controller, questions, failure, exists);
	return controller.next(['retried', 'changed-answer', 'quit', 'interrupted']);
}

/** Shows a failure, together with the run it ended, if any. */
function showFailed(
	controller: Controller,
	questions: readonly Question[],
	failure: Failure,
	exists: readonly string[],
): void {
	const {screen} = controller.getState();
	const run = 'run' in screen ? screen.run : startRun(controller.now());
	const failed = run.steps.find(({status}) => status === 'failed');
	controller.show({
		kind: 'failed',
		run,
		failure: {
			title: failed ? `${failed.title} failed` : 'Cannot continue',
			code: failure.code,
			happened: failure.message,
			exists,
			hint: failure.hint,
			questionId: failure.questionId ?? questions.find(({fixes}) => fixes?.includes(failure.code))?.id,
			canRetry: true,
		},
	});
}

/** Runs the preflight, as often as the person retries it, for example after logging in. */
export async function preflightScreen(
	cli: Cli,
	project: Project,
	controller: Controller,
): Promise<AnswerState | {readonly exit: ExitName}> {
	while (true) {
		const leaving = waitForLeaving(controller);
		try {
			const reading = preflight(cli, project, items => controller.show({kind: 'looking', items}));
			// A person who leaves does not wait for a slow network.
			const state = await Promise.race([reading, leaving.left]);
			return state ?? {exit: 'interrupted'};
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			showFailed(controller, [], error, []);
			const action = await controller.next(['retried', 'quit', 'interrupted']);
			if (action.type === 'retried') continue;
			cli.say(`${error.message}\n${error.hint}`);
			return {exit: error.exit};
		} finally {
			leaving.forget();
		}
	}
}

function waitForLeaving(controller: Controller): {readonly left: Promise<undefined>; forget(): void} {
	let forget = () => {};
	const left = new Promise<undefined>(resolve => {
		forget = controller.onAction(({type}) => {
			if (type === 'quit' || type === 'interrupted') resolve(undefined);
		});
	});
	return {left, forget: () => forget()};
}
