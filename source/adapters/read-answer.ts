import type {IncomingMessage} from 'node:http';
import type {HttpAnswer} from '../core/readers.ts';

const maxBodyBytes = 1024 * 1024;

/** Reads an answer to its end or to 1 MiB, whichever comes first. Rejects when the body breaks off. */
export async function readAnswer(message: IncomingMessage): Promise<HttpAnswer> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of message) {
		const piece: Buffer = chunk;
		chunks.push(piece.subarray(0, maxBodyBytes - bytes));
		bytes += piece.byteLength;
		if (bytes >= maxBodyBytes) break;
	}
	return toAnswer(message, Buffer.concat(chunks).toString('utf8'));
}

export function toAnswer(message: IncomingMessage, body: string): HttpAnswer {
	const headers = Object.fromEntries(
		Object.entries(message.headers).map(([name, value]) => [
			name,
			Array.isArray(value) ? value.join(', ') : (value ?? ''),
		]),
	);
	return {is: 'answered', status: message.statusCode ?? 0, headers, body};
}
