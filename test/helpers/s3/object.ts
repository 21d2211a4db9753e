import {createHash, randomUUID} from 'node:crypto';
import type {StoredObject} from './bucket.ts';
import {readTags} from './tags.ts';
import {type Asked, type Rejection, type Reply, reject, replyXml} from './wire.ts';

/** Parts of incomplete uploads, by upload id. */
export type Uploads = Map<string, Map<number, Buffer>>;

/** @param headers - Of the request; those that begin with `x-amz-meta-` come back with the object. */
export function putObject(
	objects: Map<string, StoredObject>,
	key: string,
	body: Buffer,
	{
		modifiedMs,
		headers = {},
	}: {readonly modifiedMs: number; readonly headers?: Readonly<Record<string, string>>},
): Reply {
	const etag = createHash('md5').update(body).digest('hex');
	const metadata = Object.fromEntries(
		Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-')),
	);
	objects.set(key, {body, etag, modifiedMs, metadata});
	return {status: 200, headers: {etag: `"${etag}"`}};
}

/** Answers with the whole object, or with the requested range. */
export function getObject(
	objects: ReadonlyMap<string, StoredObject>,
	{key, method, headers}: Asked,
): Reply | Rejection {
	const found = objects.get(key);
	if (!found) return reject(404, 'NoSuchKey', 'The specified key does not exist.');
	const {body, etag, modifiedMs, metadata} = found;
	const shared = {
		...metadata,
		etag: `"${etag}"`,
		'last-modified': new Date(modifiedMs).toUTCString(),
		'accept-ranges': 'bytes',
	};
	const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
	const whole =
		method === 'HEAD'
			? {headers: {...shared, 'content-length': String(body.length)}}
			: {headers: shared, body};
	if (from === undefined) return {status: 200, ...whole};
	if (Number(from) >= body.length)
		return reject(416, 'InvalidRange', 'The requested range is not satisfiable');
	const end = Math.min(to ? Number(to) : body.length - 1, body.length - 1);
	const range = `bytes ${from}-${end}/${body.length}`;
	return {
		status: 206,
		headers: {...shared, 'content-range': range},
		body: body.subarray(Number(from), end + 1),
	};
}

export function startUpload(uploads: Uploads, {bucket, key}: Asked): Reply {
	const id = randomUUID();
	uploads.set(id, new Map());
	return replyXml(
		`<InitiateMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
	);
}

export function putPart(uploads: Uploads, {query, body}: Asked): Reply | Rejection {
	const upload = uploads.get(query.get('uploadId') ?? '');
	if (!upload) return reject(404, 'NoSuchUpload', 'The specified upload does not exist.');
	upload.set(Number(query.get('partNumber')), body);
	return {status: 200, headers: {etag: `"${createHash('md5').update(body).digest('hex')}"`}};
}

export function completeUpload(
	objects: Map<string, StoredObject>,
	uploads: Uploads,
	{query, bucket, key, body}: Asked,
	modifiedMs: number,
): Reply | Rejection {
	const id = query.get('uploadId') ?? '';
	const upload = uploads.get(id);
	if (!upload) return reject(404, 'NoSuchUpload', 'The specified upload does not exist.');
	const numbers = readTags(body.toString(), 'PartNumber').map(Number);
	const parts = numbers.map(number => upload.get(number) ?? Buffer.alloc(0));
	const etag = `${createHash('md5').update(Buffer.concat(parts)).digest('hex')}-${parts.length}`;
	objects.set(key, {body: Buffer.concat(parts), etag, modifiedMs});
	uploads.delete(id);
	return replyXml(
		`<CompleteMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key><ETag>&quot;${etag}&quot;</ETag></CompleteMultipartUploadResult>`,
	);
}
