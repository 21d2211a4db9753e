/** What came out of reading something typed: the value, or what to type instead. */
export type Parsed<T> =
	| {readonly ok: true; readonly value: T; readonly note?: string}
	| {readonly ok: false; readonly problem: string; readonly offer?: string};

export const accepted = <T>(value: T, note?: string): Parsed<T> =>
	note === undefined ? {ok: true, value} : {ok: true, value, note};

/** @param offer - A value that would be accepted and is probably meant. */
export const refused = (problem: string, offer?: string): Parsed<never> =>
	offer === undefined ? {ok: false, problem} : {ok: false, problem, offer};

/** Where an answer came from, in order of precedence; `text` is what review shows. */
export type Origin = {
	readonly kind:
		| 'flag'
		| 'environment'
		| 'answers-file'
		| 'journal'
		| 'project'
		| 'account'
		| 'storage'
		| 'default'
		| 'you';
	readonly text: string;
};

/** An answer is text as a flag would spell it (`1`, `sjc`, `none`); a secret one is kept apart. */
export type Answer = {readonly value: string; readonly origin: Origin};

/** Nobody chose it: it is what is taken when nobody does, and a screen still shows it for confirmation. */
export const isProposal = ({kind}: Origin): boolean =>
	kind === 'default' || kind === 'project' || kind === 'account';

export type Answers = ReadonlyMap<string, Answer>;

export const none = 'none';

export function readAnswer(answers: Answers, id: string): string | undefined {
	const value = answers.get(id)?.value;
	return value === undefined || value === none || value === '' ? undefined : value;
}

/** @throws {Error} When the answer is missing: a bug, since a plan is made of complete answers only. */
export function requireAnswer(answers: Answers, id: string): string {
	const value = readAnswer(answers, id);
	if (value === undefined) throw new Error(`The answer ${id} is missing.`);
	return value;
}
