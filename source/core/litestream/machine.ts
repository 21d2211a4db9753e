import {Failure} from '../errors/failure.ts';
import type {ExecResult} from '../fly/output.ts';
import type {ProjectFacts} from '../project/project.ts';
import type {FlyReader} from '../readers.ts';

/** Runs programs on one machine; a program that is not there is exit 127, however it was said. */
export type MachineShell = {
	/** @param seconds - How long it may take. */
	run(words: readonly string[], seconds?: number): Promise<ExecResult>;
};

const missing = /executable file not found|command not found|: not found$/im;

export const openMachineShell = (fly: FlyReader, app: string, machineId: string): MachineShell => ({
	async run(words, seconds = 15) {
		try {
			const result = await fly.exec(app, machineId, words.map(quoteWord).join(' '), seconds);
			const isMissing = result.exit_code !== 0 && result.stdout === '' && missing.test(result.stderr.trim());
			return isMissing ? {...result, exit_code: 127} : result;
		} catch (error) {
			const isMissing =
				error instanceof Failure &&
				(missing.test(error.message) || /no such file or directory/i.test(error.message));
			if (!isMissing) throw error;
			return {exit_code: 127, stdout: '', stderr: error.message};
		}
	},
});

/** The words are split again on the machine, without a shell. */
const quoteWord = (word: string) =>
	/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;

export type MachineLitestream = {
	readonly version: string;
	/** 0.5 has a control socket and transaction numbers; 0.3 has generations. */
	readonly is05: boolean;
	/** The whole command for these words, so that it sees what the app's own Litestream sees. */
	complete(words: readonly string[]): readonly string[];
	run(words: readonly string[], seconds?: number): Promise<ExecResult>;
};

const entrypoint = '/usr/local/bin/entrypoint';

/**
Finds out how Litestream is called on the machine: through our entrypoint, which prepares the keys, where the machine has it; else by name.
An entrypoint that is not ours is never started: one that ignores its arguments would start the app a second time.

@returns `undefined` when the machine has none.
*/
export async function findMachineLitestream(
	shell: MachineShell,
	plan: {readonly facts: ProjectFacts},
): Promise<MachineLitestream | undefined> {
	const hasOurs = (await shell.run(['grep', '-c', '= litestream ]', entrypoint])).exit_code === 0;
	const config = hasOurs ? undefined : findConfig(plan);
	const command = hasOurs ? [entrypoint, 'litestream'] : ['litestream'];
	const {exit_code: exit, stdout} = await shell.run([...command, 'version']);
	const version = /^v?(\d+\.\d+\.\d+\S*)/m.exec(stdout)?.[1];
	if (exit !== 0 || !version) return undefined;
	const complete: MachineLitestream['complete'] = ([name = '', ...rest]) => [
		...command,
		name,
		...(config && name !== 'sync' ? ['-config', config] : []),
		...rest,
	];
	return {
		version,
		is05: !version.startsWith('0.3.'),
		complete,
		run: (words, seconds) => shell.run(complete(words), seconds),
	};
}

/** Where the app's own Dockerfile puts the file, when that is not where Litestream looks by itself. */
function findConfig({facts}: {readonly facts: ProjectFacts}): string | undefined {
	const [, target] = /^\s*COPY\s[^\n]*litestream\.yml\s+(\/\S+)/im.exec(facts.dockerfile?.text ?? '') ?? [];
	const path = target?.endsWith('/') ? `${target}litestream.yml` : target;
	return path === '/etc/litestream.yml' ? undefined : path;
}

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

/** Whether a Litestream runs on the machine; `undefined` when the machine cannot be asked. Nothing else of ours may run there meanwhile. */
export async function isLitestreamRunning(shell: MachineShell): Promise<boolean | undefined> {
	const {stdout} = await shell.run(['sh', '-c', 'cat /proc/[0-9]*/comm']);
	const names = stdout.split('\n').filter(name => name !== '');
	return names.length === 0 ? undefined : names.includes('litestream');
}
