/** What came out of reading something typed: the value, or what to type instead. */
export type Parsed<T> =
	| {readonly ok: true; readonly value: T; readonly note?: string}
	| {readonly ok: false; readonly problem: string; readonly offer?: string};

export const accepted = <T>(value: T, note?: string): Parsed<T> =>
	note === undefined ? {ok: true, value} : {ok: true, value, note};

/** @param offer - A value that would be accepted and is probably meant. */
export const refused = (problem: string, offer?: string): Parsed<never> =>
	offer === undefined ? {ok: false, problem} : {ok: false, problem, offer};
