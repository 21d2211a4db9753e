import process from 'node:process';
import {createLineSplitter, type FindCut} from '../core/text/lines.ts';

type Stream = 'stdout' | 'stderr';

type Launch = {
	readonly command: string;
	readonly args: readonly string[];
	/** The whole environment of the child; nothing is inherited. */
	readonly environment: Readonly<Record<string, string>>;
	readonly cwd: string;
	/** Written to standard input, which is then closed; without it standard input is empty. */
	readonly input?: string;
	/** Called before the input is written; only for a separate process. */
	readonly onStart?: (child: {readonly pid: number}) => void;
};

export type ProcessRequest = Launch & {
	/** Real milliseconds, then the group is stopped. */
	readonly timeoutMs: number;
	/** Real milliseconds between SIGINT and SIGKILL. */
	readonly graceMs: number;
	/** Aborting sends SIGINT to the whole group, then SIGKILL after the grace time. */
	readonly signal?: AbortSignal;
	readonly onLine?: (stream: Stream, line: string) => void;
	/** Where a line that is too long can be cut. */
	readonly findCut?: FindCut;
	/** Bytes of stdout to keep; the rest is dropped, and `isCut` is set. */
	readonly keepBytes: number;
	/** A child process by default. */
	readonly start?: StartProgram;
};

export type ProcessResult = {
	/** `undefined` when a signal ended it. */
	readonly exit: number | undefined;
	readonly endedBy: 'itself' | 'time-out' | 'cancel';
	readonly stdout: string;
	/** The last 200 lines. */
	readonly stderr: string;
	readonly isCut: boolean;
};

/** A running program. */
type Running = {
	/** `undefined` when a signal ended it. */
	readonly exited: Promise<number | undefined>;
	/** Nothing more will be printed. */
	readonly drained: Promise<unknown>;
	/** Signals the program and everything it started. */
	send(signal: 'SIGINT' | 'SIGKILL'): void;
	/** Kills whatever is left of it. */
	close(): void;
};

/** One way to start a program: as a child, or inside this process. */
export type StartProgram = (
	launch: Launch,
	onOutput: (stream: Stream, chunk: Buffer) => void,
) => Promise<Running>;

/**
Runs one program to its end, without a shell and without a terminal.

After a cancel or a time-out it returns within the grace time plus 1 s, even when grandchildren ignore SIGINT or keep
the pipes open.

@throws {Error} With the system's code when the program cannot be started, for example `ENOENT`.
*/
export async function runProcess(request: ProcessRequest): Promise<ProcessResult> {
	const kept: Buffer[] = [];
	let keptBytes = 0;
	let isCut = false;
	const errorLines: string[] = [];
	const out = createLineSplitter(line => request.onLine?.('stdout', line), request.findCut);
	const errors = createLineSplitter(line => {
		errorLines.push(line);
		if (errorLines.length > 400) errorLines.splice(0, 200);
		request.onLine?.('stderr', line);
	}, request.findCut);
	const running = await (request.start ?? startChild)(request, (stream, chunk) => {
		if (stream === 'stderr') return errors.push(chunk);
		const piece = chunk.subarray(0, request.keepBytes - keptBytes);
		if (piece.length > 0) kept.push(piece);
		keptBytes += piece.length;
		isCut ||= piece.length < chunk.length;
		out.push(chunk);
	});

	let endedBy: ProcessResult['endedBy'] = 'itself';
	let killTimer: NodeJS.Timeout | undefined;
	let giveUp: () => void = () => undefined;
	const gaveUp = new Promise<'gave-up'>(resolve => {
		giveUp = () => resolve('gave-up');
	});
	const stop = (why: 'time-out' | 'cancel') => {
		if (endedBy !== 'itself') return;
		endedBy = why;
		running.send('SIGINT');
		killTimer = setTimeout(() => {
			running.send('SIGKILL');
			killTimer = setTimeout(giveUp, 500);
		}, request.graceMs);
	};
	const onAbort = () => stop('cancel');
	if (request.signal?.aborted) stop('cancel');
	request.signal?.addEventListener('abort', onAbort, {once: true});
	const timer = setTimeout(() => stop('time-out'), request.timeoutMs);

	try {
		const first = await Promise.race([running.exited, gaveUp]);
		const exit = first === 'gave-up' ? undefined : first;
		// Grandchildren may keep the pipes open after the program itself has ended.
		await Promise.race([running.drained, delay(endedBy === 'itself' ? 2000 : 300)]);
		out.end();
		errors.end();
		return {
			exit,
			endedBy,
			stdout: Buffer.concat(kept).toString('utf8'),
			stderr: errorLines.slice(-200).join('\n'),
			isCut,
		};
	} finally {
		clearTimeout(timer);
		clearTimeout(killTimer);
		request.signal?.removeEventListener('abort', onAbort);
		running.close();
	}
}

/**
Gives this process's terminal to a program, which reads its keys and gets its interrupts.

@returns The exit code, or `undefined` when a signal ended it.
@throws {Error} With the system's code when the program cannot be started.
*/
export async function runInTerminal({
	command,
	args,
	environment,
	cwd,
	signal,
}: Pick<Launch, 'command' | 'args' | 'environment' | 'cwd'> & {
	/** Aborting sends SIGTERM, then SIGKILL. */
	readonly signal: AbortSignal;
}): Promise<number | undefined> {
	const {execa} = await loadExeca();
	const outcome = await execa(command, [...args], {
		cwd,
		env: {...environment},
		extendEnv: false,
		stdio: 'inherit',
		reject: false,
		cancelSignal: signal,
		forceKillAfterDelay: 2000,
	});
	if (outcome.exitCode === undefined && outcome.signal === undefined && !outcome.isCanceled)
		throw Object.assign(new Error(outcome.shortMessage), {code: outcome.code});
	return outcome.exitCode;
}

/** Loaded with the first child: the first screen comes before it. */
const loadExeca = () => import('execa');

const runningGroups = new Set<number>();
process.once('exit', () => {
	for (const pid of runningGroups) killGroup(pid, 'SIGKILL');
});

/** Starts a child in a separate process group. */
async function startChild(launch: Launch, onOutput: Parameters<StartProgram>[1]): Promise<Running> {
	const {execa} = await loadExeca();
	const child = execa(launch.command, [...launch.args], {
		cwd: launch.cwd,
		env: {...launch.environment},
		extendEnv: false,
		detached: true,
		cleanup: false,
		buffer: false,
		reject: false,
		stdin: launch.input === undefined ? 'ignore' : 'pipe',
		stdout: 'pipe',
		stderr: 'pipe',
	});
	// execa's promise waits for everything that keeps the pipes open; this function does not. A rejection is a failed start, handled below.
	child.catch(() => undefined);

	const {pid} = child;
	if (pid === undefined) throw await startError(child);
	runningGroups.add(pid);
	const close = () => {
		killGroup(pid, 'SIGKILL');
		runningGroups.delete(pid);
		child.stdout.destroy();
		child.stderr.destroy();
	};
	child.stdout.on('data', (chunk: Buffer) => onOutput('stdout', chunk));
	child.stderr.on('data', (chunk: Buffer) => onOutput('stderr', chunk));
	const exited = new Promise<number | undefined>(resolve => {
		child.once('exit', code => resolve(code ?? undefined));
	});
	try {
		launch.onStart?.({pid});
	} catch (error) {
		close();
		throw error;
	}

	if (launch.input !== undefined) {
		child.stdin?.on('error', () => undefined);
		child.stdin?.end(launch.input);
	}

	return {exited, drained: bothEnded(child), send: signal => killGroup(pid, signal), close};
}

const delay = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms).unref());

async function bothEnded(child: {
	readonly stdout: NodeJS.ReadableStream;
	readonly stderr: NodeJS.ReadableStream;
}) {
	const ended = (stream: NodeJS.ReadableStream) =>
		new Promise<void>(resolve => {
			if (!stream.readable) resolve();
			stream.once('end', resolve).once('close', resolve).once('error', resolve);
		});
	await Promise.all([ended(child.stdout), ended(child.stderr)]);
}

async function startError(child: PromiseLike<unknown>): Promise<Error> {
	const outcome = (await child) as {cause?: unknown; code?: string; shortMessage?: string};
	const error = new Error(outcome.shortMessage ?? 'The program could not be started.', {
		cause: outcome.cause,
	});
	return Object.assign(error, {code: outcome.code});
}

/** Sends a signal to a whole process group; ignores a group that is gone. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-pid, signal);
	} catch {
		// Gone already, or never a group leader.
	}
}

export const ownPid = process.pid;

/** Who writes the files of this process; `undefined` on Windows. */
export const ownUserId = process.geteuid?.();
