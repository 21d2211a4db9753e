import {readFileSync} from 'node:fs';
import type {Event} from './run-program.ts';

/**
What a person found in a project by hand: rule, `file:line`, and verdict. `T` must be found, `F` must not be found, and `D` is a
matter of opinion that does not count. The rule `*` is any rule.
*/
type Expected = readonly [rule: string, place: string, verdict: 'T' | 'F' | 'D'];

export type Judged = {
	readonly right: readonly string[];
	readonly wrong: readonly string[];
	readonly missed: readonly string[];
	/** Found, and a matter of opinion. */
	readonly debatable: readonly string[];
	/** Found, and in no table: a person has to look at it. */
	readonly unjudged: readonly string[];
};

const table: Readonly<Record<string, readonly Expected[]>> = JSON.parse(
	readFileSync(new URL('findings.json', import.meta.url), 'utf8'),
);

/** Compares what doctor found with what is there. Each rule counts once for a line. */
export function judgeDoctor(project: string, found: readonly string[]): Judged {
	const expected = table[project] ?? [];
	const isIn = (verdict: string) => (place: string) =>
		expected.some(([rule, where, each]) => each === verdict && isSame(rule, where, place));
	const places = [...new Set(found)];
	const wanted = expected.filter(([, , verdict]) => verdict === 'T');
	return {
		right: places.filter(isIn('T')),
		wrong: places.filter(isIn('F')),
		missed: wanted
			.filter(([rule, where]) => !places.some(place => isSame(rule, where, place)))
			.map(([rule, where]) => `${rule} ${where}`),
		debatable: places.filter(isIn('D')),
		unjudged: places.filter(place => !['T', 'F', 'D'].some(verdict => isIn(verdict)(place))),
	};
}

const isSame = (rule: string, where: string, place: string): boolean =>
	rule === '*' ? place.endsWith(` ${where}`) : `${rule} ${where}` === place;

/** Returns `rule file:line` of each problem; hints are advice, and no verdict. */
export function listPlaces(events: readonly Event[]): readonly string[] {
	return events
		.filter(
			({type, status}) => type === 'check-changed' && (status === 'wrong' || status === 'could-not-tell'),
		)
		.map(({id = '', detail = ''}) => `${id} ${/^\S+?(?::\d+)?(?=:? )/.exec(detail)?.[0] ?? ''}`);
}

const columns = ['right', 'wrong', 'debatable', 'missed', 'unjudged'] as const;

/** Returns a table of how often each rule was right, as lines of text. */
export function describeRules(judged: readonly Judged[]): readonly string[] {
	const all = judged.flatMap(each =>
		columns.flatMap(column => each[column].map(place => [place.replace(/ .*/s, ''), column] as const)),
	);
	const count = (id: string, column: string) =>
		all.filter(([rule, verdict]) => rule === id && verdict === column).length;
	const ids = [...new Set(all.map(([id]) => id))].sort();
	return [
		`rule${' '.repeat(26)}${columns.join('  ')}`,
		...ids.map(id =>
			[id.padEnd(28), ...columns.map(column => String(count(id, column)).padStart(column.length))].join('  '),
		),
	];
}
