import {execFile} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {realClock} from '../../source/adapters/clock.ts';
import {openHttp} from '../../source/adapters/http.ts';
import {openObjectStore} from '../../source/adapters/object-store.ts';
import type {ExecResult} from '../../source/core/fly/output.ts';
import type {PlanContext} from '../../source/core/plan/context.ts';
import type {FlyReader, Readers} from '../../source/core/readers.ts';
import {createRedactor} from '../../source/core/secrets/redact.ts';
import {openSecretStore} from '../../source/engine/secret-store.ts';
import {s3} from '../../source/providers/s3.ts';
import {splitWords} from '../../source/rehearsal/remote/words.ts';
import type {ProtectedApp} from './protected-app.ts';

type Options = {
	/** Whether the machine's image has our entrypoint. */
	readonly hasEntrypoint?: boolean;
	/** Answers of programs that do not run. */
	readonly answers?: Readonly<Record<string, ExecResult>>;
	readonly endpoint: string;
	/** How far the clock of this computer is ahead of the machine's. */
	readonly aheadMs?: number;
	/** Runs before each command. */
	readonly before?: (command: string) => void;
	/** Edits the script that checks the replica, to show that a broken one is noticed. A sed expression. */
	readonly sabotage?: string | undefined;
};

export type LocalMachine = {
	readonly readers: Readers;
	readonly plan: PlanContext;
	/** Every command it got. */
	readonly commands: string[];
};

/** Presents the app's processes as a machine on Fly. Commands run as local processes in the app's environment. */
export function openLocalMachine(
	app: ProtectedApp,
	{hasEntrypoint = true, answers = {}, endpoint, aheadMs = 0, before, sabotage = ''}: Options,
): LocalMachine {
	const commands: string[] = [];
	const lister = writeLister(app);
	const exec: FlyReader['exec'] = async (_app, _machine, command, timeoutSeconds) => {
		commands.push(command.replaceAll(scratch, nameScratch(app)));
		before?.(command);
		const [program = '', ...args] = (splitWords(command) ?? []).map(word =>
			translate(word, app, lister, sabotage),
		);
		const answer = answers[basename(program)];
		if (answer) return answer;
		const isHidden = program === join(app.folder, 'entrypoint') && !hasEntrypoint;
		const isLooked = program === 'grep' && !hasEntrypoint;
		if (isHidden || isLooked)
			return {exit_code: 2, stdout: '', stderr: `${program}: No such file or directory`};
		return run(program, args, app, timeoutSeconds);
	};
	const machine = {
		id: 'm1',
		state: 'started',
		region: 'sjc',
		config: {metadata: {fly_process_group: 'app'}},
	};
	const fly = {
		exec,
		listMachines: async () => [machine],
		lastLogs: async () => app.output().split('\n').slice(-30),
	} as unknown as FlyReader;
	const net = {...openHttp({}), resolve: async () => ({is: 'absent'})} as unknown as Readers['net'];
	const files = {read: async () => undefined, mode: async () => undefined};
	const clock = {
		...realClock,
		now: () => Date.now() + aheadMs,
		sleep: (ms: number) => wait(Math.min(ms, 3000)),
	};
	const store = openObjectStore(net, clock.now);
	const yml = readFileSync(app.environment.LITESTREAM_CONFIG ?? '', 'utf8');
	const plan = {
		app: 'blog',
		databasePath: app.databasePath,
		bucket: 'store-1',
		prefix: 'blog',
		provider: {...s3, target: () => ({endpoint, region: 'us-east-1'})},
		answers: new Map(),
		storageSecrets: [],
		facts: {litestreamPath: 'etc/litestream.yml', files: new Map([['etc/litestream.yml', yml]])},
	} as unknown as PlanContext;
	return {
		readers: {fly, net, files, store, secrets: openSecretStore(createRedactor()), clock},
		plan,
		commands,
	};
}

/** Writes a program that lists the folders in /proc of what was started for the app, and nothing else of this computer. */
function writeLister({folder}: ProtectedApp): string {
	const path = join(folder, 'list-processes');
	const environ = `ROW_LOG=${folder}/`;
	const text = `#!/bin/sh\nPATH=/usr/bin:/bin\ngrep -l -a -F '${environ}' /proc/[0-9]*/environ 2>/dev/null | sed 's#/environ##'\n`;
	writeFileSync(path, text, {mode: 0o755});
	return path;
}

const scratch = '/tmp/phxfly-verify-';

const nameScratch = ({folder}: ProtectedApp) => `${scratch}${basename(folder)}-`;

/** Replaces the image's paths by those of the app, and all processes of the machine by those of the app: each app has its own machine. */
function translate(word: string, app: ProtectedApp, lister: string, sabotage: string): string {
	const ownScratch = nameScratch(app);
	const edits = [`s#/proc/\\[0-9\\]\\*;#$(${lister});#`, `s#${scratch}#${ownScratch}#`, sabotage];
	return word
		.replaceAll('/usr/local/bin/entrypoint', join(app.folder, 'entrypoint'))
		.replaceAll(scratch, ownScratch)
		.replace('| gzip -d >', `| gzip -d | sed '${edits.join(';')}' >`);
}

function run(
	program: string,
	args: readonly string[],
	{environment, folder}: ProtectedApp,
	timeoutSeconds: number,
): Promise<ExecResult> {
	return new Promise(resolve => {
		const options = {
			cwd: folder,
			env: environment,
			timeout: timeoutSeconds * 1000,
			maxBuffer: 8 * 1024 * 1024,
		};
		execFile(program, [...args], options, (error, stdout, stderr) => {
			const code = error
				? typeof error.code === 'number'
					? error.code
					: error.code === 'ENOENT'
						? 127
						: 1
				: 0;
			const missing = code === 127 ? `exec: "${program}": executable file not found in $PATH` : '';
			resolve({exit_code: code, stdout, stderr: stderr || missing});
		});
	});
}
