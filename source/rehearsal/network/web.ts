import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {Duplex} from 'node:stream';

type Handlers = {
	answer(asked: Asked): Promise<Answer>;
	/** The answer to a WebSocket request: 101 accepts. */
	answerUpgrade(asked: Asked): Promise<Answer>;
};

/** Starts an HTTP server on loopback that answers for every host. A handler that throws gives a 500. */
export async function openWebServer({
	answer,
	answerUpgrade,
}: Handlers): Promise<{port: number; close(): Promise<void>}> {
	const server = createServer(async (request, response) => {
		const body = Buffer.concat(await request.toArray());
		send(response, await tryAnswer(answer, toAsked(request, body)));
	});
	server.on('upgrade', async (request: IncomingMessage, socket: Duplex) => {
		socket.on('error', () => {});
		sendUpgrade(request, socket, await tryAnswer(answerUpgrade, toAsked(request, Buffer.alloc(0))));
	});
	server.listen(0, '127.0.0.1').unref();
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		close: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

async function tryAnswer(handler: (asked: Asked) => Promise<Answer>, asked: Asked): Promise<Answer> {
	try {
		return await handler(asked);
	} catch (error) {
		return {
			status: 500,
			headers: {},
			body: `The rehearsal failed: ${error instanceof Error ? error.message : error}\n`,
		};
	}
}

function toAsked({method = 'GET', url = '/', headers}: IncomingMessage, body: Buffer): Asked {
	const flat = Object.entries(headers).map(([name, value]) => [
		name,
		Array.isArray(value) ? value.join(', ') : (value ?? ''),
	]);
	return {
		method,
		url: new URL(url, `https://${headers.host ?? 'localhost'}`),
		headers: Object.fromEntries(flat),
		body,
	};
}

function send(response: ServerResponse, answer: Answer): void {
	if (answer === 'hang-up') response.destroy();
	else response.writeHead(answer.status, answer.headers).end(answer.body);
}

function sendUpgrade({headers}: IncomingMessage, socket: Duplex, answer: Answer): void {
	if (answer === 'hang-up') {
		socket.destroy();
		return;
	}
	const key = headers['sec-websocket-key'] ?? '';
	const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
	socket.end(
		answer.status === 101
			? `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
			: `HTTP/1.1 ${answer.status} Refused\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(answer.body)}\r\n\r\n${answer.body}`,
	);
}

/** The response of a server; `hang-up` closes the connection without a response. */
export type Answer =
	| 'hang-up'
	| {
			readonly status: number;
			readonly headers: Readonly<Record<string, string>>;
			readonly body: string | Buffer;
	  };

export type Asked = {
	readonly method: string;
	/** With the requested host, whichever address received the request. */
	readonly url: URL;
	/** Lowercase names. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer;
};

export function answerJson(status: number, content: unknown): Answer {
	return {status, headers: {'content-type': 'application/json'}, body: JSON.stringify(content)};
}
