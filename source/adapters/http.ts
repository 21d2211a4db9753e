import type {HttpAnswer, HttpRequest, Net} from '../core/readers.ts';
import {exchange, type Route} from './exchange.ts';
import {openHandshake} from './web-socket-handshake.ts';

export type Options = {
	/** Where a URL really goes, in plain HTTP and under its own `Host`: a rehearsal keeps off the network this way. */
	readonly route?: Route | undefined;
};

const defaultTimeoutMs = 10_000;

/**
Opens the one way to speak HTTP: no redirect is followed, no cookie kept, no connection used twice.

Nobody answering is an answer too (`unreachable`, with why), so neither function rejects. The time limit is real
milliseconds and covers the whole exchange, from the look-up of the name to the last byte. Proxies are not supported:
`HTTPS_PROXY` and its like are ignored.
*/
export function openHttp({route}: Options = {}): Pick<Net, 'request' | 'upgrade'> {
	return {
		request: request => sendRequest(request, route),
		upgrade: (url, headers) => askForUpgrade(url, headers, route),
	};
}

function sendRequest(request: HttpRequest, route: Route | undefined): Promise<HttpAnswer> {
	const body = request.body === undefined ? undefined : Buffer.from(request.body);
	const length = body ? {'content-length': String(body.byteLength)} : {};
	return exchange({
		method: request.method,
		url: request.url,
		headers: {...request.headers, ...length},
		body,
		timeoutMs: request.timeoutMs ?? defaultTimeoutMs,
		address: request.address,
		route,
	});
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
