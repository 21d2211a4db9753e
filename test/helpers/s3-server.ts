import {once} from 'node:events';
import {createServer, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {setTimeout as wait} from 'node:timers/promises';
import {deleteMany, listObjects, type StoredObject} from './s3/bucket.ts';
import {completeUpload, getObject, putObject, putPart, startUpload, type Uploads} from './s3/object.ts';
import {type User, verifySignature} from './s3/verify-signature.ts';
import {type Asked, type Rejection, type Reply, readRequest, reject, replyXml} from './s3/wire.ts';

type Options = {
	readonly users: readonly User[];
	/** Bucket to its region. `auto` accepts any region. */
	readonly buckets: Readonly<Record<string, string>>;
	/** Default: a free one. */
	readonly port?: number;
};

/** How the server behaves. A test may change it at any time. */
export type Behaviour = {
	/** Real milliseconds before each answer. */
	delayMs: number;
	/** How many of the next requests get 503 SlowDown. */
	throttled: number;
	/** Answers a signature for another region with 301 PermanentRedirect, not 400 AuthorizationHeaderMalformed. */
	redirects: boolean;
	/** How far the server's clock is ahead. */
	skewMs: number;
	/** How fast each connection uploads. */
	uploadBytesPerSecond: number;
	/** Closes each connection in the middle of the answer. */
	breaksOff: boolean;
};

export type LoggedRequest = {
	readonly method: string;
	readonly url: string;
	readonly payload: string;
	readonly status: number;
	readonly code: string;
};

export type S3Server = {
	readonly endpoint: string;
	/** Bucket to key to object, for a test to read and change. */
	readonly buckets: Map<string, Map<string, StoredObject>>;
	readonly requests: LoggedRequest[];
	readonly behaviour: Behaviour;
	close(): Promise<void>;
	/** Listens again at the same endpoint, with the same objects. */
	reopen(): Promise<void>;
};

/** Opens an S3 server on the loopback that checks every signature, key, date, region, bucket, and right. Enough for Litestream. */
export async function openS3Server({users, buckets: regions, port = 0}: Options): Promise<S3Server> {
	const buckets = new Map(Object.keys(regions).map(name => [name, new Map<string, StoredObject>()]));
	const uploads: Uploads = new Map();
	const requests: LoggedRequest[] = [];
	const behaviour: Behaviour = {
		delayMs: 0,
		throttled: 0,
		redirects: false,
		skewMs: 0,
		uploadBytesPerSecond: Number.POSITIVE_INFINITY,
		breaksOff: false,
	};

	const judge = async (asked: Asked): Promise<Reply | Rejection> => {
		if (behaviour.throttled > 0) {
			behaviour.throttled--;
			return reject(503, 'SlowDown', 'Please reduce your request rate.');
		}
		const signer = await verifySignature(asked, users, Date.now() + behaviour.skewMs);
		if ('refusal' in signer) return signer;
		const objects = buckets.get(asked.bucket);
		if (!objects) return reject(404, 'NoSuchBucket', 'The specified bucket does not exist');
		const region = regions[asked.bucket] ?? 'auto';
		if (region !== 'auto' && region !== signer.region)
			return rejectRegion(signer.region, region, behaviour.redirects);
		if (!mayDo(signer.user, asked)) return reject(403, 'AccessDenied', 'Access Denied');
		return act(objects, uploads, asked, {region, nowMs: Date.now() + behaviour.skewMs});
	};

	const server = createServer(async (request, response) => {
		const asked = await readRequest(request, () => behaviour.uploadBytesPerSecond).catch(() => undefined);
		// The client ended in the middle.
		if (!asked) return;
		if (behaviour.delayMs > 0) await wait(behaviour.delayMs);
		const outcome = await judge(asked);
		const reply = 'refusal' in outcome ? outcome.refusal : outcome;
		const payload = asked.headers['x-amz-content-sha256'] ?? '';
		const code = 'refusal' in outcome ? outcome.code : '';
		requests.push({method: asked.method, url: request.url ?? '', payload, status: reply.status, code});
		send(response, reply, asked.method, behaviour);
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	const {port: opened} = server.address() as AddressInfo;
	return {
		endpoint: `http://127.0.0.1:${opened}`,
		buckets,
		requests,
		behaviour,
		close: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
		async reopen() {
			server.listen(opened, '127.0.0.1');
			await once(server, 'listening');
		},
	};
}

function act(
	objects: Map<string, StoredObject>,
	uploads: Uploads,
	asked: Asked,
	{region, nowMs}: {readonly region: string; readonly nowMs: number},
): Reply | Rejection {
	const {method, key, query, body} = asked;
	if (key === '') {
		if (method === 'HEAD') return {status: 200, headers: {'x-amz-bucket-region': region}};
		if (method === 'POST' && query.has('delete')) return deleteMany(objects, body);
		if (method === 'GET' && query.has('location'))
			return replyXml(`<LocationConstraint>${region}</LocationConstraint>`);
		return method === 'GET' ? listObjects(objects, asked) : reject(405, 'MethodNotAllowed', 'Not allowed');
	}
	if (method === 'POST')
		return query.has('uploads')
			? startUpload(uploads, asked)
			: completeUpload(objects, uploads, asked, nowMs);
	if (method === 'PUT')
		return query.has('partNumber')
			? putPart(uploads, asked)
			: putObject(objects, key, body, {modifiedMs: nowMs, headers: asked.headers});
	if (method === 'GET' || method === 'HEAD') return getObject(objects, asked);
	if (query.has('uploadId')) uploads.delete(query.get('uploadId') ?? '');
	else objects.delete(key);
	return {status: 204};
}

function mayDo({rights = ['list', 'read', 'write', 'delete']}: User, {method, key, query}: Asked): boolean {
	if (method === 'DELETE' || query.has('delete')) return rights.includes('delete');
	if (method === 'PUT' || method === 'POST') return rights.includes('write');
	return rights.includes(key === '' && !query.has('location') ? 'list' : 'read');
}

function rejectRegion(asked: string, real: string, redirects: boolean): Rejection {
	const {code, refusal} = redirects
		? reject(
				301,
				'PermanentRedirect',
				'The bucket you are attempting to access must be addressed using the specified endpoint.',
			)
		: reject(
				400,
				'AuthorizationHeaderMalformed',
				`The authorization header is malformed; the region '${asked}' is wrong; expecting '${real}'`,
				`<Region>${real}</Region>`,
			);
	return {code, refusal: {...refusal, headers: {...refusal.headers, 'x-amz-bucket-region': real}}};
}

function send(
	response: ServerResponse,
	{status, headers = {}, body = ''}: Reply,
	method: string,
	{skewMs, breaksOff}: Behaviour,
): void {
	const date = new Date(Date.now() + skewMs).toUTCString();
	const length =
		method === 'HEAD' || status === 204
			? {}
			: {'content-length': String(Buffer.byteLength(body) + (breaksOff ? 1 : 0))};
	response.writeHead(status, {date, ...length, ...headers});
	if (breaksOff) response.write(body, () => response.destroy());
	else response.end(method === 'HEAD' ? undefined : body);
}
