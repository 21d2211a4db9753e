import {type ChildProcess, spawn} from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import type {World} from '../../source/rehearsal/world/world.ts';
import {findSchemaProblem} from './find-schema-problem.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A line of `--json`: fields of every event, and of some. */
export type JsonEvent = {
	readonly v: number;
	readonly type: string;
	readonly at: string;
	readonly id?: string;
	readonly status?: string;
	readonly seconds?: number;
	readonly line?: string;
	readonly code?: string;
	readonly message?: string;
	readonly hint?: string;
	readonly next?: string;
	readonly flag?: string;
	readonly exit?: number;
	readonly steps?: readonly {readonly id: string; readonly needs: readonly string[]; readonly plan: string}[];
};

export type Ended = {
	/** `undefined` when an uncaught signal ended it. */
	readonly exit: number | undefined;
	readonly stdout: string;
	readonly stderr: string;
	readonly events: readonly JsonEvent[];
	/** Lines of stdout that are not events. */
	readonly strayLines: readonly string[];
};

/** Returns the last event of a type, with all its fields. @throws What the program printed, if it is missing. */
export function eventOf({events, stderr}: Ended, type: string) {
	const found = events.findLast(event => event.type === type);
	if (!found) throw new Error(`${JSON.stringify(events)}\n${stderr}`);
	return found as typeof found & Readonly<Record<string, unknown>>;
}

export type Running = {
	readonly pid: number;
	readonly events: readonly JsonEvent[];
	/** Waits until it is so. Rejects with the output if the program ends first. */
	until(isSo: () => boolean): Promise<void>;
	untilEvent(fits: (event: JsonEvent) => boolean): Promise<void>;
	kill(signal: NodeJS.Signals): void;
	readonly ended: Promise<Ended>;
};

export type StartOptions = {
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	readonly stdin?: string;
};

/** Makes each call of the built-in Fly a child process, which outlives a killed phxfly as flyctl does. */
export const asChildren = {PHXFLY_REHEARSAL_PROCESS: 'child'} as const;

/** A temporary home, state folder, and working folder, with the program as npm installs it. */
export type Rehearsal = {
	readonly folder: string;
	readonly home: string;
	/** Value of `XDG_STATE_HOME`. */
	readonly stateHome: string;
	readonly worldPath: string;
	readonly packageFolder: string;
	/** The whole environment of the program. */
	readonly environment: Readonly<Record<string, string>>;
	start(args: readonly string[], options?: StartOptions): Running;
	run(args: readonly string[], options?: StartOptions): Promise<Ended>;
	/** Calls the built-in Fly in the rehearsal's world, as another person would. */
	fly(...args: readonly string[]): Promise<Ended>;
	world(): World;
	/** Tells whether a call of the built-in Fly that starts with these words is running. */
	isCalling(...words: readonly string[]): boolean;
	/** The project's folder below the state folder. */
	stateFolder(): string;
	/** Stops what still runs, and removes everything. */
	close(): Promise<void>;
};

/** @param builtIn - Folder of the built program: the repository, or a copy that no build replaces meanwhile. */
export function openRehearsal(builtIn = root): Rehearsal {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'phxfly-e2e-')));
	const [home, stateHome, cwd] = ['home', 'state', 'work'].map(name => join(folder, name)) as [
		string,
		string,
		string,
	];
	for (const path of [home, stateHome, cwd]) mkdirSync(path);
	const packageFolder = join(folder, 'package');
	for (const part of ['dist', 'templates', 'package.json']) {
		cpSync(join(builtIn, part), join(packageFolder, part), {recursive: true});
	}

	const worldPath = join(cwd, 'w.json');
	const environment = {PATH: process.env.PATH ?? '', HOME: home, XDG_STATE_HOME: stateHome, TZ: 'UTC'};
	const children = new Set<ChildProcess>();
	const open = (script: string, args: readonly string[], options: StartOptions = {}): Running => {
		const child = spawn(process.execPath, [join(packageFolder, 'dist', script), ...args], {
			cwd: options.cwd ?? cwd,
			env: {...environment, ...options.env},
			stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
		});
		children.add(child);
		child.once('exit', () => children.delete(child));
		child.stdin?.end(options.stdin);
		return watch(child);
	};
	const readWorld = () => JSON.parse(readFileSync(worldPath, 'utf8')) as World;

	return {
		folder: cwd,
		home,
		stateHome,
		worldPath,
		packageFolder,
		environment,
		start: (args, options) => open('cli.js', args, options),
		run: (args, options) => open('cli.js', args, options).ended,
		fly: (...args) => {
			const env = {PHXFLY_WORLD: worldPath, PHXFLY_SPEED: '1000', FLY_API_TOKEN: 'somebody'};
			return open('fly.js', args, {env}).ended;
		},
		world: readWorld,
		isCalling: (...words) =>
			existsSync(worldPath) &&
			readWorld().calls.some(({argv, exit}) => exit === null && words.every((word, at) => argv[at] === word)),
		stateFolder() {
			const [name = ''] = readdirSync(join(stateHome, 'phxfly'));
			return join(stateHome, 'phxfly', name);
		},
		async close() {
			for (const child of children) child.kill('SIGKILL');
			while (listProcesses(worldPath).length > 0) {
				for (const pid of listProcesses(worldPath)) killQuietly(pid);
				await sleep(5);
			}

			rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20});
		},
	};
}

function watch(child: ChildProcess): Running {
	const events: JsonEvent[] = [];
	const strayLines: string[] = [];
	const listeners = new Set<() => void>();
	let [stdout, stderr, rest, hasEnded] = ['', '', '', false];
	const tell = () => {
		for (const listener of listeners) listener();
	};

	child.stdout?.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
		const lines = (rest + text).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) readEvent(line, events, strayLines);
		tell();
	});
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	const ended = new Promise<Ended>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', exit => {
			hasEnded = true;
			if (rest !== '') readEvent(rest, events, strayLines);
			tell();
			const [problem] = events.map(findSchemaProblem).filter(each => each !== undefined);
			if (problem) reject(new Error(problem));
			else resolve({exit: exit ?? undefined, stdout, stderr, events, strayLines});
		});
	});

	const until = (isSo: () => boolean) =>
		new Promise<void>((resolve, reject) => {
			const stop = () => {
				clearInterval(timer);
				listeners.delete(look);
			};
			const look = () => {
				if (isSo()) {
					stop();
					resolve();
				} else if (hasEnded) {
					stop();
					reject(new Error(`It ended before that (${child.exitCode}):\n${stdout.slice(-3000)}${stderr}`));
				}
			};
			// A condition that is not about stdout, such as a file, has no event to wait for.
			const timer = setInterval(look, 4);
			listeners.add(look);
			look();
		});
	return {
		pid: child.pid ?? 0,
		events,
		until,
		untilEvent: fits => until(() => events.some(fits)),
		kill: signal => void child.kill(signal),
		ended,
	};
}

function readEvent(line: string, events: JsonEvent[], strayLines: string[]): void {
	try {
		const event = JSON.parse(line) as JsonEvent;
		if (event.v === 1 && typeof event.type === 'string' && !Number.isNaN(Date.parse(event.at))) {
			events.push(event);
			return;
		}
	} catch {
		// Not JSON.
	}

	strayLines.push(line);
}

/** Lists running processes with the text in their environment, also children of a program that has ended. */
export function listProcesses(text: string): readonly number[] {
	if (!existsSync('/proc/self/environ')) return [];
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
		.filter(name => {
			try {
				return readFileSync(`/proc/${name}/environ`, 'utf8').includes(text);
			} catch {
				return false;
			}
		})
		.map(Number);
}

function killQuietly(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// The process has ended.
	}
}

/** Lists every file below a folder, without following links. */
export function readTree(folder: string): ReadonlyMap<string, Buffer> {
	const files = readdirSync(folder, {recursive: true, withFileTypes: true}).filter(entry => entry.isFile());
	return new Map(
		files.map(({parentPath, name}) => {
			const path = join(parentPath, name);
			return [path.slice(folder.length + 1), readFileSync(path)];
		}),
	);
}
