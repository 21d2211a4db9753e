import {ask, type Flow, FlyError, printError} from '../world/effects.ts';
import type {CommandSpec} from './commands.ts';
import type {Flags} from './flags.ts';

/**
Asks the question if a terminal is there, unless `--yes` answers it.

@param warning - Printed on stderr before a question that is asked or cannot be.
@throws {FlyError} if nobody can be asked.
*/
export function* confirm(context: Context, question: string, warning = ''): Flow<boolean> {
	if (context.flags.bool('yes')) return true;
	if (warning !== '') yield* printError(warning);
	if (!context.isInteractive) throw new FlyError('yes flag must be specified when not running interactively');
	const answer = yield* ask(`? ${question} (y/N) `);
	return /^y(?:es)?$/i.test(answer.trim());
}

type FileReader = {
	/** The text of a file, undefined if it cannot be read. */
	read(path: string): string | undefined;
	isFolder(path: string): boolean;
	/** The names in a folder; none where there is no such folder. */
	list(path: string): readonly string[];
};

/** One call of flyctl as its caller made it. */
export type Invocation = {
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	readonly home: string;
	/** True if both stdin and stdout are terminals. */
	readonly isInteractive: boolean;
	readonly files: FileReader;
};

/** What a command is given once its words are read, its session checked and its app found. */
export type Context = Invocation & {
	readonly spec: CommandSpec;
	readonly flags: Flags;
	readonly args: readonly string[];
	/** Empty for commands that need none. */
	readonly app: string;
};

/** Returns flyctl's exit code. */
export type Command = (context: Context) => Flow<number>;
