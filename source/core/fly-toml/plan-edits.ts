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
	/** A path that returns 200 without login; `/` by default. */
	readonly healthPath?: string | undefined;
};

/** Returns the edits that `config` needs, each with its reason; none when it needs none. */
export function planFlyTomlEdits(config: FlyConfig, options: FlyTomlOptions): readonly TomlEdit[] {
	return [
		...planNames(config, options),
		...planSwap(config, options),
		...planServiceEdits(config, options.healthPath ?? '/'),
		...planMount(config, options),
		...planMachine(config, options),
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
						reason: 'the region of the machine and its volume',
					},
				]),
		...(isOtherHost
			? [{path: ['env', 'PHX_HOST'], value: phxHost, reason: 'the same host as the secret PHX_HOST'}]
			: []),
	];
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

const writeMemory = (megabytes: number): string =>
	megabytes % 1024 === 0 ? `${megabytes / 1024}gb` : `${megabytes}mb`;

/** Returns what the services need for one machine that is always up and checked. */
export function planServiceEdits(config: FlyConfig, healthPath: string): readonly TomlEdit[] {
	const services = findServices(config);
	const checks = findChecks(config);
	return [
		...(services.length === 0 ? [addHttpService(config)] : []),
		...planPort(config),
		...services.flatMap(service => planScaling(service)),
		...(checks.length === 0 && !hasPlainCheck(config) ? planNewCheck(services, healthPath) : []),
		...checks.flatMap(check => planHeader(check)),
	];
}

function addHttpService(config: FlyConfig): TomlEdit {
	const groups = Object.keys(config.processes ?? {});
	const keys: TomlKeys = {
		internal_port: portOf(config),
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

const portOf = ({env}: FlyConfig): number => Number(env?.PORT) || defaultPort;

function planPort(config: FlyConfig): readonly TomlEdit[] {
	if (!config.http_service || config.http_service.internal_port !== undefined) return [];
	const reason = 'tells Fly which port the app listens on';
	return [{path: ['http_service', 'internal_port'], value: portOf(config), reason}];
}

const stopReason = 'a stopped machine does not replicate and loses its in-memory state';

const minimumReason = 'keeps the machine up without requests';

function planScaling({path, entry}: Placed<FlyService>): readonly TomlEdit[] {
	const {auto_stop_machines: stop, min_machines_running: minimum} = entry;
	const isAwake = stop === undefined || stop === false || stop === 'off';
	return [
		...(isAwake ? [] : [{path: [...path, 'auto_stop_machines'], value: 'off', reason: stopReason}]),
		...(minimum ? [] : [{path: [...path, 'min_machines_running'], value: 1, reason: minimumReason}]),
	];
}

const checkReason =
	'Fly checks whether the app responds; without the header, an app that forces https redirects the check';

function planNewCheck(services: readonly Placed<FlyService>[], healthPath: string): readonly TomlEdit[] {
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
