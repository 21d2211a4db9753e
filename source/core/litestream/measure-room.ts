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

export async function measureRoom(shell: MachineShell, databasePath: string): Promise<Room> {
	const [size, wal, disk, memory] = [
		await shell.run(['stat', '-c', '%s', databasePath]),
		await shell.run(['stat', '-c', '%s', `${databasePath}-wal`]),
		await shell.run(['df', '-Pk', scratchFolder]),
		await shell.run(['cat', '/proc/meminfo']),
	];
	const databaseBytes = readNumber(size.stdout, /^(\d+)/);
	return {
		databaseBytes:
			databaseBytes === undefined ? undefined : databaseBytes + (readNumber(wal.stdout, /^(\d+)/) ?? 0),
		freeBytes: times1024(readNumber(disk.stdout, /^\S+\s+\d+\s+\d+\s+(\d+)\s/m)),
		memoryBytes: times1024(readNumber(memory.stdout, /^MemAvailable:\s+(\d+) kB/m)),
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
