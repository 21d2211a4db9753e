import {spawn} from 'node:child_process';
import {appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Invocation} from '../arguments/invocation.ts';
import {simulatedNow} from '../world/world.ts';
import {type Host, runFly} from './run.ts';
import {changeWorld, readWorld} from './world-file.ts';

/** What differs between a separate process and a call inside phxfly. */
export type Carrier = Pick<Host, 'print' | 'readStdin' | 'ask'> & {
	/** Node and the script of the built-in Fly, for a call that outlives this one. */
	readonly command: readonly [string, string];
	/** Aborted by SIGINT or SIGTERM, whose name is the reason. */
	readonly interrupted: AbortSignal;
	/** Aborted by SIGKILL; nothing changes afterwards. */
	readonly killed?: AbortSignal;
};

/** How far a series of short waits may fall behind schedule and still catch up. */
const patienceMs = 50;

/** How long a lost call takes to arrive, in simulated milliseconds. */
const lateMs = 4000;

/**
Makes one call of the built-in Fly on this computer. PHXFLY_WORLD names the world file, PHXFLY_SPEED sets the speed of
time, and the debug log is in FLY_CONFIG_DIR.

@returns The exit code.
*/
export async function makeCall(call: Omit<Invocation, 'files'>, carrier: Carrier): Promise<number> {
	const {env, home} = call;
	const {print, killed} = carrier;
	const fail = async (message: string) => {
		await print('stderr', `Error: ${message}\n`);
		return 1;
	};
	const worldPath = env.PHXFLY_WORLD;
	if (!worldPath) return fail("PHXFLY_WORLD must be the path of the rehearsal's world file");
	const folder = env.FLY_CONFIG_DIR || join(home, '.fly');
	const log = openFlyLog(folder);
	if (!log.ok) return fail(log.message);

	const wait = createWait(carrier, Math.max(1, Number(env.PHXFLY_SPEED ?? 1) || 1));
	const isLate = Boolean(env.PHXFLY_LATE);
	if (isLate) {
		await print('stdout', 'late\n');
		await wait(lateMs);
	}

	try {
		return await runFly(
			{...call, files: {read: readText, isFolder, list: listNames}},
			{
				async read() {
					killed?.throwIfAborted();
					const world = await readWorld(worldPath);
					return {...world, clock: {...world.clock, simulatedMs: simulatedNow(world), realMs: Date.now()}};
				},
				change: act =>
					changeWorld(worldPath, (world, nowMs) => {
						killed?.throwIfAborted();
						return act(world, nowMs);
					}),
			},
			{
				print: isLate ? async () => undefined : print,
				wait,
				readStdin: carrier.readStdin,
				ask: carrier.ask,
				log: async text => log.write(text),
				logIn: async () => writeLogin(folder),
				leaveBehind: stdin => sendLate(carrier.command, call, stdin),
			},
		);
	} catch (error) {
		return fail(
			`the rehearsal's world ${worldPath}: ${error instanceof Error ? error.message : String(error)}`,
		);
	}
}

/** Writes a login to flyctl's own directory. It counts for 30 days. */
function writeLogin(folder: string): void {
	const login = `access_token: rehearsal\nlast_login: ${new Date().toISOString()}\n`;
	writeFileSync(join(folder, 'config.yml'), login, {mode: 0o600});
}

type FlyLog = {ok: true; write(text: string): void} | {ok: false; message: string};

const keptLogs = 10;

/**
Creates flyctl's own directory (0700) and this run's debug log in it, as flyctl does first. There is no log if `logs`
is a regular file. Every command fails if the directory is not writable.
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

/** Waits on the world's clock and stays on schedule over many short waits. */
function createWait({interrupted, killed}: Carrier, speed: number): Host['wait'] {
	const signal = killed ? AbortSignal.any([interrupted, killed]) : interrupted;
	let dueMs = performance.now();
	return async ms => {
		dueMs = Math.max(dueMs, performance.now() - patienceMs) + ms / speed;
		await sleep(Math.max(0, dueMs - performance.now()), undefined, {signal}).catch(() => undefined);
		killed?.throwIfAborted();
		return interrupted.aborted ? interrupted.reason : undefined;
	};
}

/** Makes the same call in a detached process. */
function sendLate(
	[node, script]: Carrier['command'],
	{argv, env, cwd}: Omit<Invocation, 'files'>,
	stdin: string,
): Promise<void> {
	return new Promise((resolve, reject) => {
		// Without the marker of a phxfly child, because a delayed call no longer belongs to any run.
		const {PHXFLY_FAULTS: _, PHXFLY_MARKER: __, ...rest} = env;
		const child = spawn(node, [script, ...argv], {
			cwd,
			env: {...rest, PHXFLY_LATE: '1'},
			detached: true,
			stdio: ['pipe', 'pipe', 'ignore'],
		});
		child.once('error', reject);
		child.stdin.end(stdin);
		// It has started, so only the simulated wait is left between this call's end and its own.
		child.stdout.once('data', () => {
			child.unref();
			child.stdout.destroy();
			resolve();
		});
	});
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
