import type {MachineShell} from './machine-shell.ts';

/** Bytes. What could not be read is `undefined`. */
export type Room = {
	/** Of the database and its WAL. */
	readonly databaseBytes: number | undefined;
	/** Free where the scratch file goes. */
	readonly freeBytes: number | undefined;
	readonly memoryBytes: number | undefined;
};

/** What a restore needs beside the database's own size. */
const spareBytes = 16 * 1024 * 1024;
const leastMemoryBytes = 48 * 1024 * 1024;

export const scratchFolder = '/tmp';

/** @param isThorough - The memory as well: for what runs for long. */
export async function measureRoom(
	shell: MachineShell,
	databasePath: string,
	isThorough: boolean,
): Promise<Room> {
	// The WAL may be missing, which is an error that says nothing of the other file.
	const sizes = await shell.run(['stat', '-c', '%s', databasePath, `${databasePath}-wal`]);
	const disk = await shell.run(['df', '-Pk', scratchFolder]);
	const memory = isThorough ? await shell.run(['cat', '/proc/meminfo']) : undefined;
	const [bytes, walBytes = 0] = [...sizes.stdout.matchAll(/^\d+$/gm)].map(([digits]) => Number(digits));
	return {
		databaseBytes: bytes === undefined ? undefined : bytes + walBytes,
		freeBytes: times1024(readNumber(disk.stdout, /^\S+\s+\d+\s+\d+\s+(\d+)\s/m)),
		memoryBytes: times1024(readNumber(memory?.stdout ?? '', /^MemAvailable:\s+(\d+) kB/m)),
	};
}

const readNumber = (text: string, pattern: RegExp): number | undefined => {
	const digits = pattern.exec(text)?.[1];
	return digits === undefined ? undefined : Number(digits);
};

const times1024 = (kilobytes: number | undefined) => (kilobytes === undefined ? undefined : kilobytes * 1024);

/** Why nothing can be restored there, or `undefined`. The copy and the transactions it is made of need the database's size twice. */
export function findLackOfRoom({databaseBytes, freeBytes, memoryBytes}: Room): string | undefined {
	if (databaseBytes === undefined) return 'the database is not at DATABASE_PATH';
	if (freeBytes === undefined) return `the free space in ${scratchFolder} cannot be read`;
	const needed = databaseBytes * 2 + spareBytes;
	if (freeBytes < needed) {
		return `${scratchFolder} has ${showBytes(freeBytes)} free, and a restore of this database needs ${showBytes(needed)}`;
	}

	if (memoryBytes !== undefined && memoryBytes < leastMemoryBytes) {
		return `the machine has ${showBytes(memoryBytes)} of memory left, and a restore needs ${showBytes(leastMemoryBytes)}`;
	}

	return undefined;
}

export function showBytes(bytes: number): string {
	if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`;
	const megabytes = bytes / (1024 * 1024);
	return megabytes < 1024 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}
