import type {Trap, TrapFinding} from './doctor/rule.ts';
import type {TrapFacts} from './trap/trap-facts.ts';

export type FoundTrap = {readonly trap: Trap; readonly finding: TrapFinding};

/** Every finding of every trap, file by file, in the order of the lines. */
export function findTraps(traps: readonly Trap[], facts: TrapFacts): readonly FoundTrap[] {
	const found = traps.flatMap(trap => trap.find(facts).map(finding => ({trap, finding})));
	const paths = [...new Set(found.map(({finding}) => finding.path))];
	return paths.flatMap(path =>
		found
			.filter(({finding}) => finding.path === path)
			.sort((left, right) => (left.finding.line ?? 0) - (right.finding.line ?? 0)),
	);
}
