export type FlagWord = {
	/** `--region`. */
	readonly long: string;
	/** `-q`. */
	readonly short: string | undefined;
	readonly help: string;
	/** What follows it: one of these words, a path, anything, or nothing. */
	readonly takes: readonly string[] | 'path' | 'text' | undefined;
};

export type CommandWord = {
	readonly name: string;
	readonly help: string;
	/** What its first word may be, where that is no folder. */
	readonly takes: readonly string[] | 'path' | undefined;
};

/** Every word of the command line, in the order of the help. */
export type WordTable = {
	readonly commands: readonly CommandWord[];
	readonly flags: readonly FlagWord[];
};
