import type {Machine, World} from '../world/world.ts';
import {findApp, isReachable} from './hosts.ts';
import {type Answer, type Asked, answerJson} from './web.ts';

const page = `<!DOCTYPE html>
<html lang="en" class="h-full">
<head><meta charset="utf-8"><meta name="csrf-token" content="rehearsal"><title>Phoenix</title></head>
<body><main data-phx-main id="phx-rehearsal">It works, in a rehearsal.</main></body>
</html>
`;

/** Serves the app's pages like Fly's proxy: no response unless a machine of a complete release is started. */
export function answerSite(world: World, {method, url, headers}: Asked): Answer {
	const machine = findMachine(world, url.hostname, headers['x-connected-to']);
	if (!machine) return 'hang-up';
	const fly = {server: 'Fly/rehearsal', via: '1.1 fly.io', 'fly-request-id': 'rehearsal-1'};
	if (headers['x-forwarded-proto'] === 'http') {
		const location = `https://${url.host}${url.pathname}${url.search}`;
		return {status: 301, headers: {...fly, location}, body: ''};
	}
	const app = {
		'content-type': 'text/html; charset=utf-8',
		'cache-control': 'max-age=0, private, must-revalidate',
	};
	return {
		status: 200,
		headers: {...fly, ...app, 'x-request-id': 'rehearsal'},
		body: method === 'HEAD' ? '' : page,
	};
}

/** Returns whether the LiveView socket accepts a connection from that origin, like Phoenix's `check_origin`: its host must equal PHX_HOST. */
export function answerLiveSocket(world: World, {url, headers}: Asked): Answer {
	const machine = findMachine(world, url.hostname);
	if (!machine) return 'hang-up';
	if (!/^\/live\/websocket$/.test(url.pathname)) return {status: 404, headers: {}, body: 'Not Found'};
	const origin = /^[a-z]+:\/\/([^/:]+)/.exec(headers.origin ?? '')?.[1];
	const isAccepted = headers.origin === undefined || (origin !== undefined && origin === readHost(machine));
	return {status: isAccepted ? 101 : 403, headers: {}, body: ''};
}

function findMachine(world: World, host: string, connectedTo?: string): Machine | undefined {
	const app = findApp(world, host);
	const isReleased = world.releases.some(entry => entry.app === app && entry.status === 'complete');
	if (!app || !isReleased || !isReachable(world, app, host, connectedTo)) return undefined;
	return world.machines.find(entry => entry.app === app && entry.state === 'started');
}

/** The value the machine was started with: a secret overrides `[env]`. */
function readHost({secrets, config}: Machine): string | undefined {
	const secret = secrets.find(({name}) => name === 'PHX_HOST');
	if (secret) return secret.value;
	const {env} = config;
	return isRecord(env) && typeof env.PHX_HOST === 'string' ? env.PHX_HOST : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}

const faults: Readonly<Record<string, Answer>> = {
	re_restricted: refuse(401, 'restricted_api_key', 'This API key is restricted to only send emails'),
	re_invalid: refuse(403, 'invalid_api_key', 'API key is invalid'),
};

/**
Resend's list of sender domains: every host the world's apps serve, verified. A key begins with `re_`, and any works, except three:
`re_restricted` may only send, `re_invalid` is unknown, and for `re_unverified` nothing is verified yet.

@see {@link https://resend.com/docs/api-reference/domains/list-domains | List Domains}
*/
export function answerResend(world: World, {method, url, headers}: Asked): Answer {
	const key = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
	if (!key) return refuse(401, 'missing_api_key', 'Missing API Key');
	const fault = faults[key] ?? (key.startsWith('re_') ? undefined : faults.re_invalid);
	if (fault) return fault;
	const [, id] = /^\/domains(?:\/([\w-]+))?$/.exec(url.pathname) ?? [undefined, 'none'];
	if (method !== 'GET' || id === 'none')
		return refuse(404, 'not_found', 'The requested endpoint does not exist');
	const status = key === 're_unverified' ? 'not_started' : 'verified';
	const data = listHosts(world).map((name, index) => ({
		id: `domain-${index + 1}`,
		name,
		status,
		region: 'us-east-1',
	}));
	if (id === undefined) return answerJson(200, {object: 'list', has_more: false, data});
	const domain = data.find(each => each.id === id);
	return domain
		? answerJson(200, {object: 'domain', ...domain, records: listRecords(domain)})
		: refuse(404, 'not_found', 'Domain not found');
}

/** Names are relative to the registered domain, as Resend shows them. */
function listRecords({name, status}: {readonly name: string; readonly status: string}) {
	const below = name.split('.').slice(0, -2);
	const at = (label: string) => [label, ...below].join('.');
	const common = {ttl: 'Auto', status};
	return [
		{
			record: 'SPF',
			name: at('send'),
			type: 'MX',
			value: 'feedback-smtp.us-east-1.amazonses.com',
			priority: 10,
			...common,
		},
		{
			record: 'SPF',
			name: at('send'),
			type: 'TXT',
			value: 'v=spf1 include:amazonses.com ~all',
			...common,
		},
		{record: 'DKIM', name: at('resend._domainkey'), type: 'TXT', value: 'p=MIGfMA0', ...common},
	];
}

function listHosts({certificates, secrets}: World): readonly string[] {
	const hosts = secrets.filter(({name}) => name === 'PHX_HOST').map(({value}) => value ?? '');
	const all = [...certificates.map(({hostname}) => hostname), ...hosts];
	return [...new Set(all)].filter(host => host !== '' && !host.endsWith('.fly.dev'));
}

function refuse(statusCode: number, name: string, message: string): Answer {
	return answerJson(statusCode, {statusCode, name, message});
}
