import {join} from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import * as v from 'valibot';
import {Failure} from '../core/errors/failure.ts';
import {isAbsent, isHidden, noLease} from '../core/fly/absences.ts';
import {nameConfig} from '../core/fly/arguments.ts';
import {isWorthRepeating} from '../core/fly/failures.ts';
import * as schemas from '../core/fly/output.ts';
import {findJson} from '../core/fly/output.ts';
import {readReportedError} from '../core/fly/reported-error.ts';
import type {Clock, FlyReader} from '../core/readers.ts';
import type {Redactor} from '../core/secrets/redact.ts';
import {type Flyctl, requireSuccess} from './flyctl.ts';
import type {ProcessResult} from './process.ts';
import {writeStateFile} from './state/file.ts';

type Options = {
	readonly flyctl: Flyctl;
	readonly redactor: Redactor;
	readonly clock: Clock;
	/** Where phxfly saves a sample of unexpected output. */
	readonly stateFolder: string;
};

const readTimeoutMs = 60_000;
const pausesMs = [1000, 3000];
/** Characters of unexpected output to save. */
const mostSaved = 200_000;

/** Opens flyctl's read side. Every output is validated; an unexpected one stops the run before the next change. */
export function openFlyReader({flyctl, redactor, clock, stateFolder}: Options): FlyReader {
	const attempt = async (
		args: readonly string[],
		timeoutMs = readTimeoutMs,
		signal?: AbortSignal,
	): Promise<ProcessResult> => {
		for (const pauseMs of [...pausesMs, undefined]) {
			const result = await flyctl.run({args, timeoutMs, graceMs: 2000, ...(signal ? {signal} : {})});
			const mayHelp = result.exit !== 0 && (result.endedBy === 'time-out' || isWorthRepeating(result.stderr));
			if (pauseMs === undefined || !mayHelp) return result;
			await clock.sleep(pauseMs, signal);
		}

		throw new Error('unreachable');
	};

	const parse = async <T>(
		schema: v.GenericSchema<unknown, T>,
		args: readonly string[],
		{stdout}: ProcessResult,
	): Promise<T> => {
		const found = findJson(stdout);
		const json = found === undefined && stdout.trim() === 'null' ? null : found;
		const parsed = v.safeParse(schema, json);
		if (parsed.success) return parsed.output;

		const issue = parsed.issues[0];
		const where = issue.path?.map(({key}) => String(key)).join('.') ?? 'the whole output';
		throw unexpectedOutput(args, stdout, `${where}: expected ${issue.expected ?? 'another value'}`);
	};

	const unexpectedOutput = (args: readonly string[], stdout: string, why: string): Failure => {
		const sample = saveSample(`$ fly ${args.join(' ')}\n${stdout}`);
		return new Failure(
			'flyctl-not-understood',
			`Unexpected output from \`fly ${args.join(' ')}\` (${why}).`,
			{
				hint: `phxfly stopped before the next change. ${sample ? `The output is in ${sample}. ` : ''}Updating flyctl may help: fly version upgrade`,
			},
		);
	};

	const saveSample = (text: string): string | undefined => {
		try {
			const path = join(stateFolder, 'not-understood.txt');
			writeStateFile(path, redactor.redact(text).slice(0, mostSaved));
			return path;
		} catch {
			// Reporting the output matters more than saving it.
			return undefined;
		}
	};

	const read = async <T>(schema: v.GenericSchema<unknown, T>, ...args: readonly string[]): Promise<T> =>
		parse(schema, args, requireSuccess(args, await attempt(args), redactor));

	const readUntilAborted = async <T>(
		schema: v.GenericSchema<unknown, T>,
		signal: AbortSignal | undefined,
		...args: readonly string[]
	): Promise<T> =>
		parse(schema, args, requireSuccess(args, await attempt(args, readTimeoutMs, signal), redactor));

	const askUnlessAbsent = async (
		what: Parameters<typeof isAbsent>[0],
		args: readonly string[],
	): Promise<ProcessResult | undefined> => {
		const result = await attempt(args);
		const error = result.exit === 1 && result.endedBy === 'itself' && readReportedError(result.stderr);
		return error && isAbsent(what, error) ? undefined : requireSuccess(args, result, redactor);
	};

	const readUnlessAbsent = async <T>(
		what: Parameters<typeof isAbsent>[0],
		schema: v.GenericSchema<unknown, T>,
		...args: readonly string[]
	): Promise<T | undefined> => {
		const result = await askUnlessAbsent(what, args);
		return result && parse(schema, args, result);
	};

	const readBucket = async (
		what: 'bucketOfApp' | 'bucket',
		...whose: readonly string[]
	): Promise<string | undefined> => {
		const args = ['storage', 'status', ...whose];
		const result = await askUnlessAbsent(what, args);
		if (!result) return undefined;
		const {stdout} = result;
		const name = /^\s*Name\s+│\s+(\S+)/m.exec(stripVTControlCharacters(stdout))?.[1];
		// An output without a name does not prove that there is no bucket.
		if (name === undefined) throw unexpectedOutput(args, stdout, 'expected a line with the name');
		return name;
	};

	return {
		whoAmI: signal => readUntilAborted(schemas.accountSchema, signal, 'auth', 'whoami', '--json'),
		async listOrgs(signal) {
			const orgs = await readUntilAborted(schemas.orgsSchema, signal, 'orgs', 'list', '--json');
			return new Map(Object.entries(orgs));
		},
		listRegions: signal => readUntilAborted(schemas.regionsSchema, signal, 'platform', 'regions', '--json'),
		status: app => readUnlessAbsent('app', schemas.statusSchema, 'status', '--json', '-a', app),
		async isNameTaken(app) {
			const {exit, endedBy, stderr} = await attempt(['machine', 'list', '--json', '-a', app]);
			const error = exit === 1 && endedBy === 'itself' ? readReportedError(stderr) : undefined;
			return error !== undefined && isHidden(error);
		},
		listVolumes: app => read(schemas.volumesSchema, 'volumes', 'list', '--json', '-a', app),
		showVolume: (app, id) =>
			readUnlessAbsent('volume', schemas.volumeSchema, 'volumes', 'show', id, '--json', '-a', app),
		listSnapshots: (app, volumeId) =>
			read(schemas.snapshotsSchema, 'volumes', 'snapshots', 'list', volumeId, '--json', '-a', app),
		listSecrets: app => read(schemas.secretsSchema, 'secrets', 'list', '--json', '-a', app),
		bucketOf: app => readBucket('bucketOfApp', '-a', app),
		hasBucket: async name => (await readBucket('bucket', name)) === name,
		listAddresses: app => read(schemas.addressesSchema, 'ips', 'list', '--json', '-a', app),
		listCertificates: app => read(schemas.certificatesSchema, 'certs', 'list', '--json', '-a', app),
		checkCertificate: (app, host) =>
			read(schemas.certificateDetailSchema, 'certs', 'check', host, '--json', '-a', app),
		listReleases: app => read(schemas.releasesSchema, 'releases', '--json', '-a', app),
		listMachines: app => read(schemas.machinesSchema, 'machine', 'list', '--json', '-a', app),
		listChecks: app => read(schemas.checksSchema, 'checks', 'list', '--json', '-a', app),
		showConfig: app =>
			readUnlessAbsent('configuration', v.record(v.string(), v.unknown()), ...['config', 'show', '-a', app]),
		async viewLease(app, machineId) {
			const args = ['machine', 'leases', 'view', machineId, '-a', app];
			const {stdout} = requireSuccess(args, await attempt(args), redactor);
			const text = stripVTControlCharacters(stdout);
			if (text.trim() === noLease) return undefined;
			const row = text.split('\n').find(line => line.includes(machineId));
			const cells = row?.split('│').map(cell => cell.trim());
			const expiresAtMs = Date.parse(cells?.[4] ?? '');
			if (Number.isNaN(expiresAtMs)) throw unexpectedOutput(args, stdout, 'expected a row with its end');
			return {owner: cells?.[3] ?? '', expiresAtMs};
		},
		exec(app, machineId, command, timeoutSeconds) {
			const args = [
				'machine',
				'exec',
				machineId,
				command,
				'--json',
				'--timeout',
				String(timeoutSeconds),
				'-a',
				app,
			];
			return attempt(args, (timeoutSeconds + 30) * 1000).then(result =>
				parse(schemas.execSchema, args, requireSuccess(args, result, redactor)),
			);
		},
		async lastLogs(app) {
			// With an empty buffer flyctl polls forever, so the time limit ends it.
			const args = ['logs', '--no-tail', '-a', app];
			const result = await flyctl.run({args, timeoutMs: 8000, graceMs: 1000});
			if (result.endedBy === 'itself') requireSuccess(args, result, redactor);
			return redactor
				.redact(result.stdout)
				.split('\n')
				.filter(line => line.trim() !== '')
				.slice(-30);
		},
		async validateConfig(app, flyTomlPath) {
			const args = ['config', 'validate', '-a', app, ...nameConfig(flyTomlPath)];
			const plain = await attempt(args);
			const isValid = plain.exit === 0;
			if (!isValid && !isVerdict(plain)) requireSuccess(args, plain, redactor);
			const strict = isValid ? await attempt([...args, '--strict']) : plain;
			return {
				isValid,
				text: strict.exit === 0 ? '' : readFindings(redactor.redact(`${strict.stdout}\n${strict.stderr}`)),
			};
		},
	};
}

/** Returns whether a failed validation is about the file, and not about the login or the network. */
function isVerdict({stderr}: ProcessResult): boolean {
	const error = readReportedError(stderr);
	return (
		error !== undefined && !isWorthRepeating(stderr) && !/no access token|authenticated/i.test(error.words)
	);
}

/** Returns what a failed validation reports, without its headings. */
const readFindings = (output: string): string =>
	stripVTControlCharacters(output)
		.split('\n')
		.map(line => line.trim())
		.filter(line => line !== '' && !/^(Validating|✘|✓|Error:)/.test(line))
		.join(' ');
