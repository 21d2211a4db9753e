/** A file that a restore makes: written in a private folder beside its place, and there only once it is whole. */
export type CopyFile = {
	/** Where it goes. Absolute. */
	readonly path: string;
	/** The private folder. */
	readonly folder: string;
	/** Bytes in the private folder, to show progress. */
	measure(): Promise<number>;
	/** Writes it at once. @param name - In the private folder. */
	write(name: string, bytes: Uint8Array): Promise<void>;
	/**
	Puts it in its place, in one step, readable only by its owner. Never replaces anything.

	@throws {Failure} `file-exists` (exit 9).
	*/
	place(name: string): Promise<void>;
	/** Deletes the private folder. */
	remove(): Promise<void>;
};
