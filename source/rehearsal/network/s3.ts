import {createHash} from 'node:crypto';
import {changeWorld, readWorld} from '../engine/world-file.ts';
import type {Answer, Asked} from '../outside/answer.ts';
import {readCredential} from '../outside/s3-authorization.ts';
import {findFault} from '../outside/s3-faults.ts';
import {listObjects} from '../outside/s3-list.ts';
import {answerXml, refuseS3} from '../outside/s3-refusal.ts';

/** S3-compatible storage over the world's objects, path-style. Every bucket is there and every key is right, but for the documented faults. */
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
