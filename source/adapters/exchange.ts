import {type ClientRequest, type IncomingMessage, request as requestHttp} from 'node:http';
import {request as requestHttps} from 'node:https';
import {isIPv6, type LookupFunction} from 'node:net';
import type {Duplex} from 'node:stream';
import type {HttpAnswer} from '../core/readers.ts';
import {explainNetworkError} from './explain-network-error.ts';
import {readAnswer, toAnswer} from './read-answer.ts';

export type Route = (url: URL) => {readonly host: string; readonly port: number} | undefined;

type Exchange = {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: Buffer | undefined;
	readonly timeoutMs: number;
	readonly route: Route | undefined;
	/** Where to connect, instead of where the name leads. */
	readonly address?: string | undefined;
	/** Given for a WebSocket: judges the `Sec-WebSocket-Accept` of a 101. */
	readonly accepts?: (answered: string | undefined) => boolean;
};

/** Sends one request on a connection of its own and settles on the first of: an answer, a failure, the time limit. */
export async function exchange(options: Exchange): Promise<HttpAnswer> {
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
			sent.once('response', message => readAnswer(message).then(resolve, reject));
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

/** A dual-stack host gets a second an address: Node's own 250 ms gives up on far servers. */
function openRequest({method, url, headers, route, address}: Exchange): ClientRequest {
	const target = new URL(url);
	const detour = route?.(target);
	const lookup = address === undefined ? {} : {lookup: leadTo(address)};
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

/** Every name leads there. */
const leadTo =
	(address: string): LookupFunction =>
	(_name, {all}, callback) => {
		const family = isIPv6(address) ? 6 : 4;
		if (all) callback(null, [{address, family}]);
		else callback(null, address, family);
	};

function answerUpgrade(message: IncomingMessage, socket: Duplex, {accepts}: Exchange): HttpAnswer {
	socket.on('error', () => {}).destroy();
	if (accepts?.(message.headers['sec-websocket-accept'])) return toAnswer(message, '');
	const text = 'The server switched protocols without accepting the WebSocket';
	return {is: 'unreachable', why: 'other', code: 'ERR_WEBSOCKET_ACCEPT', message: text};
}

function timeOut(ms: number): Error {
	return Object.assign(new Error(`No answer within ${ms} ms`), {code: 'ETIMEDOUT'});
}
