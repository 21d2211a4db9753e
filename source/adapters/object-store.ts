import {createHash} from 'node:crypto';
import {AwsV4Signer} from 'aws4fetch';
import type {HttpAnswer, HttpRequest, Net, ObjectStore, StoreAnswer, StoreTarget} from '../core/readers.ts';

/**
Opens S3-compatible storage over phxfly's own HTTP: the signing library only signs. Nothing is retried; the caller
explains a rejected request.

@param now - This computer's clock, milliseconds since 1970, to date the signatures and compare the server's clock.
*/
export function openObjectStore(http: Pick<Net, 'request'>, now: () => number): ObjectStore {
	const send = async (target: StoreTarget, method: HttpRequest['method'], url: string, body?: string) =>
		http.request(await signRequest(target, {method, url, ...(body === undefined ? {} : {body})}, now()));

	const sendObject = async (target: StoreTarget, method: HttpRequest['method'], key: string, body?: string) =>
		toStoreAnswer(await send(target, method, buildObjectUrl(target, key), body), now());

	return {
		list: async target =>
			toListing(await send(target, 'GET', buildListUrl(target)), now(), toFolder(target.prefix)),
		put: (target, key, body) => sendObject(target, 'PUT', key, body),
		get: (target, key) => sendObject(target, 'GET', key),
		delete: (target, key) => sendObject(target, 'DELETE', key),
	};
}

type Unsigned = {readonly method: HttpRequest['method']; readonly url: string; readonly body?: string};

/**
Signs an S3 request with Signature Version 4, including its payload: Tigris and R2 reject an unsigned one in some cases.

@param nowMs - Milliseconds since 1970; services reject a signature more than 15 minutes off.
@see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html | Authenticating requests}
*/
async function signRequest(target: StoreTarget, unsigned: Unsigned, nowMs: number): Promise<HttpRequest> {
	const {method, url, body} = unsigned;
	const [accessKeyId = '', secretAccessKey = ''] = [target.accessKeyId, target.secretAccessKey].map(key =>
		key.reveal(),
	);
	const signer = new AwsV4Signer({
		method,
		url,
		headers: {
			'x-amz-content-sha256': createHash('sha256')
				.update(body ?? '')
				.digest('hex'),
		},
		accessKeyId,
		secretAccessKey,
		service: 's3',
		region: target.region,
		datetime: new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, ''),
	});
	const {headers} = await signer.sign();
	return {method, url, headers: Object.fromEntries(headers), ...(body === undefined ? {} : {body})};
}

/** @param nowMs - When the answer arrived, milliseconds since 1970, to compare the server's clock with this computer's. */
function toStoreAnswer(answer: HttpAnswer, nowMs: number): StoreAnswer {
	if (answer.is === 'unreachable') return answer;
	const {status, body} = answer;
	return status >= 200 && status < 300 ? {is: 'ok', status, keys: [], body} : refuse(answer, nowMs);
}

type Answered = Extract<HttpAnswer, {is: 'answered'}>;

function refuse({status, headers, body}: Answered, nowMs: number): StoreAnswer {
	const message =
		readTag(body, 'Message') ?? (status < 300 ? 'The answer does not come from an S3 service' : '');
	const region = headers['x-amz-bucket-region'] ?? readTag(body, 'Region') ?? readExpectedRegion(message);
	const code = readTag(body, 'Code') ?? '';
	return {is: 'refused', status, code, message, region, skewSeconds: readSkew(headers.date, nowMs)};
}

/** Returns the text of the first element of that name; enough for S3's flat answers. */
function readTag(xml: string, name: string): string | undefined {
	return readTags(xml, name)[0];
}

/** Returns the text of every element of that name without child elements. */
function readTags(xml: string, name: string): readonly string[] {
	const matches = xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`, 'g'));
	return [...matches].map(([, text]) => decodeEntities(text ?? ''));
}

const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

function decodeEntities(text: string): string {
	return text.replace(
		/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
		(whole, hex?: string, decimal?: string, name?: string) => {
			if (name) return entities[name] ?? whole;
			return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal));
		},
	);
}

/** AWS: "the region 'us-east-1' is wrong; expecting 'eu-central-1'". */
function readExpectedRegion(message: string): string | undefined {
	return /expecting ['"`]?([a-z0-9-]+)/.exec(message)?.[1];
}

/** A Date header has whole seconds, so this computer's time is cut to them too. */
function readSkew(date: string | undefined, nowMs: number): number | undefined {
	const serverMs = Date.parse(date ?? '');
	return Number.isNaN(serverMs) ? undefined : serverMs / 1000 - Math.floor(nowMs / 1000);
}

/**
Builds the path-style URL of an object.

@throws {RangeError} When the bucket is empty or a part is `.` or `..`: the URL would name another object than the key.
*/
function buildObjectUrl(target: StoreTarget, key: string): string {
	const parts = [target.bucket, ...splitPath(target.prefix), ...splitPath(key)];
	return `${target.endpoint}/${parts.map(encodePart).join('/')}`;
}

function splitPath(path: string): readonly string[] {
	return path === '' ? [] : path.split('/');
}

function encodePart(part: string): string {
	if (part === '.' || part === '..') throw new RangeError(`"${part}" cannot be a part of an object's key`);
	return encodeRfc3986(part);
}

/** Percent-encodes all but RFC 3986's unreserved characters, as Signature Version 4 requires. */
function encodeRfc3986(text: string): string {
	return encodeURIComponent(text).replace(
		/[!'()*]/g,
		sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
	);
}

/** Like `toStoreAnswer`, for a listing. @param folder - Removed from the keys. */
function toListing(answer: HttpAnswer, nowMs: number, folder: string): StoreAnswer {
	const listed = toStoreAnswer(answer, nowMs);
	if (answer.is === 'unreachable' || listed.is !== 'ok') return listed;
	if (!/<ListBucketResult[\s>]/.test(listed.body)) return refuse(answer, nowMs);
	const keys = readTags(listed.body, 'Key').filter(key => key.startsWith(folder));
	return {...listed, keys: keys.map(key => key.slice(folder.length))};
}

/** Builds the URL that lists the first 1000 objects under the prefix. */
function buildListUrl(target: StoreTarget): string {
	const query = {'list-type': '2', 'max-keys': '1000', prefix: toFolder(target.prefix)};
	const search = Object.entries(query).map(([name, value]) => `${name}=${encodeRfc3986(value)}`);
	return `${target.endpoint}/${encodePart(target.bucket)}?${search.join('&')}`;
}

/** Returns the start of every key under the prefix. */
function toFolder(prefix: string): string {
	return prefix === '' ? '' : `${prefix}/`;
}
