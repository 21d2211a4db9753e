import type {TomlEdit} from '../fly-toml/document.ts';
import type {FileChange} from '../project/files.ts';
import type {DoctorFacts} from './facts.ts';

/** Something in the files that works today but causes trouble later, or causes it silently. */
export type Rule = {
	readonly id: string;
	/** As a fact: `PORT is not internal_port`. */
	readonly title: string;
	/** What happens if you leave it. */
	readonly why: string;
	/** `--fix` can fix some of its problems. */
	readonly isFixable?: true;
	/** Pure: from texts, for any texts at all. */
	check(facts: DoctorFacts): readonly Problem[];
};

export type Problem = {
	/** `wrong` is a problem. `hint` is advice, and `could-not-tell` what only running the code would show. */
	readonly status: 'wrong' | 'hint' | 'could-not-tell';
	/** Of a file of the project, or `secrets`. */
	readonly path: string;
	/** Counted from 1; undefined where no line is at fault. */
	readonly line?: number;
	/** What the file says, in a sentence. Never contains a value that could be a secret. */
	readonly message: string;
	/** What to do about it, in a sentence. */
	readonly fix: string;
	/** Absent where a person must decide. */
	readonly edit?: Fix;
};

/** How `--fix` fixes a problem: it changes only what is named here. */
export type Fix =
	| {readonly is: 'toml'; readonly edits: readonly TomlEdit[]}
	/** One line, without its ending; `becomes` undefined removes it. */
	| {readonly is: 'line'; readonly was: string; readonly becomes: string | undefined}
	/** Whole files, if no other fix changes one of them. */
	| {readonly is: 'files'; readonly files: readonly Omit<FileChange, 'mode'>[]};

export type FoundProblem = {readonly rule: Rule; readonly finding: Problem};

/** Tells a problem from a hint, which is worth reading but never a reason to fail. */
export const isProblem = ({finding}: FoundProblem): boolean => finding.status === 'wrong';

/** Returns every problem and hint that the rules find, file by file, in line order. */
export function findProblems(rules: readonly Rule[], facts: DoctorFacts): readonly FoundProblem[] {
	const found = rules.flatMap(rule => rule.check(facts).map(finding => ({rule, finding})));
	const paths = [...new Set(found.map(({finding}) => finding.path))];
	return paths.flatMap(path =>
		found
			.filter(({finding}) => finding.path === path)
			.sort((left, right) => (left.finding.line ?? 0) - (right.finding.line ?? 0)),
	);
}
