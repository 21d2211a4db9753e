import {once} from 'node:events';
import {createServer, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {realClock} from '../../source/adapters/clock.ts';
import {openHttp} from '../../source/adapters/http.ts';
import type {Project} from '../../source/core/command/context.ts';
import {createRedactor} from '../../source/core/secrets/redact.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import {pingMonitor} from '../../source/drill/ping-monitor.ts';
import {openSecretStore} from '../../source/engine/secret-store.ts';
import {makePlan} from '../helpers/make-plan.ts';

const path = '/ping/0f1e2d3c-0000-4000-8000-000000000000';

/** What the monitor answers, one after another; the last one for all that follow. */
let answers: readonly ((response: ServerResponse) => void)[] = [];
let seen: string[] = [];
const server = createServer((request, response) => {
	seen.push(`${request.method} ${request.url}`);
	const answer = answers[Math.min(seen.length, answers.length) - 1];
	answer?.(response);
});
const status = (code: number) => (response: ServerResponse) => response.writeHead(code).end('OK');
const hangUp = (response: ServerResponse) => response.destroy();
let endpoint = '';

beforeEach(async () => {
	seen = [];
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
	if (!server.listening) return;
	server.closeAllConnections();
	await new Promise(resolve => server.close(resolve));
});

function ping({
	version = '0.3.13',
	isRehearsal = false,
	url,
}: {
	readonly version?: string;
	readonly isRehearsal?: boolean;
	readonly url?: string | undefined;
} = {}) {
	const {context} = makePlan({profile: 'wisp', provider: 's3', answers: {heartbeat: 'given'}});
	const files = context.files.map(file => ({...file, after: file.after.replaceAll('0.5.17', version)}));
	const secretStore = openSecretStore(createRedactor());
	if (url !== undefined) secretStore.add('heartbeat', new Secret('LITESTREAM_HEARTBEAT_URL', url));
	const readers = {net: openHttp({}), clock: {...realClock, sleep: async () => undefined}};
	return pingMonitor({...context, files}, {readers, secretStore, isRehearsal} as unknown as Project);
}

const pingHere = async () => {
	const found = await ping({url: endpoint + path});
	expect(JSON.stringify(found)).not.toContain(path);
	return found;
};

test('with Litestream 0.3.13 it pings the monitor once', async () => {
	answers = [status(200)];
	expect(await pingHere()).toEqual({status: 'proved', detail: 'the monitor was pinged'});
	expect(seen).toEqual([`GET ${path}`]);
});

test('a monitor that is restarting gets the ping in the end', async () => {
	answers = [hangUp, status(503), status(204)];
	expect(await pingHere()).toMatchObject({status: 'proved'});
	expect(seen).toHaveLength(3);
});

test.each([
	[[status(500)], 3, 'it answered 500'],
	[[status(404)], 1, 'it answered 404'],
	[[status(301)], 1, 'a redirect; use the URL where that leads'],
	[[hangUp], 3, 'it is unreachable from this computer (ECONNRESET)'],
])('a monitor that does not take it is a hint (%#)', async (replies, tries, words) => {
	answers = replies;
	const found = await pingHere();
	expect(found).toMatchObject({status: 'hint', detail: expect.stringContaining(words)});
	expect(found?.detail).toMatch(/^the drill passed, but the monitor did not take the ping: /);
	expect(seen).toHaveLength(tries);
});

test('a monitor that is not there is a hint', async () => {
	await new Promise(resolve => server.close(resolve));
	expect(await pingHere()).toMatchObject({status: 'hint', detail: expect.stringContaining('ECONNREFUSED')});
});

test('a monitor that accepts and never answers costs at most three tries of 10 seconds', async () => {
	answers = [() => undefined];
	const startMs = performance.now();
	expect(await pingHere()).toMatchObject({status: 'hint', detail: expect.stringContaining('ETIMEDOUT')});
	expect(performance.now() - startMs).toBeLessThan(35_000);
	expect(seen).toHaveLength(3);
});

test('nothing is sent where Litestream pings, in a rehearsal, and without the URL', async () => {
	answers = [status(200)];
	expect(await ping({version: '0.5.17', url: endpoint + path})).toMatchObject({
		status: 'skipped',
		detail: 'Litestream 0.5.17 pings the monitor itself',
	});
	expect(await ping({isRehearsal: true, url: endpoint + path})).toMatchObject({
		status: 'skipped',
		detail: 'a rehearsal pings no monitor',
	});
	expect(await ping()).toMatchObject({
		status: 'hint',
		detail: expect.stringContaining('set LITESTREAM_HEARTBEAT_URL for the drill too'),
	});
	expect(seen).toEqual([]);
});
