import type {ExitName} from '../errors/failure.ts';

/** What a code promises, whoever throws it. */
export type FailureEntry = {
	/** How a run that fails so may end. */
	readonly exits: readonly ExitName[];
	/** What happened, a sentence. */
	readonly meaning: string;
	/** A command or an action. */
	readonly next: string;
};
