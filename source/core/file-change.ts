/** A file to be written inside the project, with the whole text before and after. */
export type FileChange = {
	/** Relative to the project, with `/`. */
	readonly path: string;
	/** `undefined` when the file is new. */
	readonly before?: string;
	readonly after: string;
	/** Permission bits, for example 0o644. */
	readonly mode: number;
	/** One sentence a person reads at review. */
	readonly why: string;
};
