import {marks} from '../output/print.ts';
import {type Flow, FlyError, print} from '../world/effects.ts';
import {type AppConfig, asList, asTable, type Json} from './config.ts';

/** Without a released configuration, flyctl tries to read one from the machines. */
export const noConfiguration =
	'failed to grab app config from existing machines, error: could not create a fly.toml from any machines :-(\nNo machines configured for this app';

type Kind = 'int' | 'bool' | 'string' | 'autostop';

const httpKeys: Readonly<Record<string, Kind>> = {
	internal_port: 'int',
	force_https: 'bool',
	auto_stop_machines: 'autostop',
	auto_start_machines: 'bool',
	min_machines_running: 'int',
};

const topKeys: Readonly<Record<string, Kind>> = {
	app: 'string',
	primary_region: 'string',
	kill_signal: 'string',
	swap_size_mb: 'int',
	console_command: 'string',
};

/** Returns the first value of a wrong type, as Go's decoder reports it; flyctl stops there. */
function findTypeProblem({tree}: AppConfig): string | undefined {
	const services = [
		...asList(tree.http_service).map(table => ['HTTPService.http_service', table] as const),
		...asList(tree.services).map(table => ['Service.services', table] as const),
	];
	return (
		findWrong('Config', tree, topKeys) ??
		services
			.map(([path, table]) => findWrong(path, table, httpKeys))
			.find(problem => problem !== undefined) ??
		findWrong('Mount.mounts', asList(tree.mounts)[0] ?? {}, {source: 'string', destination: 'string'})
	);
}

/** Returns the errors of the checks after decoding; none if the file is valid. */
function findProblems(config: AppConfig): readonly string[] {
	const {tree, processes} = config;
	const services = [...asList(tree.http_service), ...asList(tree.services)];
	const groups = processes.length === 0 ? ['app'] : processes;
	const serviceProblems = services.flatMap(service => {
		const named = Array.isArray(service.processes) ? service.processes.map(String) : [];
		if (named.length === 0 && processes.length > 0) {
			return [
				`Service has no processes set but app has ${processes.length} processes defined; update fly.toml to set processes for each service`,
			];
		}
		return named
			.filter(name => !groups.includes(name))
			.map(
				name =>
					`Service specifies '${name}' as one of its processes, but no processes are defined with that name; update fly.toml [processes] to add '${name}' process or remove it from service's processes list`,
			);
	});
	const checkProblems = Object.entries(asTable(tree.checks))
		.filter(([, check]) => !/^(?:http|tcp)$/.test(String(asTable(check).type)))
		.map(
			([name]) =>
				`Can't process top level check '${name}': Missing or invalid check type, must be 'http' or 'tcp'`,
		);
	return [...checkProblems, ...serviceProblems, ...findHttpProblems(tree), ...findMountProblems(tree)];
}

function findHttpProblems(tree: Json): readonly string[] {
	if (tree.http_service === undefined) return [];
	const port = asTable(tree.http_service).internal_port;
	return port === undefined || port === 0
		? ['Service must expose at least one port. Add a [[services.ports]] section or set internal_port']
		: [];
}

function findMountProblems(tree: Json): readonly string[] {
	const mounts = asList(tree.mounts ?? tree.mount);
	const problems = mounts.flatMap(({destination}) => (destination ? [] : ['mount destination is required']));
	return mounts.length > 1
		? [...problems, "group 'app' has more than one [[mounts]] section defined"]
		: problems;
}

function findWrong(path: string, table: Json, kinds: Readonly<Record<string, Kind>>): string | undefined {
	for (const [key, kind] of Object.entries(kinds)) {
		const value = table[key];
		if (value === undefined) continue;
		if (kind === 'autostop') {
			if (typeof value === 'boolean' || ['off', 'stop', 'suspend'].includes(String(value))) continue;
			return `invalid autostop value: ${String(value)}`;
		}
		if (kind === 'int' ? Number.isInteger(value) : typeof value === (kind === 'bool' ? 'boolean' : kind))
			continue;
		const found = typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'number' : typeof value;
		return `json: cannot unmarshal ${found} into Go struct field ${path}.${key} of type ${kind}`;
	}
	return undefined;
}

/** flyctl's check of the file. @throws {FlyError} if it is not valid. */
export function* printValidation(config: AppConfig): Flow<void> {
	yield* print(`Validating ${config.path}`);
	const wrongType = findTypeProblem(config);
	if (wrongType !== undefined) throw new FlyError(wrongType);
	const problems = findProblems(config);
	for (const problem of problems) yield* print(`  ${marks.bad} ${problem}`);
	if (problems.length > 0) throw new FlyError('App configuration is not valid');
	yield* print(`${marks.ok} Configuration is valid`);
}

const split = (words: string) => new Set(words.split(' '));

const known: Readonly<Record<string, ReadonlySet<string>>> = {
	'': split(
		'app primary_region kill_signal kill_timeout swap_size_mb console_command experimental build deploy env processes mounts mount http_service services checks files host_dedication_id machine_config container machine_checks restart vm compute computes statics metrics metric',
	),
	build: split(
		'builder args buildpacks image settings builtin dockerfile ignorefile build-target build_target compose compression compression_level',
	),
	deploy: split(
		'strategy max_unavailable wait_timeout release_command release_command_timeout release_command_vm seed_command',
	),
	mounts: split(
		'source destination initial_size snapshot_retention scheduled_snapshots auto_extend_size_threshold auto_extend_size_increment auto_extend_size_limit processes',
	),
	http_service: split(
		'internal_port force_https auto_stop_machines auto_start_machines min_machines_running processes concurrency tls_options http_options checks machine_checks',
	),
	vm: split(
		'size memory cpus cpu_kind memory_mb host_dedication_id kernel_args persist_rootfs processes gpus gpu_kind',
	),
	restart: split('policy retries processes'),
};

/**
Returns the keys flyctl does not know, by section; only `--strict` reports them.

@see {@link https://fly.io/docs/reference/configuration/ | Fly's reference of fly.toml}
*/
export function findUnknownKeys(
	tree: Json,
): readonly (readonly [section: string, keys: readonly string[]])[] {
	return Object.entries(known).flatMap(([section, keys]) => {
		const tables = section === '' ? [tree] : asList(tree[section]);
		const unknown = tables.flatMap(table => Object.keys(table)).filter(key => !keys.has(key));
		return unknown.length === 0 ? [] : [[section, unknown] as const];
	});
}
