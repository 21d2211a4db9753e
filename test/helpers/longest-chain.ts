import type {JsonEvent} from './rehearsal.ts';

/** Steps that change the app's secrets wait for one another. */
const secretSteps = new Set(['create-bucket', 'set-secrets', 'set-storage-secrets']);

type StepTimes = {
	readonly id: string;
	readonly startedAt: number;
	readonly endedAt: number;
	readonly seconds: number;
};

/**
Finds the longest chain of needs and locks in a run's events, and the time from the first step's start
to the last one's end. A step that takes a lock follows the one that had it before.
*/
export function findLongestChain(events: readonly JsonEvent[]): {
	readonly chainSeconds: number;
	readonly elapsedSeconds: number;
	/** The time all steps would take one after another. */
	readonly sumSeconds: number;
} {
	const plan = events.find(({type}) => type === 'plan-made')?.steps ?? [];
	const steps = plan.map(({id}) => readTimes(id, events)).sort((a, b) => a.startedAt - b.startedAt);
	const ends = new Map<string, number>();
	let lockEnd = 0;
	for (const {id, seconds} of steps) {
		const needs = plan.find(step => step.id === id)?.needs ?? [];
		const before = Math.max(0, ...needs.map(need => ends.get(need) ?? 0), secretSteps.has(id) ? lockEnd : 0);
		ends.set(id, before + seconds);
		if (secretSteps.has(id)) lockEnd = before + seconds;
	}

	const first = Math.min(...steps.map(({startedAt}) => startedAt));
	const last = Math.max(...steps.map(({endedAt}) => endedAt));
	return {
		chainSeconds: Math.max(...ends.values()),
		elapsedSeconds: (last - first) / 1000,
		sumSeconds: steps.reduce((sum, {seconds}) => sum + seconds, 0),
	};
}

function readTimes(id: string, events: readonly JsonEvent[]): StepTimes {
	const own = events.filter(event => event.type === 'step-changed' && event.id === id);
	const start = own.find(({status}) => status === 'looking');
	const end = own.find(({status}) => status === 'done' || status === 'already-done');
	if (!start || end?.seconds === undefined) throw new Error(`${id} has no start or no end.`);
	return {id, startedAt: Date.parse(start.at), endedAt: Date.parse(end.at), seconds: end.seconds};
}
