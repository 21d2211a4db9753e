#!/usr/bin/env node
import {spawn} from 'node:child_process';
import {appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline/promises';
import {setTimeout as sleep} from 'node:timers/promises';
import {type Host, runFly} from './engine/run.ts';
import {changeWorld, readWorld} from './engine/world-file.ts';
import {Interruption} from './world/effects.ts';
import {simulatedNow} from './world/world.ts';

type FlyLog = {ok: true; write(text: string): void} | {ok: false; message: string};

const keptLogs = 10;

/**
Makes flyctl's own directory (0700) and this run's debug log in it, as flyctl does before anything else. Where `logs` is an ordinary
file there is no log; where the directory cannot be written every command fails.
*/
function openFlyLog(folder: string): FlyLog {
	try {
		mkdirSync(folder, {recursive: true, mode: 0o700});
		const probe = join(folder, `perms.${Date.now()}${Math.random()}`);
		writeFileSync(probe, '', {mode: 0o600});
		rmSync(probe);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return {ok: false, message: `failed ensuring config directory perms: ${reason}`};
	}
	try {
		const logs = join(folder, 'logs');
		mkdirSync(logs, {recursive: true, mode: 0o700});
		if (!statSync(logs).isDirectory()) return {ok: true, write: () => undefined};
		const second = `${new Date().toISOString().slice(0, 19)}Z`;
		const file = join(logs, `flyctl-${second}.log`);
		appendFileSync(file, '');
		for (const old of readdirSync(logs).sort().slice(0, -keptLogs)) rmSync(join(logs, old), {force: true});
		return {ok: true, write: text => appendFileSync(file, `${new Date().toISOString()} DEBUG ${text}\n`)};
	} catch {
		return {ok: true, write: () => undefined};
	}
}

const {env, argv, stdin, stdout, stderr} = process;

/** What a shell shows for a process that SIGPIPE ended. */
const closedPipe = 141;

/** How far behind its schedule a run of many short waits may catch up. */
const patienceMs = 50;

let dueMs = Date.now();

const interrupted = new AbortController();

let signal: 'SIGINT' | 'SIGTERM' | undefined;

for (const name of ['SIGINT', 'SIGTERM'] as const) {
	process.on(name, () => {
		signal ??= name;
		interrupted.abort();
	});
}

const worldPath = env.PHXFLY_WORLD;

if (!worldPath) stop(1, "Error: PHXFLY_WORLD must name the file of the rehearsal's world\n");

const speed = Math.max(1, Number(env.PHXFLY_SPEED ?? 1) || 1);

/** How long a call that was lost on its way takes to arrive, in simulated milliseconds. */
const lateMs = 4000;

const host: Host = {
	print: (stream, text) =>
		new Promise(resolve => {
			const target = stream === 'stdout' ? stdout : stderr;
			target.write(text, error => (error ? process.exit(closedPipe) : resolve()));
		}),
	async wait(ms) {
		dueMs = Math.max(dueMs, Date.now() - patienceMs) + ms / speed;
		const leftMs = Math.max(0, dueMs - Date.now());
		await sleep(leftMs, undefined, {signal: interrupted.signal}).catch(() => undefined);
		return signal;
	},
	async readStdin() {
		const chunks: Buffer[] = [];
		for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
		return Buffer.concat(chunks).toString('utf8');
	},
	ask(question) {
		const lines = createInterface({input: stdin, output: stdout});
		return new Promise<string>((resolve, reject) => {
			lines.on('SIGINT', () => reject(new Interruption('SIGINT')));
			lines.on('close', () => resolve(''));
			lines.question(question).then(resolve, reject);
		}).finally(() => lines.close());
	},
	log: async () => undefined,
	leaveBehind: text =>
		new Promise((resolve, reject) => {
			// Nothing that marks a wizard's child: what is still on its way to Fly belongs to nobody any more.
			const {PHXFLY_FAULTS: _, PHXFLY_MARKER: __, ...rest} = env;
			const child = spawn(process.execPath, [process.argv[1] ?? '', ...argv.slice(2)], {
				env: {...rest, PHXFLY_LATE: '1'},
				detached: true,
				stdio: ['pipe', 'pipe', 'ignore'],
			});
			child.once('error', reject);
			child.stdin.end(text);
			// It is up, so only the simulated wait lies between this call's end and its own.
			child.stdout.once('data', () => {
				child.unref();
				child.stdout.destroy();
				resolve();
			});
		}),
};

// A closed pipe ends the process half-way, as Go's runtime does: the world stays as it is.
for (const stream of [stdout, stderr]) stream.on('error', () => process.exit(closedPipe));

try {
	const configFolder = env.FLY_CONFIG_DIR || `${homedir()}/.fly`;
	const log = openFlyLog(configFolder);
	if (!log.ok) stop(1, `Error: ${log.message}\n`);
	host.log = async text => log.write(text);
	if (env.PHXFLY_LATE) {
		await host.print('stdout', 'late\n');
		host.print = async () => undefined;
		await host.wait(lateMs);
	}

	const exit = await runFly(
		{
			argv: argv.slice(2),
			env,
			cwd: process.cwd(),
			home: homedir(),
			isInteractive: Boolean(stdin.isTTY && stdout.isTTY),
			files: {read: readText, isFolder, list: listNames},
		},
		{
			read: async () => {
				const world = await readWorld(worldPath);
				return {...world, clock: {...world.clock, simulatedMs: simulatedNow(world), realMs: Date.now()}};
			},
			change: act => changeWorld(worldPath, act),
		},
		host,
	);
	process.exitCode = exit;
	stdin.unref?.();
} catch (error) {
	stop(
		1,
		`Error: the rehearsal's world ${worldPath}: ${error instanceof Error ? error.message : String(error)}\n`,
	);
}

function readText(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return undefined;
	}
}

function isFolder(path: string): boolean {
	try {
		return statSync(path).isDirectory();
	} catch {
		return false;
	}
}

function listNames(path: string): readonly string[] {
	try {
		return readdirSync(path);
	} catch {
		return [];
	}
}

function stop(code: number, message: string): never {
	stderr.write(message);
	process.exit(code);
}
