import {expect, test} from 'vitest';
import {type RunState, type StepState, startRun} from '../../../source/core/session/run-state.ts';
import {estimateProgress} from '../../../source/core/session/time-left.ts';

const step = (id: string, status: StepState['status'], more: Partial<StepState> = {}): StepState => ({
	...{id, title: id, status, seconds: undefined, startedAtMs: undefined, note: undefined},
	...more,
});
const left = (steps: readonly StepState[], nowMs = 0) => {
	const state: RunState = startRun(0, {
		app: {seconds: 5, needs: []},
		bucket: {seconds: 10, needs: ['app']},
		deploy: {seconds: 300, needs: ['app']},
	});
	return estimateProgress({...state, steps}, nowMs)?.secondsLeft;
};

test('the time left is that of the longest chain, since steps run at the same time', () => {
	expect(left([step('app', 'waiting'), step('bucket', 'waiting'), step('deploy', 'waiting')])).toBe(305);
	expect(left([step('app', 'done'), step('bucket', 'waiting'), step('deploy', 'done')])).toBe(10);
	expect(left([step('app', 'done'), step('deploy', 'already-done')])).toBeUndefined();
});

test('a running step has less left, and one that takes longer than usual is never about to end', () => {
	const running = (more: Partial<StepState>, nowMs: number) =>
		left([step('deploy', 'running', {startedAtMs: 0, ...more})], nowMs);
	expect(running({}, 100_000)).toBe(200);
	expect(running({}, 900_000)).toBe(30);
	// Half of it took 300 s, twice as long as usual: between what that and what the usual time tells.
	expect(running({share: 0.5}, 300_000)).toBe(225);
});
