import {Failure} from '../core/errors/failure.ts';
import {type FlyMachine, isManaged, isThere, isVolumeThere} from '../core/fly/output.ts';
import {type LitestreamConfig, readLitestreamConfig} from '../core/litestream/config.ts';
import {
	findLitestreamConfig,
	isLitestreamRunning,
	type MachineShell,
	openMachineShell,
} from '../core/litestream/machine.ts';
import {
	findConfiguredPlace,
	listPlaceVariables,
	type PlaceReading,
	type ReplicaPlace,
	readReplicaUrl,
} from '../core/litestream/place.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {LiveMachine, LiveValues} from '../core/plan/live.ts';
import type {FlyReader, Readers} from '../core/readers.ts';

/**
Reads what a deployed app runs with, from its started machine and from Fly. Changes nothing.

@returns `undefined` for an app that was never deployed.
*/
export async function readLiveValues(
	plan: PlanContext,
	{fly}: Pick<Readers, 'fly'>,
): Promise<LiveValues | undefined> {
	const {app, existing, mount} = plan;
	if (!existing?.Deployed) return undefined;
	const shown = (existing.Machines ?? []).filter(isManaged).filter(isThere);
	const managed = shown.length > 0 ? shown : (await fly.listMachines(app)).filter(isManaged).filter(isThere);
	const [read, volumes] = await Promise.all([
		Promise.all(managed.map(machine => readMachine(machine, plan, fly))),
		mount ? fly.listVolumes(app) : [],
	]);
	const machines = read.some(({values}) => values.is === 'unreadable')
		? leaveOutGone(read, await fly.listMachines(app))
		: read;
	const isRead = machines.some(({values}) => values.is === 'read');
	const isUnreadable = machines.some(({values}) => values.is === 'unreadable');
	const isOtherHost = machines.some(
		({values}) => values.is === 'read' && values.host.toLowerCase() !== plan.host,
	);
	return {
		machines,
		volumes: volumes
			.filter(isVolumeThere)
			.filter(({attached_machine_id: holder}) => managed.some(({id}) => id === holder))
			.map(({id, name, size_gb: sizeGb}) => ({id, name, sizeGb})),
		certificates: isOtherHost ? (await fly.listCertificates(app)).map(({hostname}) => hostname) : [],
		...(isRead && !isUnreadable ? {} : {withoutMachine: await readWithoutMachine(app, fly)}),
	};
}

/** Leaves out a machine that Fly destroyed while phxfly asked it. An empty list does not show that. */
function leaveOutGone(read: readonly LiveMachine[], listed: readonly FlyMachine[]): readonly LiveMachine[] {
	const ids = listed
		.filter(isManaged)
		.filter(isThere)
		.map(({id}) => id);
	if (ids.length === 0) return read;
	return read.filter(({id, values}) => values.is !== 'unreadable' || ids.includes(id));
}

async function readWithoutMachine(
	app: string,
	fly: FlyReader,
): Promise<NonNullable<LiveValues['withoutMachine']>> {
	const [releases, secrets] = await Promise.all([fly.listReleases(app), fly.listSecrets(app)]);
	return {
		hasRun: releases.length >= shownReleases || releases.some(({Status}) => Status === 'complete'),
		isDeployOpen: releases[0]?.Status !== 'complete',
		digests: new Map(secrets.map(({name, digest}) => [name, digest])),
	};
}

/** flyctl lists the newest ones only; an earlier one may have been completed. */
const shownReleases = 25;

async function readMachine(
	{id, state, region}: FlyMachine,
	plan: PlanContext,
	fly: FlyReader,
): Promise<LiveMachine> {
	if (state !== 'started') return {id, state, region, values: {is: 'not-started'}};
	const shell = openMachineShell(fly, plan.app, id);
	try {
		return {id, state, region, values: {is: 'read', ...(await readValues(shell, plan))}};
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		return {id, state, region, values: {is: 'unreadable', why: error.message}};
	}
}

async function readValues(shell: MachineShell, plan: PlanContext) {
	const path = findLitestreamConfig(plan) ?? '/etc/litestream.yml';
	const {variables, file} = plan.provider
		? await ask(shell, ['PHX_HOST', ...replicaVariables], path)
		: await ask(shell, ['PHX_HOST']);
	const host = variables.get('PHX_HOST') ?? '';
	if (!/^[\w.-]*$/.test(host)) throw unreadable('PHX_HOST is not a host name.');
	const replica = plan.provider ? await findReplica(shell, variables, {path, source: file}) : undefined;
	return {host, replica};
}

type Asked = {
	/** Every variable; empty where it is not set, as Litestream reads it. */
	readonly variables: ReadonlyMap<string, string>;
	/** `undefined` without such a file. */
	readonly file: string | undefined;
};

/**
Asks for variables and a file in one call, since Fly limits the calls for one machine. After each variable comes its name
with the exit code of `printenv`, which tells an empty one from a missing program; the file comes last.
*/
async function ask(shell: MachineShell, names: readonly string[], path?: string): Promise<Asked> {
	if (path !== undefined && !plainPath.test(path))
		throw unreadable('The path of litestream.yml is not a plain one.');
	const commands = names.map(name => `printenv ${name}; echo ${name} $?`);
	const script = [...commands, ...(path === undefined ? [] : [`cat ${path}`])].join('; ');
	const {exit_code: exit, stdout, stderr} = await shell.run(['sh', '-c', script]);
	const hasNoFile = path !== undefined && /no such file or directory/i.test(stderr);
	if (exit !== 0 && !hasNoFile) throw unreadable(`\`sh\` on the machine ended with ${exit}.`);
	let lines: readonly string[] = stdout.split('\n');
	const variables = new Map<string, string>();
	for (const name of names) {
		const [first, second] = lines;
		const isSet = second === `${name} 0`;
		if (!isSet && first !== `${name} 1`)
			throw unreadable(`\`printenv ${name}\` on the machine gave an unexpected answer.`);
		variables.set(name, isSet ? (first ?? '') : '');
		lines = lines.slice(isSet ? 2 : 1);
	}

	return {variables, file: hasNoFile ? undefined : lines.join('\n')};
}

/** Without anything that a shell would take for more than a path. */
const plainPath = /^\/[\w./-]+$/;

const replicaVariables = [
	'LITESTREAM_REPLICA_URL',
	'LITESTREAM_ENDPOINT',
	'LITESTREAM_CONFIG',
	'AWS_ENDPOINT_URL_S3',
] as const;

/** Finds where the machine's Litestream replicates to: its own configuration decides, with the variables of the machine. */
async function findReplica(
	shell: MachineShell,
	variables: Asked['variables'],
	{path: expected, source: found}: {readonly path: string; readonly source: string | undefined},
): Promise<ReplicaPlace | undefined> {
	const path = variables.get('LITESTREAM_CONFIG') || expected;
	const source = path === expected ? found : (await ask(shell, [], path)).file;
	const reading =
		source === undefined
			? await judgeWithoutConfig(shell, variables)
			: await readConfiguredPlace(shell, variables, readLitestreamConfig(path, source));
	if (reading.is === 'unclear') throw unreadable(`On the machine, ${reading.why}.`);
	if (reading.is === 'none') return undefined;
	const {place} = reading;
	const fallback = variables.get('AWS_ENDPOINT_URL_S3');
	return place.endpoint === undefined && fallback ? takeFallback(shell, place, fallback) : place;
}

async function readConfiguredPlace(
	shell: MachineShell,
	known: Asked['variables'],
	config: LitestreamConfig,
): Promise<PlaceReading> {
	const names = listPlaceVariables(config).filter(name => !known.has(name));
	const more = names.length > 0 ? (await ask(shell, names)).variables : [];
	return findConfiguredPlace(config, new Map([...known, ...more]));
}

/** Judges an image whose configuration is elsewhere, or that has no Litestream. */
async function judgeWithoutConfig(shell: MachineShell, variables: Asked['variables']): Promise<PlaceReading> {
	const url = variables.get('LITESTREAM_REPLICA_URL');
	if (url) return readReplicaUrl(url, variables.get('LITESTREAM_ENDPOINT'));
	return (await isLitestreamRunning(shell)) === false
		? {is: 'none'}
		: {is: 'unclear', why: 'Litestream may be running, but its configuration was not found'};
}

/** Takes the endpoint from AWS_ENDPOINT_URL_S3 where nothing else sets one, as Litestream 0.5 does; 0.3 ignores it. */
async function takeFallback(
	shell: MachineShell,
	place: ReplicaPlace,
	endpoint: string,
): Promise<ReplicaPlace> {
	const {exit_code: exit, stdout} = await shell.run(['litestream', 'version']);
	if (exit !== 0 || !/^v?0\.(?:[5-9]|\d\d)\./m.test(stdout))
		throw unreadable('On the machine, AWS_ENDPOINT_URL_S3 may or may not be the endpoint of the replica.');
	return {...place, endpoint: endpoint.replace(/\/+$/, '')};
}

const unreadable = (why: string) =>
	new Failure('live-not-readable', why, {hint: 'Try again. Nothing was changed.'});
