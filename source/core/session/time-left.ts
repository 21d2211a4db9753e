import type {RunState, StepState} from './run-state.ts';

/**
Estimates how many seconds the steps still take, along the longest chain, and how much of the run is over, from 0 to 1.

@param nowMs - The run's clock for waits and durations.
@returns `undefined` once no step is left.
*/
export function estimateProgress(
	{startedAtMs, steps, expected = {}}: RunState,
	nowMs: number,
): {readonly secondsLeft: number; readonly share: number} | undefined {
	const open = new Map(steps.filter(isOpen).map(step => [step.id, step]));
	if (open.size === 0) return undefined;
	const known = new Map<string, number>();
	const ends = (id: string): number => {
		const step = open.get(id);
		if (!step) return 0;
		const found = known.get(id);
		if (found !== undefined) return found;
		const needs = expected[id]?.needs ?? [];
		const seconds = Math.max(0, ...needs.map(ends)) + estimateStep(step, expected[id]?.seconds ?? 0, nowMs);
		known.set(id, seconds);
		return seconds;
	};
	const secondsLeft = Math.max(...[...open.keys()].map(ends));
	const elapsed = Math.max(0, (nowMs - startedAtMs) / 1000);
	return {secondsLeft, share: elapsed / Math.max(1, elapsed + secondsLeft)};
}

const isOpen = ({status}: StepState): boolean => ['waiting', 'looking', 'running'].includes(status);

/** From this share on, what a step took until now tells as much as what it usually takes. */
const tellingShare = 0.25;

/** A step that takes longer than usual is never about to end: this much of its usual time remains. */
const overdueShare = 0.1;

function estimateStep({startedAtMs, share = 0}: StepState, usual: number, nowMs: number): number {
	if (startedAtMs === undefined) return usual;
	const elapsed = Math.max(0, (nowMs - startedAtMs) / 1000);
	return share < tellingShare
		? Math.max(usual - elapsed, usual * overdueShare)
		: ((usual + elapsed / share) / 2) * (1 - share);
}
