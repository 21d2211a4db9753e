import type {Facts} from './read-facts.ts';

/** How often a reader was right about one fact. */
type Tally = {readonly fact: string; readonly right: number; readonly wrong: number; readonly untold: number};

export type JudgedFacts = {
	readonly tallies: readonly Tally[];
	/** `OWNER/NAME: fact: found, not expected`, of what is wrong or could not be told. */
	readonly differences: readonly string[];
};

/**
Compares what was read with what a person found. Facts that a reader leaves out are `untold`, and so is a health path that it
does not dare to name: none is added then.
*/
export function judgeFacts(
	expected: Readonly<Record<string, Facts>>,
	read: Readonly<Record<string, Facts>>,
): JudgedFacts {
	const cases = Object.entries(read).flatMap(([project, facts]) =>
		Object.entries(expected[project] ?? {}).map(([fact, value]) => {
			const found = facts[fact];
			const isUntold = found === undefined || (fact === 'health path' && found === null && value !== null);
			const isRight = JSON.stringify(found) === JSON.stringify(value);
			const verdict = isRight ? ('right' as const) : isUntold ? ('untold' as const) : ('wrong' as const);
			return {project, fact, verdict, found, value};
		}),
	);
	const names = [...new Set(cases.map(({fact}) => fact))];
	return {
		tallies: names.map(fact => {
			const count = (verdict: 'right' | 'wrong' | 'untold') =>
				cases.filter(each => each.fact === fact && each.verdict === verdict).length;
			return {fact, right: count('right'), wrong: count('wrong'), untold: count('untold')};
		}),
		differences: cases
			.filter(({verdict}) => verdict !== 'right')
			.map(
				({project, fact, found, value}) =>
					`${project}: ${fact}: ${JSON.stringify(found) ?? 'could not tell'}, not ${JSON.stringify(value)}`,
			),
	};
}
