import {createHash} from 'node:crypto';
import {afterEach, describe, expect, test} from 'vitest';
import {openHttp} from '../../source/adapters/http.ts';
import {openCannedServer, openTcpServer} from '../helpers/tcp-server.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map(close => close()));
});

async function serve(answer: string | Buffer, ending?: 'close' | 'reset' | 'stay') {
	const server = await openCannedServer(answer, ending);
	open.push(server.close);
	return {...server, url: `http://127.0.0.1:${server.port}`};
}

async function listen(onConnection: Parameters<typeof openTcpServer>[0]) {
	const server = await openTcpServer(onConnection);
	open.push(server.close);
	return server;
}

describe('request', () => {
	test('sends method, path, headers and body, and reads the answer', async () => {
		const {url, received} = await serve(
			'HTTP/1.1 201 Created\r\nX-One: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok',
		);
		const answer = await openHttp().request({
			method: 'PUT',
			url: `${url}/a%2Fb?c=d`,
			headers: {'x-two': '2'},
			body: 'grüße',
		});
		expect(answer).toEqual({
			is: 'answered',
			status: 201,
			headers: {'x-one': '1', 'set-cookie': 'a, b', 'content-length': '2'},
			body: 'ok',
		});
		const sent = received.join('');
		expect(sent).toMatch(/^PUT \/a%2Fb\?c=d HTTP\/1\.1\r\n/);
		expect(sent).toMatch(/x-two: 2\r\n/);
		expect(sent).toMatch(/content-length: 7\r\n/);
		expect(sent).toMatch(/\r\n\r\ngrüße$/);
	});

	test('connects to the given address, under the requested name', async () => {
		const {port, received} = await serve('HTTP/1.1 204 No Content\r\n\r\n');
		const url = `http://blog.example.invalid:${port}/`;
		expect(await openHttp().request({method: 'GET', url})).toMatchObject({is: 'unreachable'});
		const answer = await openHttp().request({method: 'GET', url, address: '127.0.0.1'});
		expect(answer).toMatchObject({is: 'answered', status: 204});
		expect(received.join('')).toMatch(new RegExp(`host: blog\\.example\\.invalid:${port}\\r\\n`, 'i'));
	});

	test('hands a redirect over as it is', async () => {
		const {url, received} = await serve(
			'HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n',
		);
		const answer = await openHttp().request({method: 'GET', url});
		expect(answer).toMatchObject({status: 301, headers: {location: 'http://127.0.0.1:1/'}});
		expect(received).toHaveLength(1);
	});

	test('cuts the body at 1 MiB, even of a server that never stops', async () => {
		const server = await listen(socket => {
			socket.write('HTTP/1.1 200 OK\r\n\r\n');
			const more = () => {
				while (!socket.destroyed && socket.write('x'.repeat(65_536)));
			};
			socket.on('drain', more);
			more();
		});
		const answer = await openHttp().request({method: 'GET', url: `http://127.0.0.1:${server.port}`});
		expect(answer).toMatchObject({status: 200});
		expect(answer.is === 'answered' && answer.body.length).toBe(1_048_576);
	});

	test.each([
		{
			name: 'a body that breaks off',
			answer: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf',
			ending: 'close',
			code: 'ECONNRESET',
		},
		{
			name: 'a chunk that breaks off',
			answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf',
			ending: 'close',
			code: 'ECONNRESET',
		},
		{
			name: 'a reset',
			answer: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf',
			ending: 'reset',
			code: 'ECONNRESET',
		},
		{name: 'a hang-up without a word', answer: '', ending: 'close', code: 'ECONNRESET'},
		{
			name: 'something other than HTTP',
			answer: 'SSH-2.0-OpenSSH_9.2\r\n',
			ending: 'close',
			code: 'HPE_INVALID_CONSTANT',
		},
	] as const)('calls $name unreachable', async ({answer, ending, code}) => {
		const {url} = await serve(answer, ending);
		expect(await openHttp().request({method: 'GET', url})).toMatchObject({
			is: 'unreachable',
			why: 'other',
			code,
		});
	});

	test('tells a closed port', async () => {
		const server = await openTcpServer(() => {});
		await server.close();
		const answer = await openHttp().request({method: 'GET', url: `http://127.0.0.1:${server.port}`});
		expect(answer).toMatchObject({is: 'unreachable', why: 'refused', code: 'ECONNREFUSED'});
		expect(answer.is === 'unreachable' && answer.message).not.toBe('');
	});

	test('tells a name that is not there', async () => {
		const answer = await openHttp().request({method: 'GET', url: 'http://nothing.invalid/'});
		expect(answer).toMatchObject({is: 'unreachable', why: 'no-name'});
	});

	test.each([
		{name: 'never answers', start: ''},
		{name: 'stops in the middle of a body', start: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'},
	])('gives up on a server that $name', async ({start}) => {
		const {url} = await serve(start, 'stay');
		const answer = await openHttp().request({method: 'GET', url, timeoutMs: 100});
		expect(answer).toMatchObject({is: 'unreachable', why: 'time-out', code: 'ETIMEDOUT'});
	});

	test('limits a server that trickles, not only a silent one', async () => {
		const server = await listen(socket => {
			socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
			const timer = setInterval(() => socket.write('x'), 10);
			socket.on('close', () => clearInterval(timer));
		});
		const answer = await openHttp().request({
			method: 'GET',
			url: `http://127.0.0.1:${server.port}`,
			timeoutMs: 200,
		});
		expect(answer).toMatchObject({why: 'time-out'});
	});

	test.each([
		{name: 'plain HTTP', answer: 'HTTP/1.1 400 Bad Request\r\n\r\n'},
		{name: 'nothing and hangs up', answer: ''},
	])('detects a TLS address whose server speaks $name', async ({answer}) => {
		const {port} = await serve(answer);
		const outcome = await openHttp().request({method: 'GET', url: `https://127.0.0.1:${port}`});
		expect(outcome).toMatchObject({is: 'unreachable', why: 'tls'});
	});

	test('takes a silent TLS opening for a time-out', async () => {
		const server = await listen(() => {});
		const url = `https://127.0.0.1:${server.port}`;
		expect(await openHttp().request({method: 'GET', url, timeoutMs: 100})).toMatchObject({why: 'time-out'});
	});

	test.each([
		{name: 'an address that is none', url: 'not a url', code: 'ERR_INVALID_URL'},
		{name: 'another protocol', url: 'ftp://127.0.0.1/', code: 'ERR_INVALID_PROTOCOL'},
	])('calls $name unreachable', async ({url, code}) => {
		expect(await openHttp().request({method: 'GET', url})).toMatchObject({
			is: 'unreachable',
			why: 'other',
			code,
		});
	});

	test('does not repeat a header value that cannot be sent', async () => {
		const headers = {authorization: 'Bearer se\ncret'};
		const answer = await openHttp().request({method: 'GET', url: 'http://127.0.0.1:1/', headers});
		expect(answer).toMatchObject({is: 'unreachable', code: 'ERR_INVALID_CHAR'});
		expect(JSON.stringify(answer)).not.toContain('cret');
	});

	test('takes the other route under the same host, in plain HTTP', async () => {
		const {port, received} = await serve('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
		const asked: string[] = [];
		const http = openHttp({
			route: url => {
				asked.push(url.href);
				return {host: '127.0.0.1', port};
			},
		});
		expect(await http.request({method: 'GET', url: 'https://blog.example.com:8443/a?b'})).toMatchObject({
			status: 200,
		});
		expect(asked).toEqual(['https://blog.example.com:8443/a?b']);
		expect(received.join('')).toMatch(/^GET \/a\?b HTTP/);
		expect(received.join('')).toMatch(/\r\nhost: blog\.example\.com:8443\r\n/i);
		expect(received.join('')).toMatch(/\r\nx-forwarded-proto: https\r\n/i);
	});
});

describe('upgrade', () => {
	function acceptance(head: string): string {
		const key = /sec-websocket-key: (\S+)/i.exec(head)?.[1] ?? '';
		return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
	}

	test('reports an accepted WebSocket and closes it', async () => {
		const heads: string[] = [];
		let onClosed = () => {};
		const closed = new Promise<void>(resolve => {
			onClosed = resolve;
		});
		const server = await listen(socket => {
			socket.on('data', data => {
				heads.push(data.toString());
				const accept = acceptance(data.toString());
				socket.write(
					`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
				);
			});
			socket.on('close', () => onClosed());
		});
		const url = `ws://127.0.0.1:${server.port}/live/websocket?vsn=2.0.0`;
		expect(await openHttp().upgrade(url, {origin: 'https://blog.example.com'})).toMatchObject({
			is: 'answered',
			status: 101,
		});
		await closed;
		expect(heads.join('')).toMatch(/^GET \/live\/websocket\?vsn=2\.0\.0 HTTP\/1\.1\r\n/);
		expect(heads.join('')).toMatch(/origin: https:\/\/blog\.example\.com\r\n/);
		expect(heads.join('')).toMatch(/sec-websocket-version: 13\r\n/);
	});

	test('returns a refusal with its body', async () => {
		const {url} = await serve('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
		expect(await openHttp().upgrade(url, {})).toMatchObject({is: 'answered', status: 403, body: 'no'});
	});

	test('rejects a 101 that answers another key', async () => {
		const {url} = await serve(
			'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
		);
		expect(await openHttp().upgrade(url, {})).toMatchObject({
			is: 'unreachable',
			code: 'ERR_WEBSOCKET_ACCEPT',
		});
	});
});
