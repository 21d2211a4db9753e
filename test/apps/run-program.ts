import {spawn} from 'node:child_process';

/** A line of `--json`, as far as it is read here. */
export type Event = {
	readonly type: string;
	readonly id?: string;
	readonly status?: string;
	readonly detail?: string;
	readonly code?: string;
	readonly message?: string;
	readonly hint?: string;
	readonly question?: string;
	readonly flag?: string;
	readonly values?: readonly string[];
	readonly exit?: number;
};

export type Ended = {
	/** Undefined after a signal, of the time limit for example. */
	readonly exit: number | undefined;
	readonly events: readonly Event[];
	readonly stdout: string;
	readonly stderr: string;
	readonly seconds: number;
	/** Why this is a crash; undefined for a proper end. */
	readonly crash: string | undefined;
};

export type Program = {
	/** The built program. */
	readonly cli: string;
	readonly folder: string;
	/** Home and state of this one project. */
	readonly home: string;
};

const limitMs = 120_000;

/** Runs the built program once, as a child process that is killed after two minutes. */
export async function runProgram(
	{cli, folder, home}: Program,
	args: readonly string[],
	variables: Readonly<Record<string, string>> = {},
): Promise<Ended> {
	const started = performance.now();
	const child = spawn(process.execPath, [cli, ...args], {
		cwd: folder,
		env: {PATH: process.env.PATH ?? '', HOME: home, XDG_STATE_HOME: home, TZ: 'UTC', ...variables},
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: limitMs,
		killSignal: 'SIGKILL',
	});
	let [stdout, stderr] = ['', ''];
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	const exit = await new Promise<number | undefined>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', code => resolve(code ?? undefined));
	});
	const seconds = (performance.now() - started) / 1000;
	const events = args.includes('--json') ? readEvents(stdout) : [];
	return {exit, events, stdout, stderr, seconds, crash: findCrash(exit, events, stderr, args)};
}

function readEvents(stdout: string): readonly Event[] {
	return stdout.split('\n').flatMap(line => {
		try {
			return [JSON.parse(line) as Event];
		} catch {
			return [];
		}
	});
}

function findCrash(
	exit: number | undefined,
	events: readonly Event[],
	stderr: string,
	args: readonly string[],
): string | undefined {
	if (exit === undefined) return `killed after ${limitMs / 1000} s`;
	const bug = events.find(({code}) => code === 'bug');
	if (bug) return bug.message;
	if (/\bat .+\.js:\d+:\d+/.test(stderr)) return stderr.split('\n').slice(0, 3).join(' ');
	if (args.includes('--json') && events.at(-1)?.type !== 'finished') return `no last event, exit ${exit}`;
	return undefined;
}
