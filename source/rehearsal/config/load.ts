import {join, resolve} from 'node:path';
import {parse} from '@iarna/toml';
import type {Flags} from '../arguments/flags.ts';
import type {Invocation} from '../arguments/invocation.ts';
import {FlyError} from '../world/effects.ts';
import {
	type AppConfig,
	asList,
	asTable,
	type Guest,
	type Json,
	type Mount,
	readGigabytes,
	readMegabytes,
} from './config.ts';

/** Returns the services of a machine, in the format and order of the Machines API. */
function listServices(tree: Json): readonly Json[] {
	const http = tree.http_service === undefined ? [] : [readHttpService(asTable(tree.http_service))];
	return [...http, ...asList(tree.services).map(readService)];
}

function readHttpService(table: Json): Json {
	const ports = [
		{port: 80, handlers: ['http'], ...(table.force_https === true ? {force_https: true} : {})},
		{port: 443, handlers: ['http', 'tls']},
	];
	return {
		protocol: 'tcp',
		...readCommon(table),
		ports,
		...readChecks(asList(table.checks)),
		...readEnd(table),
	};
}

function readService(table: Json): Json {
	const checks = [
		...asList(table.tcp_checks).map(check => ({...check, type: 'tcp'})),
		...asList(table.http_checks),
	];
	return {
		protocol: table.protocol ?? 'tcp',
		...readCommon(table),
		ports: asList(table.ports),
		...readChecks(checks),
		...readEnd(table),
	};
}

function readCommon(table: Json): Json {
	const stop = table.auto_stop_machines;
	const autostop = stop === true ? 'stop' : stop === undefined || stop === 'off' ? false : stop;
	return {
		internal_port: table.internal_port ?? 8080,
		autostop,
		autostart: table.auto_start_machines ?? true,
		...(table.min_machines_running === undefined ? {} : {min_machines_running: table.min_machines_running}),
	};
}

function readChecks(checks: readonly Json[]): Json {
	if (checks.length === 0) return {};
	return {checks: checks.map(readCheck)};
}

function readCheck(check: Json): Json {
	return {
		type: check.type ?? 'http',
		interval: check.interval ?? '15s',
		timeout: check.timeout ?? '2s',
		grace_period: check.grace_period ?? '10s',
		...(check.method === undefined ? {} : {method: String(check.method).toUpperCase()}),
		...(check.path === undefined ? {} : {path: check.path}),
		...(check.headers === undefined ? {} : {headers: readHeaders(asTable(check.headers))}),
		...(check.protocol === undefined ? {} : {protocol: check.protocol}),
	};
}

/** A check of `[checks]` without a port takes that of `[http_service]`. */
const readNamedCheck = (check: Json, tree: Json): Json => ({
	...readCheck(check),
	port: check.port ?? asTable(tree.http_service).internal_port,
});

function readHeaders(headers: Json): readonly Json[] {
	return Object.entries(headers).map(([name, value]) => ({name, values: [value].flat()}));
}

function readEnd(table: Json): Json {
	const {type = 'connections', hard_limit, soft_limit} = asTable(table.concurrency);
	const hasLimits = table.concurrency !== undefined;
	return {...(hasLimits ? {concurrency: {type, hard_limit, soft_limit}} : {}), force_instance_key: null};
}

/** Sizes by name: shared machines start with 256 MB a CPU, performance ones with 2 GB. */
export function resolveGuest(vm: Json): Guest {
	const [, named = 'shared', digits = '1'] =
		/^(shared-cpu|performance)-(\d+)x$/.exec(String(vm.size ?? '')) ?? [];
	const kind = String(vm.cpu_kind ?? (named === 'performance' ? 'performance' : 'shared'));
	const cpus = Number(vm.cpus ?? digits);
	const usual = cpus * (kind === 'performance' ? 2048 : 256);
	return {cpu_kind: kind, cpus, memory_mb: readMegabytes(vm.memory ?? vm.memory_mb) ?? usual};
}

/**
The fly.toml of `--config` (a file or a folder) or of the current folder; `undefined` if there is none.

@throws {FlyError} if it does not parse.
*/
export function loadAppConfig(invocation: Invocation, flags: Flags): AppConfig | undefined {
	const provided = flags.knows('config') ? flags.string('config') : '';
	const place = resolve(invocation.cwd, provided);
	const path = provided === '' || invocation.files.isFolder(place) ? join(place, 'fly.toml') : place;
	const text = invocation.files.read(path);
	if (text === undefined) return undefined;
	return {...buildAppConfig(parseToml(path, text)), path};
}

/** Reads the parsed tree without validating it. */
export function buildAppConfig(tree: Json): AppConfig {
	const env = Object.entries(asTable(tree.env)).map(([name, value]) => [name, String(value)] as const);
	return {
		path: '',
		app: String(tree.app ?? ''),
		primaryRegion: String(tree.primary_region ?? ''),
		env: Object.fromEntries(env),
		mounts: asList(tree.mounts ?? tree.mount).map(readMount),
		services: listServices(tree),
		checks: Object.fromEntries(
			Object.entries(asTable(tree.checks)).map(([name, check]) => [
				name,
				readNamedCheck(asTable(check), tree),
			]),
		),
		hasHttpService: tree.http_service !== undefined,
		guest: resolveGuest(asList(tree.vm ?? tree.compute ?? tree.computes)[0] ?? {}),
		processes: Object.keys(asTable(tree.processes)),
		build: asTable(tree.build),
		tree,
	};
}

function parseToml(path: string, text: string): Json {
	const clean = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
	try {
		return parse(clean);
	} catch (error) {
		const {line = 0, col = 0} = error as {line?: number; col?: number};
		const lines = clean.split('\n');
		const shown = [line - 3, line - 2, line - 1, line]
			.filter(index => lines[index] !== undefined && index >= 0)
			.map(index => `${index + 1}| ${lines[index]}`);
		const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
		throw new FlyError(
			[
				`failed loading app config from ${path}: row ${line + 1} column ${col + 1}`,
				...shown,
				`  | ${reason}`,
			].join('\n'),
		);
	}
}

function readMount(table: Json): Mount {
	const size = readGigabytes(table.initial_size);
	const retention = table.snapshot_retention;
	return {
		source: String(table.source ?? ''),
		destination: String(table.destination ?? ''),
		...(size === undefined ? {} : {initialSizeGb: size}),
		...(typeof retention === 'number' ? {snapshotRetention: retention} : {}),
	};
}
