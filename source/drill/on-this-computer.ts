import {type MachineLitestream, type MachineShell, scratchFolder} from '../core/litestream/machine.ts';
import {nameScratch} from '../core/litestream/restore.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Readers} from '../core/readers.ts';
import type {RunProgram} from '../core/run/ports.ts';
import {Secret} from '../core/secrets/secret.ts';
import {measureStorageSkew} from './clocks.ts';
import type {RestoreTarget} from './drill.ts';

/**
Returns this computer, if it has Litestream and the keys. Passes the keys through the environment, never in a file or an argument.

@param own - A private folder to restore in, instead of a new one for temporary files; `signal` ends what runs.
*/
export async function findLocalPlace(
	plan: Pick<PlanContext, 'provider' | 'answers' | 'bucket' | 'prefix'>,
	{clock, net, store}: Pick<Readers, 'clock' | 'net' | 'store'>,
	runProgram: RunProgram,
	variables: Readonly<Record<string, string | undefined>>,
	own?: {readonly folder: string; readonly signal: AbortSignal},
): Promise<RestoreTarget | undefined> {
	const {provider, answers, bucket, prefix} = plan;
	const {LITESTREAM_ACCESS_KEY_ID: id, LITESTREAM_SECRET_ACCESS_KEY: secret} = variables;
	if (!provider || !bucket || !id || !secret) return undefined;
	const {endpoint, region} = provider.target(answers);
	const folder = own?.folder ?? nameScratch(clock.now());
	const signal = own && {signal: own.signal};
	const scratch = `${folder}/copy.db`;
	// Litestream 0.3 needs the database file to exist, even if it is empty.
	const databasePath = `${scratch}.none`;
	const input = writeConfig(databasePath, {
		url: `s3://${[bucket, prefix].filter(Boolean).join('/')}`,
		endpoint,
		region,
	});
	const environment = {
		PATH: variables.PATH ?? '',
		LITESTREAM_ACCESS_KEY_ID: id,
		LITESTREAM_SECRET_ACCESS_KEY: secret,
		AWS_EC2_METADATA_DISABLED: 'true',
	};
	const shell: MachineShell = {
		run: (words, seconds = 15) =>
			runProgram(words, {environment, input, timeoutMs: seconds * 1000, ...signal}),
	};
	const version = /^v?(\d+\.\d+\.\d+\S*)/m.exec((await shell.run(['litestream', 'version'])).stdout)?.[1];
	if (!version) return undefined;
	// A private folder, because the copy contains all of the app's data and other people may use this computer.
	if (!own) await shell.run(['mkdir', '-m', '700', folder]);
	await shell.run(['touch', databasePath]);
	await shell.run(['tee', `${scratch}.yml`]);
	const complete: MachineLitestream['complete'] = ([name = '', ...rest]) => [
		// A folder may have a dollar sign in its name.
		...['litestream', name, '-config', `${scratch}.yml`, '-no-expand-env'],
		...rest,
	];
	const litestream: MachineLitestream = {
		version,
		is05: !version.startsWith('0.3.'),
		hasEntrypoint: false,
		complete,
		run: (words, seconds) => shell.run(complete(words), seconds),
	};
	// The database size is unknown until it is restored.
	const disk = await shell.run(['df', '-Pk', own ? folder : scratchFolder]);
	const free = /^\S+\s+\d+\s+\d+\s+(\d+)\s/m.exec(disk.stdout)?.[1];
	const room = {
		folder: own?.folder,
		databaseBytes: 0,
		freeBytes: free ? Number(free) * 1024 : undefined,
		memoryBytes: undefined,
	};
	const storageSkewMs = await measureStorageSkew(endpoint, {net, clock});
	const target = {
		endpoint,
		region,
		bucket,
		prefix: prefix ?? '',
		accessKeyId: new Secret('LITESTREAM_ACCESS_KEY_ID', id),
		secretAccessKey: new Secret('LITESTREAM_SECRET_ACCESS_KEY', secret),
		aheadMs: storageSkewMs,
	};
	const tools = {shell, litestream, clock, isLocal: true};
	return {...tools, room, databasePath, scratch, storageSkewMs, storage: {store, target}, where: 'here'};
}

const writeConfig = (databasePath: string, replica: Readonly<Record<string, string>>): string =>
	[
		`dbs:`,
		`  - path: ${JSON.stringify(databasePath)}`,
		`    replicas:`,
		...Object.entries(replica).map(
			([name, value], at) => `      ${at === 0 ? '-' : ' '} ${name}: ${JSON.stringify(value)}`,
		),
		'',
	].join('\n');
