/** The result of reading typed text: the value, or what to type instead. */
export type Parsed<T> =
	| {readonly ok: true; readonly value: T; readonly note?: string}
	| {readonly ok: false; readonly problem: string; readonly offer?: string};

export const accepted = <T>(value: T, note?: string): Parsed<T> =>
	note === undefined ? {ok: true, value} : {ok: true, value, note};

/** @param offer - A valid value that was probably meant. */
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
		| 'last-time'
		| 'default'
		| 'you';
	readonly text: string;
};

/** An answer is text as a flag would spell it (`1`, `sjc`, `none`); secret ones are stored separately. */
export type Answer = {readonly value: string; readonly origin: Origin};

/** Returns whether the answer is a default, which the screen still asks to confirm. */
export const isProposal = ({kind}: Origin): boolean =>
	kind === 'default' || kind === 'project' || kind === 'account' || kind === 'last-time';

export type Answers = ReadonlyMap<string, Answer>;

export const none = 'none';

export function readAnswer(answers: Answers, id: string): string | undefined {
	const value = answers.get(id)?.value;
	return value === undefined || value === none || value === '' ? undefined : value;
}

/** @throws {Error} When the answer is missing: a bug, since a plan needs complete answers. */
export function requireAnswer(answers: Answers, id: string): string {
	const value = readAnswer(answers, id);
	if (value === undefined) throw new Error(`The answer ${id} is missing.`);
	return value;
}
