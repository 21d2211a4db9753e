import type {IncomingMessage} from 'node:http';
import {setTimeout as wait} from 'node:timers/promises';

export type Asked = {
	readonly method: string;
	/** As sent, percent-encoded. */
	readonly path: string;
	readonly bucket: string;
	readonly key: string;
	readonly query: URLSearchParams;
	readonly headers: Readonly<Record<string, string>>;
	readonly rawBody: Buffer;
	/** What the server stores, without `aws-chunked` framing. */
	readonly body: Buffer;
};

export type Reply = {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Buffer;
};
export type Rejection = {readonly refusal: Reply; readonly code: string};

/** @param getSpeed - Bytes a second. */
export async function readRequest(request: IncomingMessage, getSpeed: () => number): Promise<Asked> {
	const chunks: Buffer[] = [];
	for await (const chunk of request as AsyncIterable<Buffer>) {
		chunks.push(chunk);
		const pauseMs = (chunk.length / getSpeed()) * 1000;
		if (pauseMs > 0) await wait(pauseMs);
	}

	const rawBody = Buffer.concat(chunks);
	const {method = 'GET', url = '/'} = request;
	const [path = '/', search = ''] = url.split(/\?(.*)/s);
	const [bucket = '', ...rest] = path.slice(1).split('/').map(decodeURIComponent);
	const headers = Object.fromEntries(
		Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]),
	);
	const isChunked =
		headers['x-amz-content-sha256']?.startsWith('STREAMING-') ||
		headers['content-encoding'] === 'aws-chunked';
	const body = isChunked ? readChunks(rawBody) : rawBody;
	return {
		method,
		path,
		bucket,
		key: rest.join('/'),
		query: new URLSearchParams(search),
		headers,
		rawBody,
		body,
	};
}

export function reject(status: number, code: string, message: string, extra = ''): Rejection {
	const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>${extra}</Error>`;
	return {code, refusal: {status, headers: {'content-type': 'application/xml'}, body}};
}

export function replyXml(content: string): Reply {
	return {
		status: 200,
		headers: {'content-type': 'application/xml'},
		body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}`,
	};
}

export function escapeXml(text: string): string {
	return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
}

function readChunks(bytes: Buffer): Buffer {
	const chunks: Buffer[] = [];
	for (let at = 0; at < bytes.length; ) {
		const lineEnd = bytes.indexOf('\r\n', at);
		const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
		if (!size) break;
		chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
		at = lineEnd + 2 + size + 2;
	}
	return Buffer.concat(chunks);
}
