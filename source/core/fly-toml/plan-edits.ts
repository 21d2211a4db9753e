import {
	type FlyCheck,
	type FlyConfig,
	type FlyService,
	findMachines,
	findMountDestination,
	findMounts,
	findServices,
	type Placed,
	place,
	presetMemoryMb,
	readMachineSize,
	readMemoryMb,
} from './config.ts';
import type {TomlEdit, TomlKeys} from './document.ts';
import {readSeconds} from './duration.ts';

/** What fly.toml must say for one machine. */
type FlyTomlOptions = {
	readonly app: string;
	readonly primaryRegion: string;
	/** Written only where [env] already has PHX_HOST: the secret with that name overrides it. */
	readonly phxHost?: string | undefined;
	/** Undefined for an app without data on disk. `destination` defaults to DATABASE_PATH's folder. */
	readonly mount: {readonly source: string; readonly destination?: string | undefined} | undefined;
	readonly vmSize: string;
	readonly vmMemoryMb: number;
	readonly swapMb?: number | undefined;
	/** Has the database replicated: Litestream needs the time to send what is left. */
	readonly runsLitestream?: boolean | undefined;
	/** A path that returns 200 without login; `/` by default. */
	readonly healthPath?: string | undefined;
	/** Why no path is sure to do so, in a clause: then Fly checks only the port. */
	readonly noHealthPath?: string | undefined;
	/** The port that the app listens on by itself, and the variable that sets it. */
	readonly port?: AppPort | undefined;
	/** Variables to add to [env]. */
	readonly environment?: readonly NewVariable[] | undefined;
};

type AppPort = {readonly variable: string | undefined; readonly value: number | undefined};

/** A variable of [env] that the app needs, and nothing sets. */
export type NewVariable = {readonly name: string; readonly value: string; readonly reason: string};

/** Returns the edits that `config` needs, each with its reason; none when it needs none. */
export function planFlyTomlEdits(config: FlyConfig, options: FlyTomlOptions): readonly TomlEdit[] {
	return [
		...planNames(config, options),
		...planStop(config, options),
		...planSwap(config, options),
		...planEnvironment(config, options),
		...planServiceEdits(config, options),
		...planMount(config, options),
		...planMachine(config, options),
		...planRestart(config, options),
	];
}

function planNames({app, primary_region, env}: FlyConfig, options: FlyTomlOptions): readonly TomlEdit[] {
	const {primaryRegion, phxHost} = options;
	const isOtherHost = phxHost !== undefined && env?.PHX_HOST !== undefined && env.PHX_HOST !== phxHost;
	return [
		...(app === options.app
			? []
			: [{path: ['app'], value: options.app, reason: 'the name of the app on Fly'}]),
		...(primary_region === primaryRegion
			? []
			: [
					{
						path: ['primary_region'],
						value: primaryRegion,
						reason: options.mount ? 'the region of the machine and its volume' : 'the region of the machine',
					},
				]),
		...(isOtherHost
			? [{path: ['env', 'PHX_HOST'], value: phxHost, reason: 'the same host as the secret PHX_HOST'}]
			: []),
	];
}

/** How long Litestream itself tries to send the last writes. */
const finalSyncSeconds = 30;

function planStop(
	{kill_signal: signal, kill_timeout: timeout}: FlyConfig,
	{runsLitestream = false}: FlyTomlOptions,
): readonly TomlEdit[] {
	const signalReason = runsLitestream
		? 'the app shuts down in order, and Litestream sends its last writes'
		: 'the app shuts down in order; by default Fly sends SIGINT';
	const seconds = timeout === undefined ? 5 : readSeconds(timeout);
	const isLongEnough = seconds === undefined || seconds >= finalSyncSeconds;
	return [
		...(signal === undefined ? [{path: ['kill_signal'], value: 'SIGTERM', reason: signalReason}] : []),
		...(runsLitestream && !isLongEnough
			? [
					{
						path: ['kill_timeout'],
						value: typeof timeout === 'number' ? 60 : '60s',
						reason: 'time for Litestream to send what is left',
					},
				]
			: []),
	];
}

function planRestart({restart}: FlyConfig, {runsLitestream = false}: FlyTomlOptions): readonly TomlEdit[] {
	if (restart !== undefined) return [];
	const reason = `a machine that exits with 0 starts again${runsLitestream ? ' and continues to replicate' : ''}`;
	return [{addTable: {path: ['restart'], kind: 'array-entry', keys: {policy: 'always'}}, reason}];
}

function planEnvironment(config: FlyConfig, options: FlyTomlOptions): readonly TomlEdit[] {
	const {environment = []} = options;
	return [...environment, ...planPortVariable(config, options)]
		.filter(({name}) => config.env?.[name] === undefined)
		.map(({name, value, reason}) => ({path: ['env', name], value, reason}));
}

/** A service that gets its port here expects the app there, which a variable sets unless the app listens there by itself. */
function planPortVariable(config: FlyConfig, {port}: FlyTomlOptions): readonly NewVariable[] {
	const isNew = findServices(config).length === 0 || lacksPort(config);
	if (!isNew || port?.variable === undefined) return [];
	const wanted = portOf(config, port);
	if (port.value === wanted) return [];
	return [{name: port.variable, value: String(wanted), reason: 'the app listens where Fly sends requests'}];
}

function planSwap({swap_size_mb}: FlyConfig, {swapMb}: FlyTomlOptions): readonly TomlEdit[] {
	if (!swapMb || swap_size_mb !== undefined) return [];
	return [
		{
			path: ['swap_size_mb'],
			value: swapMb,
			reason: 'covers short memory peaks, so that the app is not killed',
		},
	];
}

function planMount(config: FlyConfig, {mount}: FlyTomlOptions): readonly TomlEdit[] {
	if (!mount || findMounts(config).length > 0) return [];
	const keys = {source: mount.source, destination: mount.destination ?? findMountDestination(config)};
	const reason = 'without a volume the database is lost with each deploy';
	return [{addTable: {path: ['mounts'], kind: 'array-entry', keys}, reason}];
}

function planMachine(config: FlyConfig, {vmSize, vmMemoryMb}: FlyTomlOptions): readonly TomlEdit[] {
	const [vm] = findMachines(config);
	const memory = writeMemory(vmMemoryMb);
	if (!vm) {
		const reason = 'without it Fly uses 256 MB, too little for Phoenix';
		return [{addTable: {path: ['vm'], kind: 'array-entry', keys: {size: vmSize, memory}}, reason}];
	}
	const now = readMachineSize(config);
	const {path, entry} = vm;
	const size: readonly TomlEdit[] =
		now?.vmSize === vmSize
			? []
			: [{path: [...path, 'size'], value: vmSize, reason: 'the machine size you chose'}];
	if ((readMemoryMb(entry) ?? presetMemoryMb(vmSize)) === vmMemoryMb) return size;
	const isNumber = entry.memory === undefined && entry.memory_mb !== undefined;
	const reason = 'the memory you chose';
	return [
		...size,
		isNumber
			? {path: [...path, 'memory_mb'], value: vmMemoryMb, reason}
			: {path: [...path, 'memory'], value: memory, reason},
	];
}

/** Writes megabytes as fly.toml does: `1gb`, `512mb`. */
export const writeMemory = (megabytes: number): string =>
	megabytes % 1024 === 0 ? `${megabytes / 1024}gb` : `${megabytes}mb`;

/** Returns what the services need for one machine that is always up and checked. */
export function planServiceEdits(
	config: FlyConfig,
	options: Pick<FlyTomlOptions, 'healthPath' | 'noHealthPath' | 'port' | 'runsLitestream'>,
): readonly TomlEdit[] {
	const services = findServices(config);
	const checks = findChecks(config);
	return [
		...(services.length === 0 ? [addHttpService(config, options.port)] : []),
		...planPort(config, options.port),
		...services.flatMap(service => planScaling(service, options)),
		...(checks.length === 0 && !hasPlainCheck(config) ? planNewCheck(config, options) : []),
		...checks.flatMap(check => planHeader(check)),
	];
}

function addHttpService(config: FlyConfig, port: AppPort | undefined): TomlEdit {
	const groups = Object.keys(config.processes ?? {});
	const keys: TomlKeys = {
		internal_port: portOf(config, port),
		force_https: true,
		auto_stop_machines: 'off',
		auto_start_machines: true,
		min_machines_running: 1,
		...(groups.length > 0 ? {processes: groups.slice(0, 1)} : {}),
	};
	return {
		addTable: {path: ['http_service'], kind: 'table', keys},
		reason: 'without it the app is unreachable',
	};
}

const defaultPort = 8080;

/** Returns the port that the app listens on: the one that a variable sets, or the only one that it knows. */
function portOf({env}: FlyConfig, port: AppPort | undefined): number {
	const told = Number(env?.[port?.variable ?? 'PORT']) || undefined;
	const fixed = port && port.variable === undefined ? port.value : undefined;
	return fixed ?? told ?? defaultPort;
}

const lacksPort = ({http_service: service}: FlyConfig): boolean =>
	service !== undefined && service.internal_port === undefined;

function planPort(config: FlyConfig, port: AppPort | undefined): readonly TomlEdit[] {
	if (!lacksPort(config)) return [];
	const reason = 'tells Fly which port the app listens on';
	return [{path: ['http_service', 'internal_port'], value: portOf(config, port), reason}];
}

const wordStopReason = (runsLitestream: boolean) =>
	`a stopped machine ${runsLitestream ? 'does not replicate and ' : ''}loses its in-memory state`;

const minimumReason = 'keeps the machine up without requests';

function planScaling(
	{path, entry}: Placed<FlyService>,
	{runsLitestream = false}: Pick<FlyTomlOptions, 'runsLitestream'>,
): readonly TomlEdit[] {
	const stopReason = wordStopReason(runsLitestream);
	const {auto_stop_machines: stop, min_machines_running: minimum} = entry;
	const isAwake = stop === undefined || stop === false || stop === 'off';
	return [
		...(isAwake ? [] : [{path: [...path, 'auto_stop_machines'], value: 'off', reason: stopReason}]),
		...(minimum ? [] : [{path: [...path, 'min_machines_running'], value: 1, reason: minimumReason}]),
	];
}

const checkReason =
	'Fly checks whether the app responds; without the header, an app that forces https redirects the check';

function planNewCheck(
	config: FlyConfig,
	{healthPath = '/', noHealthPath, port}: Pick<FlyTomlOptions, 'healthPath' | 'noHealthPath' | 'port'>,
): readonly TomlEdit[] {
	const services = findServices(config);
	if (noHealthPath !== undefined) return [addPortCheck(config, noHealthPath, port)];
	const other = services.find(({entry}) => isHttp(entry));
	const isInServices = !services.some(({path}) => path[0] === 'http_service') && services.length > 0;
	if (isInServices && !other) return [];
	const path = isInServices && other ? [...other.path, 'http_checks'] : ['http_service', 'checks'];
	const keys = {
		interval: '15s',
		timeout: '5s',
		grace_period: '30s',
		method: 'GET',
		path: healthPath,
		headers: {'X-Forwarded-Proto': 'https'},
	};
	return [{addTable: {path, kind: 'array-entry', keys}, reason: checkReason}];
}

/** flyctl knows no TCP check inside [http_service], so it gets a separate one. */
function addPortCheck(config: FlyConfig, noHealthPath: string, port: AppPort | undefined): TomlEdit {
	const services = findServices(config);
	const service = services.find(({path, entry}) => path[0] === 'http_service' || isHttp(entry));
	const {internal_port: internalPort = portOf(config, port)} = (service ?? services[0])?.entry ?? {};
	const groups = Object.keys(config.processes ?? {});
	const keys: TomlKeys = {
		type: 'tcp',
		port: internalPort,
		interval: '15s',
		timeout: '5s',
		grace_period: '30s',
		...(groups.length > 0 ? {processes: groups.slice(0, 1)} : {}),
	};
	const reason = `Fly checks only whether the app listens, not what it answers: ${noHealthPath}`;
	return {addTable: {path: ['checks', 'listens'], kind: 'table', keys}, reason};
}

const isHttp = ({ports}: FlyService): boolean =>
	place<{handlers?: string[] | undefined}>('ports', ports).some(({entry}) =>
		entry.handlers?.includes('http'),
	);

function planHeader({path, entry: {headers, protocol}}: Placed<FlyCheck>): readonly TomlEdit[] {
	if (protocol === 'https' || Array.isArray(headers)) return [];
	const names = Object.keys(headers ?? {}).map(name => name.toLowerCase());
	if (names.includes('x-forwarded-proto')) return [];
	const reason = 'an app that forces https redirects this check, which fails it';
	return [{path: [...path, 'headers', 'X-Forwarded-Proto'], value: 'https', reason}];
}

/** Returns the HTTP checks from all places that can define them. */
export function findChecks(config: FlyConfig): readonly Placed<FlyCheck>[] {
	const ofServices = (config.services ?? []).flatMap(({http_checks}, index) =>
		place<FlyCheck>('http_checks', http_checks, ['services', index]),
	);
	const named = Object.entries(config.checks ?? {})
		.filter(([, {type}]) => type === 'http')
		.map(([name, entry]) => ({path: ['checks', name], entry}));
	return [
		...place<FlyCheck>('checks', config.http_service?.checks, ['http_service']),
		...ofServices,
		...named,
	];
}

export const hasPlainCheck = ({checks, services}: FlyConfig): boolean =>
	Object.keys(checks ?? {}).length > 0 || (services ?? []).some(({tcp_checks}) => tcp_checks !== undefined);
