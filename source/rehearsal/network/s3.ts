import {createHash} from 'node:crypto';
import {changeWorld, readWorld} from '../engine/world-file.ts';
import type {World} from '../world/world.ts';
import type {Answer, Asked} from './web.ts';

type S3Refusal = {readonly refusal: Answer};

type Told = {
	/** The bucket's real region, shown in the error and a header. */
	readonly region?: string;
	readonly date?: string;
};

function refuseS3(status: number, code: string, message: string, {region, date}: Told = {}): S3Refusal {
	const place = region ? `<Region>${region}</Region>` : '';
	const error = `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>${place}<RequestId>rehearsal</RequestId></Error>`;
	const headers = {...(region ? {'x-amz-bucket-region': region} : {}), ...(date ? {date} : {})};
	return {refusal: answerXml(status, error, headers)};
}

function answerXml(status: number, content: string, headers: Readonly<Record<string, string>> = {}): Answer {
	const body = `<?xml version="1.0" encoding="UTF-8"?>\n${content}`;
	return {status, headers: {'content-type': 'application/xml', ...headers}, body};
}

function escapeXml(text: string): string {
	return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
}

type Credential = {readonly keyId: string; readonly region: string};

const form =
	/^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([a-z0-9-]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/;

/** Reads the caller. Checks the signature's form, date, and payload, but not its value, because the rehearsal does not know the secret. */
function readCredential({headers, body}: Asked): Credential | S3Refusal {
	const authorization = headers.authorization;
	if (!authorization) return refuseS3(403, 'AccessDenied', 'Access Denied');
	const [, keyId, day, region, signed] = form.exec(authorization) ?? [];
	if (!keyId || !day || !region || !signed) {
		return refuseS3(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.');
	}
	const isSigned = ['host', 'x-amz-content-sha256', 'x-amz-date'].every(name =>
		signed.split(';').includes(name),
	);
	if (!isSigned || !headers['x-amz-date']?.startsWith(day)) {
		return refuseS3(403, 'AccessDenied', 'There were headers present in the request which were not signed');
	}
	if (headers['x-amz-content-sha256'] !== createHash('sha256').update(body).digest('hex')) {
		return refuseS3(
			400,
			'XAmzContentSHA256Mismatch',
			"The provided 'x-amz-content-sha256' header does not match what was computed.",
		);
	}
	return {keyId, region};
}

type Request = {
	readonly method: string;
	readonly bucket: string;
	readonly host: string;
	readonly isList: boolean;
	readonly nowMs: number;
};

const denied = refuseS3(403, 'AccessDenied', 'Access Denied');

const unknownKey = refuseS3(
	403,
	'InvalidAccessKeyId',
	'The AWS Access Key Id you provided does not exist in our records.',
);

/** An R2 account that no key belongs to. */
const strangeAccount = 'f'.repeat(32);

const hourMs = 3_600_000;

/** The access key ids and buckets that rehearse a mistake; every other one works. */
function findFault({keyId, region}: Credential, request: Request): S3Refusal | undefined {
	const {method, bucket, host, isList, nowMs} = request;
	if (host.startsWith(strangeAccount)) return refuseS3(401, 'Unauthorized', 'Unauthorized');
	if (bucket === 'missing-bucket' || (bucket === 'eu-bucket' && !host.includes('.eu.')))
		return refuseS3(404, 'NoSuchBucket', 'The specified bucket does not exist');
	if (bucket.startsWith('refused-keys')) return unknownKey;
	const expected =
		bucket === 'other-region' ? 'eu-central-1' : /^s3\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1];
	if (expected && region !== expected) return rejectRegion(region, expected);
	switch (keyId) {
		case 'WRONG-KEY-ID':
			return unknownKey;
		case 'WRONG-SECRET':
			return refuseS3(
				403,
				'SignatureDoesNotMatch',
				'The request signature we calculated does not match the signature you provided.',
			);
		case 'SKEWED-CLOCK':
			return refuseS3(
				403,
				'RequestTimeTooSkewed',
				'The difference between the request time and the current time is too large.',
				{
					date: new Date(nowMs + hourMs).toUTCString(),
				},
			);
		case 'READ-ONLY':
			return method === 'PUT' || method === 'DELETE' ? denied : undefined;
		case 'NO-READ':
			return method === 'GET' && !isList ? denied : undefined;
		case 'NO-DELETE':
			return method === 'DELETE' ? denied : undefined;
		case 'NO-LIST':
			return isList ? denied : undefined;
		case 'THROTTLED':
			return refuseS3(503, 'SlowDown', 'Please reduce your request rate.');
		default:
			return undefined;
	}
}

function rejectRegion(region: string, expected: string): S3Refusal {
	const message = `The authorization header is malformed; the region '${region}' is wrong; expecting '${expected}'`;
	return refuseS3(400, 'AuthorizationHeaderMalformed', message, {region: expected});
}

/** ListObjectsV2: by prefix, in the order of the keys' bytes, at most `max-keys`, continued after the last key. */
function listObjects(world: World, bucket: string, query: URLSearchParams): Answer {
	const prefix = query.get('prefix') ?? '';
	const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
	const limit = Math.min(1000, Number(query.get('max-keys') ?? 1000));
	const found = [...world.objects, ...inventOld(bucket, prefix)]
		.filter(
			entry => entry.bucket === bucket && entry.key.startsWith(prefix) && (after === '' || entry.key > after),
		)
		.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
	const shown = found.slice(0, limit);
	const isTruncated = shown.length < found.length;
	const next = isTruncated
		? `<NextContinuationToken>${escapeXml(shown.at(-1)?.key ?? '')}</NextContinuationToken>`
		: '';
	const about = `<Name>${escapeXml(bucket)}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${shown.length}</KeyCount><MaxKeys>${limit}</MaxKeys>`;
	return answerXml(
		200,
		`<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${about}<IsTruncated>${isTruncated}</IsTruncated>${next}${shown.map(toContents).join('')}</ListBucketResult>`,
	);
}

const oldKeys: Readonly<Record<string, string>> = {
	'used-replica': '0000/0000000000000001-0000000000000007.ltx',
	'used-old-replica': 'generations/18aa558cef3958f7/snapshots/00000000.snapshot.lz4',
	'used-objects': 'uploads/cat.jpg',
};

/** Existing objects in these buckets, below every prefix except those that start with `free`. */
function inventOld(bucket: string, prefix: string): World['objects'] {
	const key = oldKeys[bucket];
	if (key === undefined || prefix.startsWith('free')) return [];
	return [{bucket, key: prefix + key, size: 0, etag: '', lastModified: 0, body: ''}];
}

function toContents({key, lastModified, etag, size}: World['objects'][number]): string {
	const time = new Date(lastModified).toISOString();
	return `<Contents><Key>${escapeXml(key)}</Key><LastModified>${time}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size></Contents>`;
}

/** S3-compatible storage over the world's objects, path-style. Every bucket exists and every key works, except for the documented faults. */
export async function answerS3(worldPath: string, asked: Asked, nowMs: number): Promise<Answer> {
	const {method, url} = asked;
	if (url.host.includes('unreachable')) return 'hang-up';
	const [bucket = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
	const key = rest.join('/');
	const credential = readCredential(asked);
	if ('refusal' in credential) return credential.refusal;
	const isList = method === 'GET' && key === '';
	const fault = findFault(credential, {method, bucket, host: url.hostname, isList, nowMs});
	if (fault) return fault.refusal;
	if (isList) return listObjects(await readWorld(worldPath), bucket, url.searchParams);
	return key === '' ? answerBucket(method) : answerObject(worldPath, method, bucket, key, asked.body);
}

function answerBucket(method: string): Answer {
	if (method === 'HEAD') return answerXml(200, '');
	return refuseS3(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.')
		.refusal;
}

async function answerObject(
	worldPath: string,
	method: string,
	bucket: string,
	key: string,
	body: Buffer,
): Promise<Answer> {
	switch (method) {
		case 'PUT':
			return putObject(worldPath, bucket, key, body);
		case 'DELETE':
			await changeWorld(worldPath, world => {
				world.objects = world.objects.filter(entry => entry.bucket !== bucket || entry.key !== key);
			});
			return {status: 204, headers: {}, body: ''};
		case 'GET':
		case 'HEAD':
			return getObject(worldPath, method, bucket, key);
		default:
			return refuseS3(
				501,
				'NotImplemented',
				'A header you provided implies functionality that is not implemented.',
			).refusal;
	}
}

async function putObject(worldPath: string, bucket: string, key: string, bytes: Buffer): Promise<Answer> {
	const etag = createHash('md5').update(bytes).digest('hex');
	const [size, body] = [bytes.byteLength, bytes.toString('base64')];
	await changeWorld(worldPath, (world, lastModified) => {
		const others = world.objects.filter(entry => entry.bucket !== bucket || entry.key !== key);
		world.objects = [...others, {bucket, key, size, etag, lastModified, body}];
	});
	return {status: 200, headers: {etag: `"${etag}"`}, body: ''};
}

async function getObject(
	worldPath: string,
	method: 'GET' | 'HEAD',
	bucket: string,
	key: string,
): Promise<Answer> {
	const {objects} = await readWorld(worldPath);
	const found = objects.find(entry => entry.bucket === bucket && entry.key === key);
	if (!found) return refuseS3(404, 'NoSuchKey', 'The specified key does not exist.').refusal;
	const {etag, lastModified, size} = found;
	const headers = {
		etag: `"${etag}"`,
		'last-modified': new Date(lastModified).toUTCString(),
		'content-type': 'application/octet-stream',
		'content-length': String(size),
	};
	return {status: 200, headers, body: method === 'HEAD' ? '' : Buffer.from(found.body, 'base64')};
}
