import type {Cli, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import type {Plan} from '../core/plan/plan.ts';
import type {Run} from '../core/run/ports.ts';
import {type ExpectedSteps, type RunState, reduceRun, startRun} from '../core/session/run-state.ts';
import {buildReport} from '../core/verify/report.ts';
import {runPlan} from '../engine/run.ts';
import {createStop} from '../engine/stop.ts';
import {defaultWaitMs, toExit, type VerifyResult} from '../engine/verify.ts';
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
	let run: RunState = startRun(startedAtMs, expectSteps(plan, project.journal.read().took));
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
		return finish(controller, project, plan, results, run);
	} finally {
		unlisten();
	}
}

/** Expects of each step what it took last time in this project, or else what it usually takes. */
function expectSteps({steps}: Plan, took: Readonly<Record<string, number>> = {}): ExpectedSteps {
	return Object.fromEntries(
		steps.map(
			({
				step: {
					id,
					needs,
					usualSeconds: [from, to],
				},
				actions,
			}) => {
				const usual = Math.sqrt(Math.max(1, from) * to);
				return [id, {needs, seconds: actions.length > 0 ? (took[id] ?? usual) : 1}];
			},
		),
	);
}

function finish(
	controller: Controller,
	{isRehearsal}: Pick<Project, 'isRehearsal'>,
	plan: Plan,
	results: VerifyResult,
	run: RunState,
): number {
	const elapsedSeconds = Math.round((controller.now() - run.startedAtMs) / 1000);
	const report = buildReport(plan.context, results, {elapsedSeconds, isRehearsal});
	controller.show({kind: 'done', report, run});
	return exitCodes[toExit(results)];
}
