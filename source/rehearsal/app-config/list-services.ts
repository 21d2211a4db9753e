import {asList, asTable} from '../config/config.ts';
import type {Json} from './app-config.ts';

/** The services of a machine, in the shape and order the Machines API gives them back. */
export function listServices(tree: Json): readonly Json[] {
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
	const checks = [...asList(table.http_checks), ...asList(table.tcp_checks)];
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
	return {
		checks: checks.map(check => ({
			type: 'http',
			interval: check.interval ?? '15s',
			timeout: check.timeout ?? '2s',
			grace_period: check.grace_period ?? '10s',
			...(check.method === undefined ? {} : {method: String(check.method).toUpperCase()}),
			...(check.path === undefined ? {} : {path: check.path}),
			...(check.headers === undefined ? {} : {headers: readHeaders(asTable(check.headers))}),
		})),
	};
}

function readHeaders(headers: Json): readonly Json[] {
	return Object.entries(headers).map(([name, value]) => ({name, values: [value].flat()}));
}

function readEnd(table: Json): Json {
	const {type = 'connections', hard_limit, soft_limit} = asTable(table.concurrency);
	const hasLimits = table.concurrency !== undefined;
	return {...(hasLimits ? {concurrency: {type, hard_limit, soft_limit}} : {}), force_instance_key: null};
}
