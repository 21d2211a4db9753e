import type {ExitName, FailureCode} from './codes.ts';

export type FailureDetails = {
	/** What is known to exist now, a phrase each; empty when nothing was made. */
	readonly exists?: readonly string[];
	/** The next thing to do: a command, or a sentence that names one. */
	readonly hint: string;
	/** The question whose answer was refused, so that a screen can open it again. */
	readonly questionId?: string;
	readonly cause?: unknown;
};

/** A failure somebody can act on. Whatever else escapes is a bug of ours. */
export class Failure extends Error {
	override readonly name = 'Failure';
	/** Stable; docs/errors.md lists them all. */
	readonly code: FailureCode;
	readonly exit: ExitName;
	readonly exists: readonly string[];
	readonly hint: string;
	readonly questionId: string | undefined;

	constructor(code: FailureCode, exit: ExitName, message: string, details: FailureDetails) {
		super(message, {cause: details.cause});
		this.code = code;
		this.exit = exit;
		this.exists = details.exists ?? [];
		this.hint = details.hint;
		this.questionId = details.questionId;
	}

	/** The same failure, with what exists now filled in by who knows it. */
	withExisting(exists: readonly string[]): Failure {
		if (this.exists.length > 0) return this;
		const {code, exit, message, hint, questionId, cause} = this;
		return new Failure(code, exit, message, {exists, hint, cause, ...(questionId ? {questionId} : {})});
	}
}
