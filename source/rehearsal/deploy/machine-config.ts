import {type AppConfig, asList, asTable, type Json} from '../config/config.ts';
import {flyVersion} from '../world/facts.ts';
import type {Volume} from '../world/world.ts';
import type {Deployment} from './deployment.ts';
import {groupName} from './deployment.ts';

/** Returns the configuration of a new machine, in the format of the Machines API. */
export function buildMachineConfig(
	deployment: Deployment,
	volume: Volume | undefined,
): Record<string, unknown> {
	const {config, guest, image, version, releaseId, region} = deployment;
	const [mount] = config.mounts;
	const {kill_signal, kill_timeout, swap_size_mb, restart} = config.tree;
	return {
		env: buildEnv(config, region),
		init: swap_size_mb === undefined ? {} : {swap_size_mb},
		guest,
		metadata: {
			fly_flyctl_version: flyVersion,
			fly_platform_version: 'v2',
			fly_process_group: groupName,
			fly_release_id: releaseId,
			fly_release_version: String(version),
		},
		...(volume && mount
			? {
					mounts: [
						{
							encrypted: volume.encrypted,
							path: mount.destination,
							size_gb: volume.size_gb,
							volume: volume.id,
							name: volume.name,
						},
					],
				}
			: {}),
		...(config.services.length === 0 ? {} : {services: config.services}),
		...(Object.keys(config.checks).length === 0 ? {} : {checks: config.checks}),
		image,
		...(restart === undefined ? {} : {restart: asList(restart)[0]}),
		...(kill_signal === undefined && kill_timeout === undefined
			? {}
			: {stop_config: {timeout: readTimeout(kill_timeout), signal: kill_signal ?? 'SIGINT'}}),
	};
}

/** The released configuration as `config show` prints it. */
export function buildDefinition(config: AppConfig, region: string): Json {
	return {
		app: config.app,
		primary_region: region,
		env: buildEnv(config, region),
		...(config.mounts.length === 0
			? {}
			: {mounts: config.mounts.map(({source, destination}) => ({source, destination}))}),
		...(config.services.length === 0 ? {} : {services: config.services.map(buildService)}),
		...(Object.keys(config.checks).length === 0
			? {}
			: {
					checks: Object.fromEntries(
						Object.entries(config.checks).map(([name, check]) => [name, buildNamedCheck(check)]),
					),
				}),
		metrics: [{}],
	};
}

function buildService(service: Json): Json {
	const {protocol, internal_port, autostop, autostart, min_machines_running, ports, concurrency} = service;
	const checks = asList(service.checks);
	const [tcp, http] = [checks.filter(isTcp), checks.filter(check => !isTcp(check))];
	const listOf = (name: string, list: readonly Json[]) =>
		list.length === 0 ? {} : {[name]: list.map(buildCheck)};
	return {
		protocol,
		internal_port,
		auto_stop_machines: autostop,
		auto_start_machines: autostart,
		...(min_machines_running === undefined ? {} : {min_machines_running}),
		ports,
		...(concurrency === undefined ? {} : {concurrency}),
		...listOf('tcp_checks', tcp),
		...listOf('http_checks', http),
	};
}

const isTcp = ({type}: Json): boolean => type === 'tcp';

const buildNamedCheck = (check: Json): Json => ({port: check.port, type: check.type, ...buildCheck(check)});

function buildCheck({interval, timeout, grace_period, method, path, headers}: Json): Json {
	return {
		interval,
		timeout,
		...(grace_period === '10s' ? {} : {grace_period}),
		...(method === undefined ? {} : {method}),
		...(path === undefined ? {} : {path}),
		...(headers === undefined
			? {}
			: {
					headers: Object.fromEntries(
						asList(headers).map(({name, values}) => [name, [values].flat().join(', ')]),
					),
				}),
	};
}

function buildEnv(config: AppConfig, region: string): Json {
	const env = {...asTable(config.env), FLY_PROCESS_GROUP: groupName, PRIMARY_REGION: region};
	return Object.fromEntries(Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A number means seconds. */
function readTimeout(value: unknown): string {
	return typeof value === 'number' ? `${value}s` : String(value ?? '5s');
}
