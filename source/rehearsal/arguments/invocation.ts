import {ask, type Flow, FlyError, printError} from '../world/effects.ts';
import type {CommandSpec} from './commands.ts';
import type {Flags} from './flags.ts';

/**
Asks the question if there is a terminal, unless `--yes` answers it.

@param warning - Printed on stderr before the question, even without a terminal.
@throws {FlyError} without a terminal.
*/
export function* confirm(context: Context, question: string, warning = ''): Flow<boolean> {
	if (context.flags.bool('yes')) return true;
	if (warning !== '') yield* printError(warning);
	if (!context.isInteractive) throw new FlyError('yes flag must be specified when not running interactively');
	const answer = yield* ask(`? ${question} (y/N) `);
	return /^y(?:es)?$/i.test(answer.trim());
}

type FileReader = {
	/** Returns the text of a file, or `undefined` if it cannot be read. */
	read(path: string): string | undefined;
	isFolder(path: string): boolean;
	/** Returns the names in a folder; empty if it does not exist. */
	list(path: string): readonly string[];
};

/** One flyctl call, as its caller made it. */
export type Invocation = {
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	readonly home: string;
	/** True if both stdin and stdout are terminals. */
	readonly isInteractive: boolean;
	readonly files: FileReader;
};

/** The input of a command after parsing, the session check, and finding the app. */
export type Context = Invocation & {
	readonly spec: CommandSpec;
	readonly flags: Flags;
	readonly args: readonly string[];
	/** Empty for commands that need none. */
	readonly app: string;
};

/** Returns flyctl's exit code. */
export type Command = (context: Context) => Flow<number>;
