import {type ExitName, type FailureCode, type FailureEntry, failureCodes, type OneExitCode} from './codes.ts';

export type FailureDetails = {
	/** What is known to exist now, one phrase each; empty when nothing was created. */
	readonly exists?: readonly string[];
	/** The next thing to do: a command, or a sentence that names one. */
	readonly hint: string;
	/** The question whose answer was rejected, so that a screen can open it again. */
	readonly questionId?: string;
	readonly cause?: unknown;
};

/** For a code with more than one exit. */
type WithExit = FailureDetails & {readonly exit: ExitName};

/** A failure the user can act on. Any other error that escapes is a bug in phxfly. */
export class Failure extends Error {
	override readonly name = 'Failure';
	/** Stable; docs/errors.md lists them all. */
	readonly code: FailureCode;
	readonly exit: ExitName;
	readonly exists: readonly string[];
	readonly hint: string;
	readonly questionId: string | undefined;

	constructor(code: OneExitCode, message: string, details: FailureDetails);
	constructor(code: FailureCode, message: string, details: WithExit);
	constructor(code: FailureCode, message: string, details: FailureDetails | WithExit) {
		super(message, {cause: details.cause});
		this.code = code;
		this.exit = 'exit' in details ? details.exit : findExit(code);
		this.exists = details.exists ?? [];
		this.hint = details.hint;
		this.questionId = details.questionId;
	}

	/** Returns the same failure with what exists now, unless it already says so. */
	withExisting(exists: readonly string[]): Failure {
		if (this.exists.length > 0) return this;
		const {code, exit, message, hint, questionId, cause} = this;
		return new Failure(code, message, {exit, exists, hint, cause, ...(questionId ? {questionId} : {})});
	}
}

const exits = new Map<string, FailureEntry['exit']>(
	Object.values<Readonly<Record<string, FailureEntry>>>(failureCodes).flatMap(codes =>
		Object.entries(codes).map(([code, {exit}]) => [code, exit] as const),
	),
);

/** Returns the only exit of a code. */
function findExit(code: FailureCode): ExitName {
	const exit = exits.get(code);
	if (typeof exit !== 'string') throw new Error(`${code} has more than one exit.`);
	return exit;
}

/** Returns the system's code of an error, for example `ENOENT`; empty if it has none. */
export function readSystemCode(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : '';
}
