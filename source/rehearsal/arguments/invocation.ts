import type {Flow} from '../world/effects.ts';
import type {CommandSpec} from './command-spec.ts';
import type {Flags} from './flags.ts';

export type FileReader = {
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
