import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {afterEach, expect, test} from 'vitest';
import {openDns} from '../../source/adapters/dns.ts';
import type {DnsType} from '../../source/core/ports.ts';
import {openDnsServer, type Reply} from '../helpers/dns-server.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map(close => close()));
});

async function ask(name: string, type: DnsType, reply: Reply) {
	const server = await openDnsServer(() => reply);
	open.push(server.close);
	const answer = await openDns({servers: [server.server], timeoutMs: 100}).resolve(name, type);
	return {answer, asked: server.asked};
}

const name = 'blog.example.com';

test.each<{type: DnsType; records: Reply; values: string[]}>([
	{
		type: 'A',
		records: [
			{type: 'A', name, data: '192.0.2.1'},
			{type: 'A', name, data: '192.0.2.2'},
		],
		values: ['192.0.2.1', '192.0.2.2'],
	},
	{type: 'AAAA', records: [{type: 'AAAA', name, data: '2001:db8::1'}], values: ['2001:db8::1']},
	{type: 'CNAME', records: [{type: 'CNAME', name, data: 'blog.fly.dev'}], values: ['blog.fly.dev']},
	{type: 'NS', records: [{type: 'NS', name, data: 'ns1.example.com'}], values: ['ns1.example.com']},
	{type: 'TXT', records: [{type: 'TXT', name, data: ['v=spf1 ', '-all']}], values: ['v=spf1 -all']},
	{
		type: 'CAA',
		records: [{type: 'CAA', name, data: {flags: 0, tag: 'issue', value: 'letsencrypt.org'}}],
		values: ['0 issue "letsencrypt.org"'],
	},
])('finds $type records', async ({type, records, values}) => {
	expect((await ask(name, type, records)).answer).toEqual({is: 'found', values});
});

test.each([
	{what: 'a name that does not exist', reply: 3},
	{what: 'a name without such records', reply: []},
])('calls $what absent', async ({reply}) => {
	expect((await ask(name, 'A', reply)).answer).toEqual({is: 'absent'});
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
	const socket = createSocket('udp4').bind(0, '127.0.0.1');
	await once(socket, 'listening');
	const servers = [`127.0.0.1:${socket.address().port}`];
	socket.close();
	await once(socket, 'close');
	const answer = await openDns({servers, timeoutMs: 100}).resolve(name, 'A');
	expect(answer).toMatchObject({is: 'unreachable', why: 'refused', code: 'ECONNREFUSED'});
});

test('asks again each time, and asks the name server even for names in /etc/hosts', async () => {
	const server = await openDnsServer(() => [
		{type: 'A', name: 'localhost.example', data: '192.0.2.9', ttl: 3600},
	]);
	open.push(server.close);
	const dns = openDns({servers: [server.server], timeoutMs: 100});
	await dns.resolve('localhost.example', 'A');
	await dns.resolve('localhost.example', 'A');
	expect(server.asked).toHaveLength(2);
});
