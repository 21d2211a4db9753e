import {readFileSync} from 'node:fs';
import {copyFile, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Failure} from '../core/errors/failure.ts';
import {explainFlyFailure} from '../core/fly/failures.ts';
import type {Redactor} from '../core/secrets/redact.ts';
import {Secret} from '../core/secrets/secret.ts';
import {type ProcessResult, runInTerminal, runProcess, type StartProgram} from './process.ts';

export type FlyctlOptions = {
	/** The program and its first arguments: `['/usr/bin/fly']`, or Node with the built-in Fly. */
	readonly command: readonly [string, ...string[]];
	/** Starts the built-in Fly inside this process instead of a child. */
	readonly start?: StartProgram;
	/** What runs as a child with the terminal, if `command` cannot. */
	readonly terminalCommand?: readonly [string, ...string[]];
	/** The caller's whole environment. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Names of variables that contain secrets; no child gets them. */
	readonly secretNames: readonly string[];
	/** Added last, for the built-in Fly. */
	readonly extra: Readonly<Record<string, string>>;
	/** The project's folder. */
	readonly cwd: string;
	/** Where phxfly creates a run's private flyctl directory; the user's own is `userFolder`. */
	readonly stateFolder: string;
	readonly userFolder: string;
	readonly redactor: Redactor;
	/** Receives every line and call, redacted. */
	readonly log: (line: string) => void;
};

export type Flyctl = {
	/** Runs one command to its end, also when it fails. @throws {Failure} `flyctl-missing` when it cannot be started. */
	run(call: FlyctlCall): Promise<ProcessResult>;
	/** Removes the private directory. */
	close(): Promise<void>;
};

type Terminal = {
	/** Gives the terminal to `fly auth login`. Later calls use its login. @returns Whether it logged in. */
	logIn(signal: AbortSignal): Promise<boolean>;
	/** Gives the terminal to flyctl. @returns Its exit code, or `undefined` when a signal ended it. */
	attach(args: readonly string[], signal: AbortSignal): Promise<number | undefined>;
};

export type FlyctlCall = {
	readonly args: readonly string[];
	readonly timeoutMs: number;
	readonly input?: string;
	/** Uses the private flyctl directory, so that no value reaches flyctl's own logs. */
	readonly isSecret?: boolean;
	readonly environment?: Readonly<Record<string, string>>;
	readonly signal?: AbortSignal;
	readonly graceMs?: number;
	/** Bytes of stdout to keep; 16 MiB by default. */
	readonly keepBytes?: number;
	readonly onLine?: (stream: 'stdout' | 'stderr', line: string) => void;
	readonly onStart?: (child: {readonly pid: number}) => void;
};

/** Variables that would silently redirect flyctl or change its output. */
export const droppedVariables = [
	'FLY_APP',
	'FLY_ORG',
	'FLY_ORGANIZATION',
	'FLY_REGION',
	'FLY_JSON',
	'FLY_VERBOSE',
	'FLY_UPDATE_CHECK',
	'FLY_INCIDENTS_CHECK',
	'CLICOLOR_FORCE',
	'FORCE_COLOR',
	// Faults are only for the built-in Fly, which gets them with `extra`.
	'PHXFLY_FAULTS',
];

const quiet = {
	NO_COLOR: '1',
	FLY_NO_UPDATE_CHECK: '1',
	FLY_SEND_METRICS: '0',
	FLY_NO_INCIDENTS_CHECK: '1',
	LOG_LEVEL: 'error',
};

const mebibyte = 1024 * 1024;

/** Opens the only way to flyctl: argv arrays, no shell, a cleaned environment, its own process group, time limits. */
export function openFlyctl(options: FlyctlOptions): Flyctl & Terminal {
	const {command, start, environment, secretNames, extra, cwd, stateFolder, userFolder, redactor, log} =
		options;
	let privateFolder: Promise<string> | undefined;
	const hideTokens = () => {
		for (const token of listFlyTokens(environment, userFolder)) redactor.add(token);
	};
	hideTokens();

	const childEnvironment = (
		own: FlyctlCall['environment'] = {},
		configFolder?: string,
	): Record<string, string> => {
		const kept = Object.entries(environment).filter(
			(entry): entry is [string, string] =>
				entry[1] !== undefined && !droppedVariables.includes(entry[0]) && !secretNames.includes(entry[0]),
		);
		return {
			...Object.fromEntries(kept),
			...quiet,
			...extra,
			...own,
			...(configFolder ? {FLY_CONFIG_DIR: configFolder} : {}),
		};
	};

	const close = async () => {
		const folder = await privateFolder?.catch(() => undefined);
		if (folder) await rm(folder, {recursive: true, force: true});
		privateFolder = undefined;
	};

	const attach: Terminal['attach'] = async (args, signal) => {
		log(`$ ${redactor.redact(`fly ${args.join(' ')}`)}`);
		const [program, ...words] = options.terminalCommand ?? command;
		try {
			const exit = await runInTerminal({
				command: program,
				args: [...words, ...args],
				environment: childEnvironment(),
				cwd,
				signal,
			});
			log(`= ${exit ?? 'killed'}`);
			return exit;
		} catch (error) {
			throw startFailure(program, error);
		}
	};

	return {
		async run(call) {
			const shown = `fly ${call.args.join(' ')}`;
			if (call.isSecret) privateFolder ??= createPrivateFolder(stateFolder, userFolder);
			const configFolder = call.isSecret ? await privateFolder : undefined;
			log(`$ ${redactor.redact(shown)}`);
			const [program, ...words] = command;
			try {
				const result = await runProcess({
					command: program,
					args: [...words, ...call.args],
					environment: childEnvironment(call.environment, configFolder),
					cwd,
					timeoutMs: call.timeoutMs,
					graceMs: call.graceMs ?? 10_000,
					keepBytes: call.keepBytes ?? 16 * mebibyte,
					...(start ? {start} : {}),
					...(call.input === undefined ? {} : {input: call.input}),
					...(call.signal ? {signal: call.signal} : {}),
					...(call.onStart ? {onStart: call.onStart} : {}),
					findCut: redactor.findCut,
					onLine(stream, line) {
						call.onLine?.(stream, line);
						if (!call.args.includes('--json') || stream === 'stderr') log(redactor.clean(line));
					},
				});
				log(`= ${result.exit ?? 'killed'}${result.endedBy === 'itself' ? '' : ` (${result.endedBy})`}`);
				return result;
			} catch (error) {
				throw startFailure(program, error);
			}
		},

		attach,

		async logIn(signal) {
			try {
				return (await attach(['auth', 'login'], signal)) === 0;
			} finally {
				hideTokens();
				// It has a copy of the earlier login.
				await close();
			}
		},

		close,
	};
}

const shortestToken = 16;

/** Lists flyctl's own tokens, from the environment and from its file: neither its output nor phxfly's may show them. */
function listFlyTokens(
	environment: Readonly<Record<string, string | undefined>>,
	userFolder: string,
): readonly Secret[] {
	const login = readLogin(join(userFolder, 'config.yml'));
	const values = [
		['FLY_API_TOKEN', environment.FLY_API_TOKEN],
		['FLY_ACCESS_TOKEN', environment.FLY_ACCESS_TOKEN],
		...[...login.matchAll(/^(\w*token): *["']?(.+?)["']? *$/gm)].map(([, name, value]) => [name, value]),
	] as const;
	// One login often consists of several tokens, which are also used separately.
	return values.flatMap(([name = '', value = '']) =>
		[value, ...value.split(/[\s,]+/)]
			.filter(part => part.length >= shortestToken)
			.map(part => new Secret(name, part)),
	);
}

function readLogin(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

/** The prefix of every private flyctl directory, so that phxfly deletes one left by a kill. */
export const privateFolderPrefix = 'fly-';

/** Copies the user's login, and puts a regular file where flyctl would create its logs folder, so that it does not log. */
async function createPrivateFolder(stateFolder: string, userFolder: string): Promise<string> {
	await mkdir(stateFolder, {recursive: true, mode: 0o700});
	const folder = await mkdtemp(join(stateFolder, privateFolderPrefix));
	await writeFile(join(folder, 'logs'), '', {mode: 0o600});
	try {
		await copyFile(join(userFolder, 'config.yml'), join(folder, 'config.yml'));
	} catch (error) {
		// A token from the environment does not need a login file.
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
	}

	return folder;
}

function startFailure(program: string, error: unknown): Failure {
	if (error instanceof Failure) return error;
	const {code} = error as NodeJS.ErrnoException;
	return new Failure(
		'flyctl-missing',
		code === 'ENOENT'
			? `No flyctl at ${program}.`
			: `Cannot start flyctl at ${program} (${code ?? 'unknown'}).`,
		{
			hint: 'Install it from https://fly.io/docs/flyctl/install/, or pass its path: --fly PATH.',
			cause: error,
		},
	);
}

/** Returns the result of a call that ended with 0. @throws {Failure} The explained error of any other. */
export function requireSuccess(
	args: readonly string[],
	result: ProcessResult,
	redactor: Redactor,
): ProcessResult {
	if (result.exit === 0 && result.endedBy === 'itself') return result;
	throw explainFlyFailure(redactor.redact(args.join(' ')), redactor.redact(result.stderr), result.exit);
}
