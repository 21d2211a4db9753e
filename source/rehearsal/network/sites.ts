import type {Answer, Asked} from '../outside/answer.ts';
import type {Machine, World} from '../world/world.ts';
import {findApp, isReachable} from './hosts.ts';

const page = `<!DOCTYPE html>
<html lang="en" class="h-full">
<head><meta charset="utf-8"><meta name="csrf-token" content="rehearsal"><title>Phoenix</title></head>
<body><main data-phx-main id="phx-rehearsal">It works, in a rehearsal.</main></body>
</html>
`;

/** The app's pages as Fly's proxy hands them on: nothing answers where no machine of a complete release is started. */
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

/** Whether the LiveView socket takes a connection from that origin, as Phoenix's `check_origin` decides: its host is PHX_HOST, letter by letter. */
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

/** What the machine was started with: a secret beats `[env]`. */
function readHost({secrets, config}: Machine): string | undefined {
	const secret = secrets.find(({name}) => name === 'PHX_HOST');
	if (secret) return secret.value;
	const {env} = config;
	return isRecord(env) && typeof env.PHX_HOST === 'string' ? env.PHX_HOST : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
