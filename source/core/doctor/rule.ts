import type {TomlEdit} from '../fly-toml/document.ts';
import type {DoctorFacts} from './facts.ts';

/** Something in the files that works today and hurts later, or hurts without a word. */
export type Rule = {
	readonly id: string;
	/** As a fact: `PORT is not internal_port`. */
	readonly title: string;
	/** What happens to somebody who leaves it. */
	readonly why: string;
	/** Some of its findings can be mended by `--fix`. */
	readonly isFixable?: true;
	/** Pure: from texts, for any texts at all. */
	check(facts: DoctorFacts): readonly Problem[];
};

export type Problem = {
	/** `could-not-tell` is an honest answer: what is there cannot be read without running it. */
	readonly status: 'wrong' | 'could-not-tell';
	/** Of a file of the project, or `secrets`. */
	readonly path: string;
	/** Counted from 1; undefined where no line is at fault. */
	readonly line?: number;
	/** What is there, in a sentence. Never holds a value that could be a secret. */
	readonly message: string;
	/** What to do about it, in a sentence. */
	readonly fix: string;
	/** Absent where a person must decide. */
	readonly edit?: Fix;
};

/** How a finding is mended without a person typing: only what is named changes. */
export type Fix =
	| {readonly is: 'toml'; readonly edits: readonly TomlEdit[]}
	/** One line, without its ending; `becomes` undefined takes it out. */
	| {readonly is: 'line'; readonly was: string; readonly becomes: string | undefined};

export type FoundProblem = {readonly rule: Rule; readonly finding: Problem};

/** Every finding of every trap, file by file, in the order of the lines. */
export function findProblems(rules: readonly Rule[], facts: DoctorFacts): readonly FoundProblem[] {
	const found = rules.flatMap(rule => rule.check(facts).map(finding => ({rule, finding})));
	const paths = [...new Set(found.map(({finding}) => finding.path))];
	return paths.flatMap(path =>
		found
			.filter(({finding}) => finding.path === path)
			.sort((left, right) => (left.finding.line ?? 0) - (right.finding.line ?? 0)),
	);
}
