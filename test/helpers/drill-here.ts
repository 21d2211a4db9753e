import {execFile} from 'node:child_process';
import {basename} from 'node:path';
import type {ExecResult} from '../../source/core/fly/output.ts';
import type {DrillFindings} from '../../source/core/litestream/drill.ts';
import type {RunProgram} from '../../source/core/run/ports.ts';
import {drillReplica, type RestoreTarget} from '../../source/drill/drill.ts';
import {findLocalPlace} from '../../source/drill/on-this-computer.ts';
import {openLocalMachine} from './local-machine.ts';
import type {ProtectedApp} from './protected-app.ts';
import type {S3Server} from './s3-server.ts';
import {storageSecrets} from './storage-secrets.ts';

type Options = {
	/** Runs before each program. */
	readonly before?: (command: string, input: string) => void;
	readonly variables?: Readonly<Record<string, string | undefined>>;
};

/** Finds this computer for a drill, as the command does with the keys in the environment and the Litestream of the test. */
export function findHere(
	app: ProtectedApp,
	server: S3Server,
	{before, variables = {}}: Options = {},
): Promise<RestoreTarget | undefined> {
	const runProgram: RunProgram = (words, options) => {
		before?.(words.join(' '), options.input ?? '');
		return run(words, options, app);
	};
	const {plan, readers} = openLocalMachine(app, {endpoint: server.endpoint});
	const given = {...storageSecrets(server), PATH: app.environment.PATH, ...variables};
	return findLocalPlace({...plan, bucket: 'store-1', prefix: 'blog'}, readers, runProgram, given);
}

export async function drillHere(
	app: ProtectedApp,
	server: S3Server,
	options?: Options,
): Promise<DrillFindings> {
	const here = await findHere(app, server, options);
	if (!here) throw new Error('This computer lacks something for a drill.');
	return drillReplica(here);
}

/** As the adapter does it, with the Litestream of the test. */
function run(
	[program = '', ...args]: readonly string[],
	{environment, input}: Parameters<RunProgram>[1],
	app: ProtectedApp,
): Promise<ExecResult> {
	return new Promise(resolve => {
		const command = basename(program) === 'litestream' ? `${app.folder}/bin/litestream` : program;
		const child = execFile(command, args, {env: {...environment}}, (error, stdout, stderr) => {
			resolve({exit_code: error ? Number(error.code) || 1 : 0, stdout, stderr});
		});
		child.stdin?.end(input);
		child.stdin?.on('error', () => undefined);
	});
}
