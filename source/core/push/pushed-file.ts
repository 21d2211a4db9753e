/** A SQLite file on this computer, and a private folder for copies of it. The file itself is only read. */
export type PushedFile = SqliteHeader & {
	/** Absolute. */
	readonly path: string;
	/** With its WAL. */
	readonly bytes: number;
	readonly walBytes: number;
	/** Changes whenever the file or its WAL does. */
	readonly stamp: string;
	/** Private, and kept after a kill, so that the next run continues. */
	readonly folder: string;
	/** Creates the folder if it is missing. @returns Its free bytes. */
	measureFree(): Promise<number>;
	/**
	Copies the file and what belongs to it, as of one moment.

	@param name - In the folder.
	@throws {Failure} `file-in-use` (exit 9) when something writes to it meanwhile.
	*/
	copyTo(name: string): Promise<void>;
	/** Renames a copy, and replaces what has that name. */
	move(from: string, to: string): Promise<void>;
	/** @returns 0 for a missing copy. */
	measure(name: string): Promise<number>;
	/** Compares two copies byte by byte. */
	isEqual(one: string, other: string): Promise<boolean>;
	/** Deletes the folder. */
	remove(): Promise<void>;
};

export type SqliteHeader = {readonly pageSize: number; readonly isWal: boolean};

const magic = 'SQLite format 3\0';

/**
Reads the start of a file. Pure.

@param bytes - The first 4 KiB, or all of a shorter file.
@returns `unreadable`: as if encrypted or packed, since any byte is as frequent as another.
@see {@link https://www.sqlite.org/fileformat2.html#the_database_header}
*/
export function readSqliteHeader(bytes: Uint8Array): SqliteHeader | 'empty' | 'unreadable' | 'another' {
	if (bytes.length === 0) return 'empty';
	const start = Buffer.from(bytes);
	if (start.length >= 100 && start.toString('latin1', 0, magic.length) === magic) {
		const size = start.readUInt16BE(16);
		return {pageSize: size === 1 ? 65_536 : size, isWal: start[19] === 2};
	}

	return start.length >= 512 && new Set(start).size > Math.min(220, start.length / 4)
		? 'unreadable'
		: 'another';
}
