import {Failure} from '../errors/failure.ts';
import type {ExecResult} from '../fly/output.ts';
import type {ProjectFacts} from '../project/project.ts';
import type {FlyReader} from '../readers.ts';

/** Runs programs on one machine; a missing program is exit 127, whatever the message. */
export type MachineShell = {
	/** @param seconds - The time limit. */
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
				error.message.includes('could not exec command on machine') &&
				(missing.test(error.message) || /no such file or directory/i.test(error.message));
			if (!isMissing) throw error;
			return {exit_code: 127, stdout: '', stderr: error.message};
		}
	},
});

/** Quotes a word, since the machine splits the command into words again, without a shell. */
const quoteWord = (word: string) =>
	/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;

export type MachineLitestream = {
	readonly version: string;
	/** 0.5 has a control socket and transaction numbers; 0.3 has generations. */
	readonly is05: boolean;
	/** Started by phxfly's entrypoint, which drops local state that belongs to another replica. */
	readonly hasEntrypoint: boolean;
	/** Returns the whole command for these words, with the configuration of the app's own Litestream. */
	complete(words: readonly string[]): readonly string[];
	run(words: readonly string[], seconds?: number): Promise<ExecResult>;
};

const entrypoint = '/usr/local/bin/entrypoint';

/**
Finds how to call Litestream on the machine: through phxfly's entrypoint, which prepares the keys, if the machine has it; else by name.
Another entrypoint is never started: one that ignores its arguments would start the app a second time.

@returns `undefined` when the machine has none.
*/
export async function findMachineLitestream(
	shell: MachineShell,
	plan: {readonly facts: ProjectFacts},
): Promise<MachineLitestream | undefined> {
	const hasOurs = (await shell.run(['grep', '-c', '= litestream ]', entrypoint])).exit_code === 0;
	const config = hasOurs ? undefined : findLitestreamConfig(plan);
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
		hasEntrypoint: hasOurs,
		complete,
		run: (words, seconds) => shell.run(complete(words), seconds),
	};
}

/** Finds where the app's own Dockerfile puts litestream.yml, when that is not Litestream's default. */
export function findLitestreamConfig({facts}: {readonly facts: ProjectFacts}): string | undefined {
	const [, target] = /^\s*COPY\s[^\n]*litestream\.yml\s+(\/\S+)/im.exec(facts.dockerfile?.text ?? '') ?? [];
	const path = target?.endsWith('/') ? `${target}litestream.yml` : target;
	return path === '/etc/litestream.yml' ? undefined : path;
}

/** Bytes; `undefined` where they could not be read. */
export type Room = {
	/** Where the scratch file goes; the folder for temporary files by default. */
	readonly folder?: string | undefined;
	/** Of the database and its WAL. */
	readonly databaseBytes: number | undefined;
	/** Free where the scratch file goes. */
	readonly freeBytes: number | undefined;
	readonly memoryBytes: number | undefined;
};

/** What a restore needs in addition to the database's size. */
const spareBytes = 16 * 1024 * 1024;

const leastMemoryBytes = 48 * 1024 * 1024;

export const scratchFolder = '/tmp';

/** @param isThorough - Measures the memory too, for a long restore. */
export async function measureRoom(
	shell: MachineShell,
	databasePath: string,
	isThorough: boolean,
): Promise<Room> {
	// The WAL may be missing, an error that does not concern the other file.
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

/** Returns why nothing can be restored there, or `undefined`. The copy and its transactions need twice the database's size. */
export function findLackOfRoom({
	folder = scratchFolder,
	databaseBytes,
	freeBytes,
	memoryBytes,
}: Room): string | undefined {
	if (databaseBytes === undefined) return 'the database is not at DATABASE_PATH';
	if (freeBytes === undefined) return `the free space in ${folder} is unknown`;
	const needed = databaseBytes * 2 + spareBytes;
	if (freeBytes < needed) {
		return `${folder} has ${showBytes(freeBytes)} free, but a restore of this database needs ${showBytes(needed)}`;
	}

	if (memoryBytes !== undefined && memoryBytes < leastMemoryBytes) {
		return `the machine has ${showBytes(memoryBytes)} of memory left, but a restore needs ${showBytes(leastMemoryBytes)}`;
	}

	return undefined;
}

export function showBytes(bytes: number): string {
	if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`;
	const megabytes = bytes / (1024 * 1024);
	return megabytes < 1024 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}

/** Returns whether Litestream runs on the machine; `undefined` when the machine does not tell. phxfly must not run anything else there at the same time. */
export async function isLitestreamRunning(shell: MachineShell): Promise<boolean | undefined> {
	const {stdout} = await shell.run(['sh', '-c', 'cat /proc/[0-9]*/comm']);
	const names = stdout.split('\n').filter(name => name !== '');
	return names.length === 0 ? undefined : names.includes('litestream');
}
