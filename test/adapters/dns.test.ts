import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import type {Question} from 'dns-packet';
import {afterEach, describe, expect, test} from 'vitest';
import {openDns} from '../../source/adapters/dns.ts';
import type {DnsType, DnsZone} from '../../source/core/readers.ts';
import {openDnsServer, type Reply} from '../helpers/dns-server.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map(close => close()));
});

async function serve(reply: (question: Question) => Reply) {
	const server = await openDnsServer(reply);
	open.push(server.close);
	return server;
}

async function ask(name: string, type: DnsType, reply: Reply) {
	const server = await serve(() => reply);
	const answer = await openDns({servers: [server.server], timeoutMs: 100}).resolve(name, type);
	return {answer, asked: server.asked};
}

/** An address where no server listens. */
async function findFreePort(): Promise<string> {
	const socket = createSocket('udp4').bind(0, '127.0.0.1');
	await once(socket, 'listening');
	const server = `127.0.0.1:${socket.address().port}`;
	socket.close();
	await once(socket, 'close');
	return server;
}

const name = 'blog.example.com';
const ttl = 300;

test.each<{type: DnsType; records: Reply; values: string[]}>([
	{
		type: 'A',
		records: [
			{type: 'A', name, ttl: 600, data: '192.0.2.1'},
			{type: 'A', name, ttl, data: '192.0.2.2'},
		],
		values: ['192.0.2.1', '192.0.2.2'],
	},
	{type: 'AAAA', records: [{type: 'AAAA', name, ttl, data: '2001:db8::1'}], values: ['2001:db8::1']},
	{type: 'CNAME', records: [{type: 'CNAME', name, ttl, data: 'blog.fly.dev'}], values: ['blog.fly.dev']},
	{type: 'NS', records: [{type: 'NS', name, ttl, data: 'ns1.example.com'}], values: ['ns1.example.com']},
	{type: 'TXT', records: [{type: 'TXT', name, ttl, data: ['v=spf1 ', '-all']}], values: ['v=spf1 -all']},
	{
		type: 'CAA',
		records: [{type: 'CAA', name, ttl, data: {flags: 0, tag: 'issue', value: 'letsencrypt.org'}}],
		values: ['0 issue "letsencrypt.org"'],
	},
])('finds $type records, and how long they may be remembered', async ({type, records, values}) => {
	expect((await ask(name, type, records)).answer).toEqual({is: 'found', values, ttlSeconds: 300});
});

const soa = (minimum: number) => ({mname: 'ns1.example.com', rname: 'h.example.com', minimum});

test.each([
	{what: 'a name that does not exist', reply: 3, ttlSeconds: 0},
	{what: 'a name without such records', reply: [], ttlSeconds: 0},
	{
		what: 'a name whose zone says how long that holds',
		reply: {code: 3, authorities: [{type: 'SOA', name: 'example.com', ttl: 900, data: soa(120)}]},
		ttlSeconds: 120,
	},
] as {what: string; reply: Reply; ttlSeconds: number}[])(
	'calls $what absent',
	async ({reply, ttlSeconds}) => {
		expect((await ask(name, 'A', reply)).answer).toEqual({is: 'absent', ttlSeconds});
	},
);

test('asks again over TCP what does not fit into UDP', async () => {
	const {answer, asked} = await ask(name, 'A', {
		answers: [{type: 'A', name, data: '192.0.2.1'}],
		isCut: true,
	});
	expect(answer).toMatchObject({values: ['192.0.2.1']});
	expect(asked.map(({by}) => by)).toEqual(['udp', 'tcp']);
});

test('does not take a failing name server for a missing record', async () => {
	expect((await ask(name, 'A', 2)).answer).toMatchObject({
		is: 'unreachable',
		why: 'other',
		code: 'ESERVFAIL',
	});
});

test('gives up on a silent name server after two tries', async () => {
	const {answer, asked} = await ask(name, 'A', 'silence');
	expect(answer).toMatchObject({is: 'unreachable', why: 'time-out', code: 'ETIMEOUT'});
	expect(asked).toHaveLength(2);
});

test('tells a name server that is not there', async () => {
	const answer = await openDns({servers: [await findFreePort()], timeoutMs: 100}).resolve(name, 'A');
	expect(answer).toMatchObject({is: 'unreachable', why: 'refused', code: 'ECONNREFUSED'});
});

test('takes the second resolver where the first is not there', async () => {
	const server = await serve(() => [{type: 'A', name, data: '192.0.2.1'}]);
	const servers = [await findFreePort(), server.server];
	expect(await openDns({servers, timeoutMs: 100}).resolve(name, 'A')).toMatchObject({values: ['192.0.2.1']});
});

test('asks again each time, and asks the name server even for names in /etc/hosts', async () => {
	const server = await serve(() => [{type: 'A', name: 'localhost.example', data: '192.0.2.9', ttl: 3600}]);
	const dns = openDns({servers: [server.server], timeoutMs: 100});
	await dns.resolve('localhost.example', 'A');
	await dns.resolve('localhost.example', 'A');
	expect(server.asked).toHaveLength(2);
});

describe('a zone', () => {
	/** A resolver that knows the name servers of one zone, all at the addresses given. */
	const openResolver = (zone: string, addresses: readonly string[]) =>
		serve(({name: asked, type}) => {
			if (type === 'NS' && asked === zone) {
				return addresses.map((_, index) => ({type: 'NS', name: zone, ttl, data: `ns${index}.example.net`}));
			}

			const [, index] = /^ns(\d)\.example\.net$/.exec(asked) ?? [];
			const address = index === undefined ? undefined : addresses[Number(index)];
			return type === 'A' && address !== undefined ? [{type: 'A', name: asked, ttl, data: address}] : [];
		});

	/** @param owners - By the address that the resolver gives for each. */
	async function find(zone: string, owners: Readonly<Record<string, string>>): Promise<DnsZone> {
		const resolver = await openResolver(zone, Object.keys(owners));
		const reachServer = (address: string) => owners[address] ?? '127.0.0.1:1';
		const found = await openDns({servers: [resolver.server], reachServer, timeoutMs: 200}).findZone(name);
		if (found.is !== 'found') throw new Error(`No zone: ${found.is}`);
		return found.zone;
	}

	const own = {answers: [{type: 'A', name, ttl, data: '192.0.2.7'}], isAuthoritative: true} as const;

	test.each(['example.com', name])('%s is found from the name up, and its servers are asked', async zone => {
		const owner = await serve(() => own);
		const found = await find(zone, {'198.51.100.1': owner.server});
		expect(found).toMatchObject({name: zone, servers: ['ns0.example.net']});
		expect(await found.ask(name, 'A')).toEqual({is: 'found', values: ['192.0.2.7'], ttlSeconds: 300});
		expect(owner.asked).toMatchObject([{name, type: 'A', isRecursive: false}]);
	});

	test('records of the target of an alias are not those of the name', async () => {
		const owner = await serve(() => ({
			isAuthoritative: true,
			answers: [
				{type: 'CNAME', name, ttl, data: 'other.example.com'},
				{type: 'A', name: 'other.example.com', ttl, data: '192.0.2.8'},
			],
		}));
		const zone = await find('example.com', {'198.51.100.1': owner.server});
		expect(await zone.ask(name, 'A')).toMatchObject({is: 'absent'});
		expect(await zone.ask(name, 'CNAME')).toMatchObject({values: ['other.example.com']});
	});

	test('a server that is silent, refuses, or is not authoritative is skipped, once', async () => {
		const silent = await serve(() => 'silence');
		const lame = await serve(() => ({...own, isAuthoritative: false}));
		const good = await serve(() => own);
		const zone = await find('example.com', {
			'198.51.100.1': silent.server,
			'198.51.100.2': lame.server,
			'198.51.100.3': good.server,
		});
		expect(await zone.ask(name, 'A')).toMatchObject({values: ['192.0.2.7']});
		expect(await zone.ask(name, 'A')).toMatchObject({values: ['192.0.2.7']});
		expect([silent, lame, good].map(({asked}) => asked.length)).toEqual([1, 1, 2]);
	});

	test('whose servers all refuse is unreachable, and names them', async () => {
		const refusing = await serve(() => ({code: 5}));
		const zone = await find('example.com', {'198.51.100.1': refusing.server});
		expect(await zone.ask(name, 'A')).toMatchObject({
			is: 'unreachable',
			message: 'No answer from ns0.example.net',
		});
	});

	test('of the target of an alias does not count as its own', async () => {
		const resolver = await serve(({name: asked, type}) =>
			type === 'NS' && asked === name
				? [
						{type: 'CNAME', name, ttl, data: 'app.example.org'},
						{type: 'NS', name: 'app.example.org', ttl, data: 'ns.example.org'},
					]
				: [],
		);
		const dns = openDns({servers: [resolver.server], timeoutMs: 100});
		expect(await dns.findZone(name)).toEqual({is: 'absent'});
		expect(resolver.asked.map(question => question.name)).toEqual([name, 'example.com']);
	});

	test('cannot be found without a resolver', async () => {
		const dns = openDns({servers: [await findFreePort()], timeoutMs: 100});
		expect(await dns.findZone(name)).toMatchObject({is: 'unreachable', why: 'refused'});
	});
});
