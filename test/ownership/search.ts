import fc from 'fast-check';
import type {History} from './history.ts';
import {play, type Verdict} from './play.ts';
import {randomHistory} from './random-history.ts';
import {shorten} from './shorten.ts';

/** What the history of a seed showed. */
export type Result = {
	readonly seed: number;
	readonly touched: number;
	readonly forgotten: number;
	/** What goes wrong first, without names. */
	readonly kind?: string;
	/** The shortest history that goes wrong in the same way, step by step. */
	readonly text?: string;
};

/**
Plays the history of a seed. If it goes wrong, shortens it as long as it goes wrong in the same way.

@param known - What went wrong often enough: is not shortened.
*/
export async function playSeed(seed: number, known: ReadonlySet<string> = new Set()): Promise<Result> {
	const [history] = fc.sample(randomHistory, {seed, numRuns: 1});
	if (!history) throw new Error('No history.');
	const first = await judge(history);
	const {kind} = first;
	const counts = {seed, touched: first.touched.length, forgotten: first.forgotten.length};
	if (kind === undefined) return counts;
	if (known.has(kind)) return {...counts, kind};
	const shortest = await shorten(history, async shorter => (await judge(shorter)).kind === kind);
	return {...counts, kind, text: show(shortest, await judge(shortest))};
}

type Judged = Verdict & {readonly kind: string | undefined};

async function judge(history: History): Promise<Judged> {
	try {
		const verdict = await play(history);
		return {...verdict, kind: nameKind(verdict)};
	} catch (error) {
		const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
		return {touched: [], forgotten: [], log: [words], kind: words.split('\n')[0]};
	}
}

function nameKind({touched: [touched], forgotten: [forgotten]}: Verdict): string | undefined {
	const [thing] = (touched ?? forgotten ?? '').split(' ');
	if (touched) return `${thing} ${/: (.* by fly \S+ \S+)/.exec(touched)?.[1]}`;
	return forgotten && `${thing} forgotten`;
}

const show = ({profile}: History, {log, touched, forgotten}: Verdict) =>
	[
		`  a ${profile} app`,
		...log.map((line, index) => `  ${index + 1}. ${line}`),
		...touched.map(each => `  touched: ${each}`),
		...forgotten.map(each => `  forgotten: ${each}`),
	].join('\n');
