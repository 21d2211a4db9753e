import type {AppConfig, Json} from '../app-config/app-config.ts';
import {asList, asTable} from './config.ts';

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

/** The first value of a wrong type, as Go's decoder reports it; flyctl stops at it. */
export function findTypeProblem({tree}: AppConfig): string | undefined {
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

/** What the checks after decoding say; none if the file is good. */
export function findProblems(config: AppConfig): readonly string[] {
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
	return [...serviceProblems, ...findHttpProblems(tree), ...findMountProblems(tree)];
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
