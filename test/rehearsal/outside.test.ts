import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {encode, TRUNCATED_RESPONSE} from 'dns-packet';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {openDns} from '../../source/adapters/dns.ts';
import {openHttp} from '../../source/adapters/http.ts';
import {openObjectStore} from '../../source/adapters/object-store.ts';
import type {Net, ObjectStore, StoreTarget} from '../../source/core/readers.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import {changeWorld, makeWorld, readWorld} from '../../source/rehearsal/engine/world-file.ts';
import {type Outside, startOutside} from '../../source/rehearsal/network/network.ts';
import {simulatedNow, type World} from '../../source/rehearsal/world/world.ts';

let folder: string;
let worldPath: string;
let outside: Outside;
let net: Net;
let store: ObjectStore;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'outside-'));
	worldPath = join(folder, 'world.json');
	await makeWorld(worldPath, {nowMs: Date.parse('2026-01-01'), speed: 1});
	outside = await startOutside({worldPath});
	const http = openHttp({route: outside.route});
	net = {...http, ...openDns({...outside.dns, timeoutMs: 2000})};
	const world = await readWorld(worldPath);
	store = openObjectStore(http, () => simulatedNow(world));
});
afterEach(async () => {
	await outside.close();
	await rm(folder, {recursive: true});
});

const at = 1_760_000_000_000;

/** A deployed app with both addresses, and whatever else a test wants. */
async function deploy(alter: (world: World) => void = () => {}): Promise<void> {
	await changeWorld(worldPath, world => {
		world.apps.push({
			app: 'blog',
			name: 'blog',
			number: 1,
			org: 'personal',
			network: 'default',
			createdAt: at,
		});
		world.addresses.push(
			{app: 'blog', id: 'ip_4', address: '66.241.1.2', type: 'shared_v4', region: 'global', createdAt: at},
			{app: 'blog', id: 'ip_6', address: '2a09:8280:1::1', type: 'v6', region: 'global', createdAt: at},
		);
		world.releases.push({
			app: 'blog',
			id: 'rel_1',
			version: 1,
			status: 'complete',
			reason: '',
			createdAt: at,
			imageRef: 'registry.fly.io/blog:1',
			config: {},
		});
		world.machines.push({
			app: 'blog',
			id: '148e1',
			name: 'blog-1',
			state: 'started',
			region: 'fra',
			image: 'registry.fly.io/blog:1',
			instance_id: '01',
			private_ip: 'fdaa::1',
			created_at: '2025-10-01T00:00:00Z',
			updated_at: '2025-10-01T00:00:00Z',
			config: {env: {PHX_HOST: 'from-env.example.com'}},
			events: [],
			checks: [],
			boot: {at},
			secrets: [{name: 'PHX_HOST', sha256: '', value: 'blog.example.com'}],
			hasLitestream: true,
		});
		alter(world);
	});
}

function certify(world: World): void {
	world.certificates.push({
		app: 'blog',
		hostname: 'blog.example.com',
		status: 'active',
		createdAt: at,
		recordsAt: at,
		activeAt: at,
	});
	world.dns.push({name: 'blog.example.com', type: 'A', value: '66.241.1.2'});
}

describe('storage', () => {
	function target({keyId = 'any', ...change}: Partial<StoreTarget> & {keyId?: string} = {}): StoreTarget {
		return {
			endpoint: 'https://fly.storage.tigris.dev',
			region: 'auto',
			bucket: 'blog-replica',
			prefix: 'blog',
			accessKeyId: new Secret('LITESTREAM_ACCESS_KEY_ID', keyId),
			secretAccessKey: new Secret('LITESTREAM_SECRET_ACCESS_KEY', 'any secret'),
			...change,
		};
	}

	test.each([
		{endpoint: 'https://fly.storage.tigris.dev', region: 'auto'},
		{endpoint: 'https://t3.storage.dev', region: 'auto'},
		{endpoint: 'https://s3.eu-central-1.amazonaws.com', region: 'eu-central-1'},
		{endpoint: `https://${'0'.repeat(32)}.eu.r2.cloudflarestorage.com`, region: 'auto'},
		{endpoint: 'http://minio.example.com:9000', region: 'us-east-1'},
	])('stores objects in the world, at $endpoint', async place => {
		expect(await store.list(target(place))).toMatchObject({is: 'ok', keys: []});
		expect(await store.put(target(place), 'a (1)/ü', 'grüße')).toMatchObject({is: 'ok', status: 200});
		const [object] = (await readWorld(worldPath)).objects;
		expect(object).toMatchObject({
			bucket: 'blog-replica',
			key: 'blog/a (1)/ü',
			size: 7,
			etag: 'fee40dc24d0ad6a90c608052aa4e9e66',
		});
		expect(await store.list(target(place))).toMatchObject({keys: ['a (1)/ü']});
		expect(await store.get(target(place), 'a (1)/ü')).toMatchObject({is: 'ok', body: 'grüße'});
		expect(await store.delete(target(place), 'a (1)/ü')).toMatchObject({is: 'ok', status: 204});
		expect(await store.get(target(place), 'a (1)/ü')).toMatchObject({status: 404, code: 'NoSuchKey'});
		expect((await readWorld(worldPath)).objects).toEqual([]);
	});

	test.each([
		{fault: 'a wrong key id', change: {keyId: 'WRONG-KEY-ID'}, status: 403, code: 'InvalidAccessKeyId'},
		{fault: 'a wrong secret', change: {keyId: 'WRONG-SECRET'}, status: 403, code: 'SignatureDoesNotMatch'},
		{fault: 'no bucket', change: {bucket: 'missing-bucket'}, status: 404, code: 'NoSuchBucket'},
		{fault: 'no right to list', change: {keyId: 'NO-LIST'}, status: 403, code: 'AccessDenied'},
		{
			fault: 'another region',
			change: {bucket: 'other-region'},
			status: 400,
			code: 'AuthorizationHeaderMalformed',
		},
		{fault: 'a wrong clock', change: {keyId: 'SKEWED-CLOCK'}, status: 403, code: 'RequestTimeTooSkewed'},
	])('rehearses $fault', async ({change, status, code}) => {
		expect(await store.list(target(change))).toMatchObject({is: 'refused', status, code});
	});

	test('reports the correct region and the clock skew', async () => {
		expect(await store.list(target({bucket: 'other-region'}))).toMatchObject({region: 'eu-central-1'});
		expect(await store.list(target({bucket: 'other-region', region: 'eu-central-1'}))).toMatchObject({
			is: 'ok',
		});
		for (const [keyId, seconds] of Object.entries({'WRONG-SECRET': 0, 'SKEWED-CLOCK': 3600})) {
			const refused = await store.list(target({keyId}));
			expect(refused.is === 'refused' && Math.abs((refused.skewSeconds ?? 9) - seconds)).toBeLessThanOrEqual(
				1,
			);
		}
	});

	test('rehearses missing permissions', async () => {
		expect(await store.put(target({keyId: 'READ-ONLY'}), 'a', 'x')).toMatchObject({code: 'AccessDenied'});
		expect(await store.list(target({keyId: 'READ-ONLY'}))).toMatchObject({is: 'ok'});
		expect(await store.put(target({keyId: 'NO-DELETE'}), 'a', 'x')).toMatchObject({is: 'ok'});
		expect(await store.delete(target({keyId: 'NO-DELETE'}), 'a')).toMatchObject({code: 'AccessDenied'});
	});

	test('rehearses an unreachable endpoint', async () => {
		expect(await store.list(target({endpoint: 'https://unreachable.invalid'}))).toMatchObject({
			is: 'unreachable',
		});
	});

	test.each([
		{name: 'no signature', headers: {}, code: 'AccessDenied'},
		{
			name: 'half a signature',
			headers: {authorization: 'AWS4-HMAC-SHA256 Credential=a'},
			code: 'AuthorizationHeaderMalformed',
		},
	])('refuses $name', async ({headers, code}) => {
		const answer = await net.request({
			method: 'GET',
			url: 'https://t3.storage.dev/bucket?list-type=2',
			headers,
		});
		expect(answer.is === 'answered' && answer.body).toContain(`<Code>${code}</Code>`);
	});

	test('rejects a payload that differs from the signed one', async () => {
		const tampering = openObjectStore(
			{request: request => net.request({...request, body: 'other'})},
			Date.now,
		);
		expect(await tampering.put(target(), 'a', 'x')).toMatchObject({code: 'XAmzContentSHA256Mismatch'});
	});
});

describe('the site', () => {
	const visit = (url: string, headers: Record<string, string> = {}) =>
		net.request({method: 'GET', url, headers});

	test('responds once a machine of a complete release is started', async () => {
		expect(await visit('https://blog.fly.dev/')).toMatchObject({is: 'unreachable'});
		await deploy();
		const answer = await visit('https://blog.fly.dev/');
		expect(answer).toMatchObject({status: 200, headers: {server: expect.stringMatching(/^Fly/)}});
		expect(answer.is === 'answered' && answer.body).toContain('data-phx-main');
		expect(await visit('https://another.fly.dev/')).toMatchObject({is: 'unreachable'});
	});

	test.each<{what: string; alter: (world: World) => void}>([
		{
			what: 'no machine is started',
			alter: world => {
				for (const machine of world.machines) machine.state = 'stopped';
			},
		},
		{
			what: 'the release failed',
			alter: world => {
				for (const release of world.releases) release.status = 'failed';
			},
		},
		{
			what: 'the app has no address',
			alter: world => {
				world.addresses = [];
			},
		},
	])('closes the connection if $what', async ({alter}) => {
		await deploy(alter);
		expect(await visit('https://blog.fly.dev/')).toMatchObject({is: 'unreachable', code: 'ECONNRESET'});
	});

	test('sends plain HTTP to HTTPS', async () => {
		await deploy();
		expect(await visit('http://blog.fly.dev/a?b')).toMatchObject({
			status: 301,
			headers: {location: 'https://blog.fly.dev/a?b'},
		});
	});

	test.each<{what: string; alter: (world: World) => void; status: number | undefined}>([
		{what: 'certificate and address', alter: certify, status: 200},
		{
			what: 'certificate and alias',
			alter: world => {
				certify(world);
				world.dns = [{name: 'blog.example.com', type: 'CNAME', value: 'blog.fly.dev.'}];
			},
			status: 200,
		},
		{
			what: 'certificate, DNS elsewhere',
			alter: world => {
				certify(world);
				world.dns = [{name: 'blog.example.com', type: 'A', value: '192.0.2.1'}];
			},
			status: undefined,
		},
		{
			what: 'address, certificate still pending',
			alter: world => {
				certify(world);
				for (const certificate of world.certificates) {
					certificate.status = 'pending_validation';
					certificate.createdAt = Date.now();
					delete certificate.recordsAt;
				}
			},
			status: undefined,
		},
		{
			what: 'address without certificate',
			alter: world => {
				certify(world);
				world.certificates = [];
			},
			status: undefined,
		},
	])('responds at its own domain: $what', async ({alter, status}) => {
		await deploy(alter);
		const answer = await visit('https://blog.example.com/');
		expect(answer.is === 'answered' ? answer.status : undefined).toBe(status);
	});

	test.each([
		{origin: 'https://blog.example.com', status: 101},
		{origin: 'https://blog.fly.dev', status: 403},
		{origin: 'https://Blog.example.com', status: 403},
		{origin: 'https://from-env.example.com', status: 403},
	])('its LiveView socket answers $status to $origin', async ({origin, status}) => {
		await deploy();
		expect(await net.upgrade('wss://blog.fly.dev/live/websocket?vsn=2.0.0', {origin})).toMatchObject({
			status,
		});
	});

	test('without the secret, [env] decides', async () => {
		await deploy(world => {
			for (const machine of world.machines) machine.secrets = [];
		});
		const origin = 'https://from-env.example.com';
		expect(await net.upgrade('wss://blog.fly.dev/live/websocket', {origin})).toMatchObject({status: 101});
		expect(await net.upgrade('wss://blog.fly.dev/other/websocket', {origin})).toMatchObject({status: 404});
		expect(await net.upgrade('wss://gone.fly.dev/live/websocket', {origin})).toMatchObject({
			is: 'unreachable',
		});
	});
});

describe('Resend', () => {
	const ask = (key?: string) =>
		net.request({
			method: 'GET',
			url: 'https://api.resend.com/domains',
			headers: key ? {authorization: `Bearer ${key}`} : {},
		});

	test.each([
		{key: 're_any', status: 200, text: '"name":"blog.example.com","status":"verified"'},
		{key: 're_unverified', status: 200, text: '"status":"not_started"'},
		{key: 're_restricted', status: 401, text: 'restricted_api_key'},
		{key: 're_invalid', status: 403, text: 'invalid_api_key'},
		{key: 'without-prefix', status: 403, text: 'invalid_api_key'},
		{key: undefined, status: 401, text: 'missing_api_key'},
	])('answers $status to the key $key', async ({key, status, text}) => {
		await deploy(certify);
		const answer = await ask(key);
		expect(answer).toMatchObject({status});
		expect(answer.is === 'answered' && answer.body).toContain(text);
	});
});

describe('DNS', () => {
	beforeEach(() =>
		deploy(world => {
			world.dns.push(
				{name: 'Example.com', type: 'NS', value: 'ns1.example.net.'},
				{name: 'example.com', type: 'CAA', value: '0 issue "letsencrypt.org"'},
				{name: 'example.com', type: 'TXT', value: 'v=spf1 -all'},
				{name: 'www.example.com', type: 'CNAME', value: 'blog.fly.dev'},
				{name: 'deep.below.example.com', type: 'AAAA', value: '2001:db8::1'},
			);
		}),
	);

	test.each([
		{name: 'blog.fly.dev', type: 'A', values: ['66.241.1.2']},
		{name: 'blog.fly.dev', type: 'AAAA', values: ['2a09:8280:1::1']},
		{name: 'EXAMPLE.com', type: 'NS', values: ['ns1.example.net']},
		{name: 'example.com', type: 'CAA', values: ['0 issue "letsencrypt.org"']},
		{name: 'example.com', type: 'TXT', values: ['v=spf1 -all']},
		{name: 'www.example.com', type: 'CNAME', values: ['blog.fly.dev']},
		{name: 'www.example.com', type: 'A', values: ['66.241.1.2']},
		{name: 'deep.below.example.com', type: 'AAAA', values: ['2001:db8::1']},
	] as const)('finds $type of $name', async ({name, type, values}) => {
		expect(await net.resolve(name, type)).toEqual({is: 'found', values, ttlSeconds: 60});
	});

	test.each(['below.example.com', 'example.com', 'other.fly.dev', 'nothing.example.org'])(
		'has no address for %s',
		async name => {
			expect(await net.resolve(name, 'A')).toEqual({is: 'absent', ttlSeconds: 60});
		},
	);

	test('distinguishes a name without such records from a missing name', async () => {
		const {Resolver} = await import('node:dns/promises');
		const resolver = new Resolver();
		resolver.setServers([...outside.dns.servers]);
		await expect(resolver.resolve4('below.example.com')).rejects.toMatchObject({code: 'ENODATA'});
		await expect(resolver.resolve4('nothing.example.org')).rejects.toMatchObject({code: 'ENOTFOUND'});
	});
});

describe('the name servers of a zone', () => {
	const name = 'www.example.com';

	async function find(host: string) {
		const found = await net.findZone(host);
		if (found.is !== 'found') throw new Error(`No zone: ${found.is}`);
		return found.zone;
	}

	test('come from the world, else two are invented; `unregistered` has none', async () => {
		await deploy(world => world.dns.push({name: 'sub.example.com', type: 'NS', value: 'ada.example.net.'}));
		expect(await find('a.sub.example.com')).toMatchObject({
			name: 'sub.example.com',
			servers: ['ada.example.net'],
		});
		expect(await find(name)).toMatchObject({
			name: 'example.com',
			servers: ['ns1.example.com', 'ns2.example.com'],
		});
		expect(await net.findZone('www.unregistered-1.com')).toEqual({is: 'absent'});
	});

	test('answer only for their zone; the resolver follows aliases to other zones', async () => {
		await deploy(world => world.dns.push({name, type: 'CNAME', value: 'blog.fly.dev', ttl: 30}));
		const zone = await find(name);
		expect(await zone.ask(name, 'A')).toEqual({is: 'absent', ttlSeconds: 60});
		expect(await zone.ask(name, 'CNAME')).toEqual({is: 'found', values: ['blog.fly.dev'], ttlSeconds: 30});
		expect(await net.resolve(name, 'A')).toMatchObject({values: ['66.241.1.2']});
	});

	test('are unreachable if their name starts with `unreachable`', async () => {
		await deploy(world =>
			world.dns.push({name: 'example.com', type: 'NS', value: 'unreachable.example.net'}),
		);
		expect(await (await find(name)).ask(name, 'A')).toMatchObject({is: 'unreachable'});
		expect(await net.resolve(name, 'A')).toMatchObject({is: 'absent'});
	});

	test.each([
		{goneForSeconds: 10, here: '192.0.2.1'},
		{goneForSeconds: 61, here: '192.0.2.2'},
	])(
		'know immediately what was deleted $goneForSeconds s ago; the resolver says $here',
		async ({goneForSeconds, here}) => {
			await deploy(world => {
				const goneAt = simulatedNow(world) - goneForSeconds * 1000;
				world.dns.push(
					{name, type: 'A', value: '192.0.2.1', goneAt},
					{name, type: 'A', value: '192.0.2.2', madeAt: goneAt},
					{name, type: 'A', value: '192.0.2.3', madeAt: goneAt + 3_600_000},
				);
			});
			expect(await (await find(name)).ask(name, 'A')).toMatchObject({values: ['192.0.2.2']});
			const said = await net.resolve(name, 'A');
			expect(said).toMatchObject({values: [here]});
			if (goneForSeconds === 10) expect(said).toHaveProperty('ttlSeconds', expect.closeTo(50, -1));
		},
	);

	test('send large answers over TCP', async () => {
		const values = Array.from({length: 60}, (_, index) => `192.0.2.${index}`);
		await deploy(world => world.dns.push(...values.map(value => ({name, type: 'A', value}))));
		expect(await (await find(name)).ask(name, 'A')).toMatchObject({values});
		expect(await net.resolve(name, 'A')).toMatchObject({values});
		const reply = await askOverUdp(outside.dns.servers[0] ?? '', name);
		expect(reply.length).toBeLessThan(512);
		expect(reply.readUInt16BE(2) & TRUNCATED_RESPONSE).toBe(TRUNCATED_RESPONSE);
	});
});

async function askOverUdp(server: string, name: string): Promise<Buffer> {
	const socket = createSocket('udp4');
	socket.send(
		encode({type: 'query', questions: [{type: 'A', name}]}),
		Number(server.split(':')[1]),
		'127.0.0.1',
	);
	const [message] = (await once(socket, 'message')) as [Buffer];
	socket.close();
	return message;
}

test('the site responds only at the addresses of its app', async () => {
	await deploy(certify);
	const visit = (address: string) => net.request({method: 'GET', url: 'https://blog.example.com/', address});
	expect(await visit('66.241.1.2')).toMatchObject({status: 200});
	expect(await visit('2a09:8280:1::1')).toMatchObject({status: 200});
	expect(await visit('192.0.2.1')).toMatchObject({is: 'unreachable'});
});

test('routes every URL to this computer', () => {
	for (const url of ['https://fly.io/', 'http://192.0.2.1:81/x', 'https://api.machines.dev/v1']) {
		expect(outside.route(new URL(url)).host).toBe('127.0.0.1');
	}
});

test('keeps the world readable and closes immediately', async () => {
	await net.request({method: 'GET', url: 'https://example.com/'});
	await outside.close();
	expect(JSON.parse(await readFile(worldPath, 'utf8'))).toMatchObject({objects: []});
	expect(await net.request({method: 'GET', url: 'https://example.com/'})).toMatchObject({why: 'refused'});
	outside = await startOutside({worldPath});
});
