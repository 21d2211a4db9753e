import {randomUUID} from 'node:crypto';
import {explainFlyFailure, isOutcomeUnknown} from '../core/fly/failures.ts';
import type {ExecResult} from '../core/fly/output.ts';
import type {Clock} from '../core/readers.ts';
import type {Executor} from '../core/run/ports.ts';
import type {Redactor} from '../core/secrets/redact.ts';
import type {Flyctl} from './flyctl.ts';
import {killGroup, runProcess} from './process.ts';
import type {Processes} from './processes/processes.ts';
import type {ProjectFiles} from './project-files.ts';

type Options = {
	readonly flyctl: Flyctl;
	/** flyctl and its first arguments, as `flyctl` starts it. */
	readonly command: readonly string[];
	readonly processes: Processes;
	readonly files: ProjectFiles;
	readonly backupFolder: string;
	readonly redactor: Redactor;
	readonly clock: Clock;
};

/** Set for every child that changes something, so that phxfly finds it after a kill. */
const markerName = 'PHXFLY_MARKER';

const orphanGraceMs = 10_000;

/** Opens the engine's only way to change the account and the project's files. */
export function openExecutor(options: Options): Executor {
	const {flyctl, command, processes, files, backupFolder, redactor, clock} = options;
	return {
		newMarker: () => randomUUID(),

		async callFly(action, {input, marker, signal, onLine, onStart}) {
			const result = await flyctl.run({
				args: action.args,
				timeoutMs: action.timeoutMs,
				isSecret: action.isSecret ?? false,
				environment: {...action.environment, [markerName]: marker},
				signal,
				onLine,
				onStart: ({pid}) => onStart({pid, startedAt: processes.startTimeOf(pid) ?? ''}),
				// Build output is shown and logged, but never parsed.
				...(action.isLong ? {keepBytes: 1_048_576} : {}),
				...(input === undefined ? {} : {input}),
			});
			if (result.exit === 0 && result.endedBy === 'itself') return {is: 'ok', stdout: result.stdout};
			const stderr = redactor.redact(result.stderr);
			return {
				is: 'failed',
				failure: explainFlyFailure(redactor.redact(action.args.join(' ')), stderr, result.exit),
				isOutcomeUnknown: isOutcomeUnknown({...result, stderr}),
			};
		},

		async writeFile(change) {
			await files.write(change, backupFolder);
			return change.before === undefined ? undefined : backupFolder;
		},

		async stopOrphan({pid: recorded, processStartedAt, marker: value, argv, startedAtMs}) {
			const marker = `${markerName}=${value}`;
			// A kill right after the start leaves no recorded pid.
			const pid = recorded ?? processes.findChild({marker, command: [...command, ...argv], startedAtMs});
			if (pid === undefined) return false;
			const startedAt = recorded === undefined ? processes.startTimeOf(pid) : processStartedAt;
			const isLeft = () => isChild(pid, startedAt, marker, processes);
			if (!isLeft()) return false;
			killGroup(pid, 'SIGINT');
			for (let waitedMs = 0; waitedMs < orphanGraceMs && isLeft(); waitedMs += 250) await clock.sleep(250);

			killGroup(pid, 'SIGKILL');
			return true;
		},
	};
}

/** Returns whether the process is alive, started at the recorded time, and has the marker, where the system shows it. */
function isChild(
	pid: number,
	processStartedAt: string | undefined,
	marker: string,
	{isAlive, startTimeOf, hasInEnvironment}: Processes,
): boolean {
	if (!isAlive(pid)) return false;
	const startedAt = startTimeOf(pid);
	if (startedAt !== undefined && processStartedAt && startedAt !== processStartedAt) return false;
	return hasInEnvironment(pid, marker) ?? (startedAt !== undefined && startedAt === processStartedAt);
}

/**
Runs a program on this computer to its end, with only the given environment.

@returns Exit code 127 when it is not installed, 124 after a timeout.
*/
export async function runProgram(
	[command = '', ...args]: readonly string[],
	options: {
		readonly environment: Readonly<Record<string, string>>;
		readonly input: string;
		readonly timeoutMs: number;
		readonly signal?: AbortSignal;
	},
): Promise<ExecResult> {
	try {
		const limits = {graceMs: 2000, keepBytes: 8 * 1024 * 1024};
		const {exit, endedBy, stdout, stderr} = await runProcess({
			command,
			args,
			cwd: '/',
			...limits,
			...options,
		});
		return {exit_code: endedBy === 'itself' ? (exit ?? 1) : 124, stdout, stderr};
	} catch (error) {
		if (!(error instanceof Error && 'code' in error)) throw error;
		return {exit_code: 127, stdout: '', stderr: error.message};
	}
}
