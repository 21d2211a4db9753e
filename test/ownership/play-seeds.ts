import {playSeed, type Result} from './search.ts';

type Share = {
	readonly seed: number;
	/** How many histories all processes play together. */
	readonly count: number;
	readonly which: number;
	readonly of: number;
	readonly untilMs: number;
};

/** Histories of one kind of defect to shorten, each within a second or two. */
const maxOfKind = 2;

/** Plays every n-th history from a seed on. */
export async function playSeeds(
	{seed, count, which, of, untilMs}: Share,
	report: (result: Result) => void,
): Promise<void> {
	const found = new Map<string, number>();
	for (let at = which; at < count && Date.now() < untilMs; at += of) {
		const known = [...found].filter(([, times]) => times >= maxOfKind).map(([kind]) => kind);
		const result = await playSeed(seed + at, new Set(known));
		if (result.kind !== undefined) found.set(result.kind, (found.get(result.kind) ?? 0) + 1);
		report(result);
	}
}
