import {exitCodes} from '../core/errors/codes.ts';
import type {Plan} from '../core/plan/plan.ts';
import type {Situation} from '../core/questions/question.ts';
import {type RunState, reduceRun, startRun} from '../core/session/run-state.ts';
import {buildReport} from '../core/verify/report.ts';
import {runPlan} from '../engine/run.ts';
import {createStop} from '../engine/stop.ts';
import {defaultWaitMs, judgeProof, type Proof} from '../engine/verify.ts';
import type {Bench} from '../run/wizard/bench.ts';
import {makeTools, rememberAccount} from '../setup/prepare.ts';

/**
Runs the plan with the screen following every event.

@returns The exit code. @throws {Failure} The first one in plan order.
*/
export async function runShown(bench: Bench, plan: Plan, situation: Situation): Promise<number> {
	const {context, workshop, desk} = bench;
	rememberAccount(workshop, situation.email, plan);
	const startedAtMs = desk.session.now();
	let run: RunState = startRun(startedAtMs);
	let lease: {readonly machineId: string; readonly untilMs: number} | undefined;
	const stop = createStop();
	const show = () => desk.show({kind: 'running', run, isStopping: stop.soft.aborted, lease});
	let clearLease = () => {};
	const unlisten = desk.onIntent(intent => {
		if (intent.type === 'interrupted' || intent.type === 'quit') {
			stop.interrupt();
			show();
		}

		if (intent.type === 'cleared-lease') clearLease();
	});
	const tools = makeTools(workshop, stop, {
		onLease(now) {
			lease = now;
			show();
		},
		whenLeaseCleared: signal =>
			new Promise(resolve => {
				clearLease = resolve;
				signal.addEventListener('abort', () => {
					clearLease = () => {};
				});
			}),
	});
	try {
		const events = runPlan(plan, context.lists.checks, tools, context.options.waitMs ?? defaultWaitMs);
		let next = await events.next();
		while (!next.done) {
			run = reduceRun(run, next.value, desk.session.now());
			show();
			next = await events.next();
		}

		return finish(bench, plan, next.value, run);
	} finally {
		unlisten();
		stop.dispose();
	}
}

function finish({desk}: Bench, plan: Plan, proof: Proof, run: RunState): number {
	const seconds = Math.round((desk.session.now() - run.startedAtMs) / 1000);
	const report = buildReport(plan.context, proof, seconds);
	desk.show({kind: 'done', report, run});
	return exitCodes[judgeProof(proof)];
}
