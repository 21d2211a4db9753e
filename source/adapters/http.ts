import {createHash, randomBytes} from 'node:crypto';
import {type ClientRequest, type IncomingMessage, request as requestHttp} from 'node:http';
import {request as requestHttps} from 'node:https';
import {isIPv6, type LookupFunction} from 'node:net';
import type {Duplex} from 'node:stream';
import type {HttpAnswer, HttpRequest, Net, Unreachable} from '../core/readers.ts';

type Options = {
	/** Returns where a URL really goes, in plain HTTP with its own `Host`; keeps a rehearsal off the network. */
	readonly route?: Route | undefined;
};

type Route = (url: URL) => {readonly host: string; readonly port: number} | undefined;

/**
Opens the only way to send HTTP: follows no redirects, keeps no cookies, reuses no connections.

No answer is a result too (`unreachable`, with the reason), so neither function rejects. The time limit is in real
milliseconds and covers the whole exchange, from the lookup of the name to the last byte. Proxies are not supported:
`HTTPS_PROXY` and similar variables are ignored.
*/
export function openHttp({route}: Options = {}): Pick<Net, 'request' | 'upgrade'> {
	return {
		request: request => sendRequest(request, route),
		upgrade: (url, headers) => askForUpgrade(url, headers, route),
	};
}

const defaultTimeoutMs = 10_000;

const defaultMaxBytes = 1024 * 1024;

function sendRequest(request: HttpRequest, route: Route | undefined): Promise<HttpAnswer> {
	const body = request.body === undefined ? undefined : Buffer.from(request.body);
	const length = body ? {'content-length': String(body.byteLength)} : {};
	return exchange({
		method: request.method,
		url: request.url,
		headers: {...request.headers, ...length},
		body,
		timeoutMs: request.timeoutMs ?? defaultTimeoutMs,
		maxBytes: request.maxBytes ?? defaultMaxBytes,
		encoding: request.isBinary ? 'latin1' : 'utf8',
		address: request.address,
		route,
	});
}

type Answered = Extract<HttpAnswer, {is: 'answered'}>;

type Exchange = {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: Buffer | undefined;
	readonly timeoutMs: number;
	readonly maxBytes?: number;
	readonly encoding?: BufferEncoding;
	readonly route: Route | undefined;
	/** Where to connect, instead of the name's address. */
	readonly address?: string | undefined;
	/** For a WebSocket: checks the `Sec-WebSocket-Accept` of a 101. */
	readonly accepts?: (answered: string | undefined) => boolean;
};

/** Sends one request on a new connection and settles on the first of: an answer, an error, the time limit. */
async function exchange(options: Exchange): Promise<HttpAnswer> {
	let request: ClientRequest | undefined;
	let timer: NodeJS.Timeout | undefined;
	let isTlsOpening = false;
	try {
		return await new Promise<HttpAnswer>((resolve, reject) => {
			const sent = openRequest(options);
			request = sent;
			timer = setTimeout(() => sent.destroy(timeOut(options.timeoutMs)), options.timeoutMs);
			sent.once('socket', socket => {
				socket.once('connect', () => (isTlsOpening = 'encrypted' in socket));
				socket.once('secureConnect', () => (isTlsOpening = false));
			});
			sent.once('response', message => readAnswer(message, options).then(resolve, reject));
			sent.once('upgrade', (message, socket) => resolve(answerUpgrade(message, socket, options)));
			sent.on('error', reject);
			sent.end(options.body);
		});
	} catch (error) {
		return explainNetworkError(error, isTlsOpening);
	} finally {
		clearTimeout(timer);
		request?.destroy();
	}
}

/** A dual-stack host gets 1 s per address: Node's default of 250 ms is too short for distant servers. */
function openRequest({method, url, headers, route, address}: Exchange): ClientRequest {
	const target = new URL(url);
	const detour = route?.(target);
	const lookup = address === undefined ? {} : {lookup: lookUpAs(address)};
	const options = {method, headers, agent: false, autoSelectFamilyAttemptTimeout: 1000, ...lookup} as const;
	if (!detour) return (target.protocol === 'https:' ? requestHttps : requestHttp)(target, options);
	const {host, port} = detour;
	const path = target.pathname + target.search;
	const forwarded = {host: target.host, 'x-forwarded-proto': target.protocol.slice(0, -1)};
	const connected = address === undefined ? {} : {'x-connected-to': address};
	return requestHttp({
		...options,
		lookup: undefined,
		host,
		port,
		path,
		headers: {...forwarded, ...connected, ...headers},
	});
}

/** Returns a lookup that resolves every name to the address. */
const lookUpAs =
	(address: string): LookupFunction =>
	(_name, {all}, callback) => {
		const family = isIPv6(address) ? 6 : 4;
		if (all) callback(null, [{address, family}]);
		else callback(null, address, family);
	};

function timeOut(ms: number): Error {
	return Object.assign(new Error(`No answer within ${ms} ms`), {code: 'ETIMEDOUT'});
}

/** Reads an answer to its end or to the limit, whichever comes first. Rejects when the connection breaks. */
async function readAnswer(
	message: IncomingMessage,
	{maxBytes = defaultMaxBytes, encoding = 'utf8'}: Exchange,
): Promise<HttpAnswer> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of message) {
		const piece: Buffer = chunk;
		chunks.push(piece.subarray(0, maxBytes - bytes));
		bytes += piece.byteLength;
		if (bytes > maxBytes) break;
	}
	const answer = toAnswer(message, Buffer.concat(chunks).toString(encoding));
	return bytes > maxBytes ? {...answer, isCut: true} : answer;
}

function toAnswer(message: IncomingMessage, body: string): Answered {
	const headers = Object.fromEntries(
		Object.entries(message.headers).map(([name, value]) => [
			name,
			Array.isArray(value) ? value.join(', ') : (value ?? ''),
		]),
	);
	return {is: 'answered', status: message.statusCode ?? 0, headers, body};
}

function answerUpgrade(message: IncomingMessage, socket: Duplex, {accepts}: Exchange): HttpAnswer {
	socket.on('error', () => {}).destroy();
	if (accepts?.(message.headers['sec-websocket-accept'])) return toAnswer(message, '');
	const text = 'The server switched protocols without accepting the WebSocket';
	return {is: 'unreachable', why: 'other', code: 'ERR_WEBSOCKET_ACCEPT', message: text};
}

function askForUpgrade(url: string, headers: Readonly<Record<string, string>>, route: Route | undefined) {
	const handshake = openHandshake();
	return exchange({
		method: 'GET',
		url: url.replace(/^ws/i, 'http'),
		headers: {...headers, ...handshake.headers},
		timeoutMs: defaultTimeoutMs,
		route,
		accepts: handshake.accepts,
	});
}

const protocolGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
Starts an opening handshake: what to send, and whether the answer's `Sec-WebSocket-Accept` matches.

@see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455, 4.1}
*/
function openHandshake() {
	const key = randomBytes(16).toString('base64');
	const expected = createHash('sha1')
		.update(key + protocolGuid)
		.digest('base64');
	const headers: Readonly<Record<string, string>> = {
		connection: 'Upgrade',
		upgrade: 'websocket',
		'sec-websocket-version': '13',
		'sec-websocket-key': key,
	};
	return {headers, accepts: (answered: string | undefined) => answered === expected};
}

const reasons: Readonly<Record<string, Unreachable['why']>> = {
	ENOTFOUND: 'no-name',
	ENODATA: 'no-name',
	EAI_AGAIN: 'no-name',
	ECONNREFUSED: 'refused',
	ETIMEDOUT: 'time-out',
	ETIMEOUT: 'time-out',
};

/** Explains why there was no answer. `isTlsOpening`: connected, but not encrypted yet. */
export function explainNetworkError(error: unknown, isTlsOpening = false): Unreachable {
	const code = readCode(error);
	const why = reasons[code] ?? (isTlsOpening ? 'tls' : 'other');
	return {is: 'unreachable', why, code, message: readMessage(error) || code};
}

/** Of several errors, prefers a known code to "network unreachable" on a computer without IPv6. */
function readCode(error: unknown): string {
	if (error instanceof AggregateError) {
		const codes = error.errors.map(readCode);
		return codes.find(code => code in reasons) ?? codes[0] ?? error.name;
	}
	if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
	return error instanceof Error ? error.name : 'UNKNOWN';
}

/** Node tries every address of a name and collects the errors in one without a message. */
function readMessage(error: unknown): string {
	if (error instanceof AggregateError) return error.errors.map(readMessage).join('; ');
	return error instanceof Error ? error.message : String(error);
}
