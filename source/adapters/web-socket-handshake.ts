import {createHash, randomBytes} from 'node:crypto';

const protocolGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
One side of an opening handshake: what to send, and whether the answer's `Sec-WebSocket-Accept` fits it.

@see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455, 4.1}
*/
export function openHandshake() {
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
