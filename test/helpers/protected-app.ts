import {type ChildProcess, spawn} from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import Database from 'libsql';
import {readTemplates} from './template-files.ts';

export const writer = fileURLToPath(new URL('row-writer.mjs', import.meta.url));

/** The words of an app that ends with 7 on the signal. */
export const failingCommand: readonly string[] = [
	process.execPath,
	'--input-type=module',
	'-e',
	`process.exit = (exit => () => exit(7))(process.exit.bind(process)); await import(${JSON.stringify(writer)});`,
];

/** An entrypoint as many apps have: it checks nothing, and keeps Litestream's state whatever the replica is. */
const foreignEntrypoint = `#!/bin/sh
set -e
litestream restore -if-db-not-exists -if-replica-exists -config "$LITESTREAM_CONFIG" "$DATABASE_PATH"
exec litestream replicate -config "$LITESTREAM_CONFIG" -exec "$*"
`;

export type Row = {readonly id: number; readonly at: number};

export type Start = {
	/** The words of CMD. */
	readonly command?: readonly string[];
	/** The shell that runs the entrypoint, with its arguments. */
	readonly shell?: readonly string[];
};

export type ProtectedApp = {
	readonly folder: string;
	readonly databasePath: string;
	readonly environment: Readonly<Record<string, string>>;
	/** Everything both printed so far. */
	output(): string;
	/** The exit code of the app's last start. `undefined` while it runs. */
	exit(): number | undefined;
	start(secrets: Readonly<Record<string, string>>, entrypoint?: 'ours' | 'foreign', start?: Start): void;
	/** Stops app and Litestream as Fly does: SIGTERM to the first process only. Returns its exit code. */
	stop(): Promise<number | undefined>;
	/** Stops the writing. Reading and replicating continue. */
	pause(isPaused: boolean): void;
	/** Pids of app and Litestream. */
	processes(): readonly number[];
	/** Ends app and Litestream with SIGKILL. */
	kill(): Promise<void>;
	/** Stops only Litestream, as a crash under a careless supervisor does. The app continues. */
	killLitestream(): Promise<void>;
	wipeVolume(): void;
	/** Rows the database acknowledged since the first start. */
	acknowledged(): readonly Row[];
	/** Rows that are in the database now. */
	rows(): readonly Row[];
	close(): Promise<void>;
};

/**
Opens an app with the template files and a real Litestream, as plain processes in a new folder.

@param settings - More lines for litestream.yml, for what otherwise takes Litestream minutes.
*/
export function openProtectedApp(litestream: string, settings = ''): ProtectedApp {
	const folder = mkdtempSync(join(tmpdir(), 'protected-'));
	const volume = join(folder, 'data');
	const databasePath = join(volume, 'app.db');
	const config = join(folder, 'litestream.yml');
	const templates = readTemplates('wisp');
	mkdirSync(volume);
	mkdirSync(join(folder, 'bin'));
	symlinkSync(litestream, join(folder, 'bin', 'litestream'));
	const yml = templates.get('etc/litestream.yml') ?? '';
	writeFileSync(config, yml.replace('/tmp/litestream.sock', join(folder, 'litestream.sock')) + settings);
	const scripts = {ours: join(folder, 'entrypoint'), foreign: join(folder, 'foreign-entrypoint')};
	writeFileSync(scripts.ours, templates.get('rel/entrypoint.sh') ?? '', {mode: 0o755});
	writeFileSync(scripts.foreign, foreignEntrypoint, {mode: 0o755});

	const rowLog = join(folder, 'rows.log');
	const rowPause = join(folder, 'pause');
	const base = {
		PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
		HOME: folder,
		DATABASE_PATH: databasePath,
		LITESTREAM_CONFIG: config,
		ROW_LOG: rowLog,
		ROW_PAUSE: rowPause,
	};
	let environment: Record<string, string> = base;
	let child: ChildProcess | undefined;
	let output = '';
	const kill = async () => {
		const {pid} = child ?? {};
		if (pid === undefined) return;
		killHard(-pid);
		// What a shell starts is in another group.
		for (const other of listOfFolder(folder)) killHard(other);
		await until(() => !isGroupAlive(pid) && listOfFolder(folder).length === 0);
	};
	return {
		folder,
		databasePath,
		get environment() {
			return environment;
		},
		output: () => output,
		exit: () => child?.exitCode ?? undefined,
		start(secrets, entrypoint = 'ours', {command = [process.execPath, writer], shell = []} = {}) {
			environment = {...base, ...secrets};
			const [program = '', ...args] = [...shell, scripts[entrypoint], ...command];
			child = spawn(program, args, {
				cwd: folder,
				env: environment,
				detached: true,
				stdio: ['ignore', 'pipe', 'pipe'],
			});
			for (const stream of [child.stdout, child.stderr])
				stream?.setEncoding('utf8').on('data', (text: string) => {
					output += text;
				});
		},
		async stop() {
			child?.kill('SIGTERM');
			await until(() => child?.exitCode !== null || child.signalCode !== null, {what: `an end\n${output}`});
			return child?.exitCode ?? undefined;
		},
		pause(isPaused) {
			if (isPaused) writeFileSync(rowPause, '');
			else rmSync(rowPause, {force: true});
		},
		processes: () => listGroup(child?.pid),
		kill,
		async killLitestream() {
			child?.kill('SIGKILL');
			await until(() => child?.signalCode !== null);
		},
		wipeVolume() {
			rmSync(volume, {recursive: true});
			mkdirSync(volume);
		},
		acknowledged: () => (existsSync(rowLog) ? readRows(rowLog) : []),
		rows() {
			if (!existsSync(databasePath)) return [];
			const database = new Database(databasePath);
			try {
				database.exec('PRAGMA busy_timeout = 5000');
				return database.prepare('SELECT id, at FROM posts ORDER BY id').all() as Row[];
			} catch {
				return [];
			} finally {
				database.close();
			}
		},
		async close() {
			await kill();
			rmSync(folder, {recursive: true, force: true});
		},
	};
}

/** Reads the rows of a database that must be intact. */
export function readWholeRows(path: string): readonly Row[] {
	const database = new Database(path);
	try {
		database.exec('PRAGMA busy_timeout = 5000');
		const found = database.prepare('PRAGMA integrity_check').all();
		if (JSON.stringify(found) !== '[{"integrity_check":"ok"}]') throw new Error(JSON.stringify(found));
		return database.prepare('SELECT id, at FROM posts ORDER BY id').all() as Row[];
	} finally {
		database.close();
	}
}

const readRows = (path: string): readonly Row[] =>
	readFileSync(path, 'utf8')
		.split('\n')
		.filter(line => /^\d+ \d{13}$/.test(line))
		.map(line => line.split(' ').map(Number))
		.map(([id = 0, at = 0]) => ({id, at}));

/** Lists the processes of a group. The group is field 5 of `stat`, after the name in brackets. */
function listGroup(group: number | undefined): readonly number[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.filter(name => {
			try {
				const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
					.replace(/^.*\) /s, '')
					.split(' ');
				return Number(fields[2]) === group && fields[0] !== 'Z';
			} catch {
				return false;
			}
		})
		.map(Number);
}

/** Lists the processes that were started for the app in this folder, by their environment. */
function listOfFolder(folder: string): readonly number[] {
	if (!existsSync('/proc')) return [];
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.filter(name => {
			try {
				return readFileSync(`/proc/${name}/environ`, 'utf8').includes(`ROW_LOG=${folder}/`);
			} catch {
				return false;
			}
		})
		.map(Number);
}

function killHard(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// The process has ended.
	}
}

function isGroupAlive(pid: number): boolean {
	try {
		process.kill(-pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** Tells whether a process is Litestream; one that has ended is not. */
export function isLitestream(pid: number): boolean {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('litestream');
	} catch {
		return false;
	}
}

/** Waits until the check is true. @param what - As a function, it is written when the time is over. @throws {Error} When the time is over. */
export async function until(
	isSo: () => boolean | Promise<boolean>,
	{withinMs = 60_000, what = 'what was waited for'}: {withinMs?: number; what?: string | (() => string)} = {},
): Promise<void> {
	const end = Date.now() + withinMs;
	while (!(await isSo())) {
		if (Date.now() > end)
			throw new Error(`Not so after ${withinMs} ms: ${typeof what === 'string' ? what : what()}`);
		await wait(25);
	}
}
