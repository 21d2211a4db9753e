import {createHash} from 'node:crypto';
import {AwsV4Signer} from 'aws4fetch';
import type {HttpAnswer, HttpRequest, Net, ObjectStore, StoreAnswer, StoreTarget} from '../core/readers.ts';

/**
Opens S3-compatible storage over our own HTTP: the signing library only signs. Nothing is retried; what a refusal
means is for the caller to say.

@param now - This computer's clock, milliseconds since 1970: it dates the signatures, and the server's is compared with it.
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
Signs an S3 request with Signature Version 4, its payload included: Tigris and R2 refuse an unsigned one in places.

@param nowMs - Milliseconds since 1970; services refuse a signature more than 15 minutes off.
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

/** @param nowMs - When the answer came, milliseconds since 1970, to tell the server's clock from ours. */
function toStoreAnswer(answer: HttpAnswer, nowMs: number): StoreAnswer {
	if (answer.is === 'unreachable') return answer;
	const {status, body} = answer;
	return status >= 200 && status < 300 ? {is: 'ok', status, keys: [], body} : refuse(answer, nowMs);
}

type Answered = Extract<HttpAnswer, {is: 'answered'}>;

function refuse({status, headers, body}: Answered, nowMs: number): StoreAnswer {
	const message = readTag(body, 'Message') ?? (status < 300 ? 'The answer is not that of an S3 service' : '');
	const region = headers['x-amz-bucket-region'] ?? readTag(body, 'Region') ?? readExpectedRegion(message);
	const code = readTag(body, 'Code') ?? '';
	return {is: 'refused', status, code, message, region, skewSeconds: readSkew(headers.date, nowMs)};
}

/** The text of the first element of that name; enough for S3's flat answers. */
function readTag(xml: string, name: string): string | undefined {
	return readTags(xml, name)[0];
}

/** The text of every element of that name that holds no other element. */
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

/** A Date header has whole seconds, so ours is cut to them too. */
function readSkew(date: string | undefined, nowMs: number): number | undefined {
	const serverMs = Date.parse(date ?? '');
	return Number.isNaN(serverMs) ? undefined : serverMs / 1000 - Math.floor(nowMs / 1000);
}

/**
The path-style URL of an object.

@throws {RangeError} when the bucket is empty or a part is `.` or `..`: a URL would lead to another object than the key names.
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

/** Percent-encodes all but RFC 3986's unreserved characters, as Signature Version 4 wants it. */
function encodeRfc3986(text: string): string {
	return encodeURIComponent(text).replace(
		/[!'()*]/g,
		sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
	);
}

/** As `toStoreAnswer`, for a listing. @param folder - Cut off from the keys. */
function toListing(answer: HttpAnswer, nowMs: number, folder: string): StoreAnswer {
	const listed = toStoreAnswer(answer, nowMs);
	if (answer.is === 'unreachable' || listed.is !== 'ok') return listed;
	if (!/<ListBucketResult[\s>]/.test(listed.body)) return refuse(answer, nowMs);
	const keys = readTags(listed.body, 'Key').filter(key => key.startsWith(folder));
	return {...listed, keys: keys.map(key => key.slice(folder.length))};
}

/** The URL that lists the first 1000 objects below the prefix. */
function buildListUrl(target: StoreTarget): string {
	const query = {'list-type': '2', 'max-keys': '1000', prefix: toFolder(target.prefix)};
	const search = Object.entries(query).map(([name, value]) => `${name}=${encodeRfc3986(value)}`);
	return `${target.endpoint}/${encodePart(target.bucket)}?${search.join('&')}`;
}

/** What every key below the prefix begins with. */
function toFolder(prefix: string): string {
	return prefix === '' ? '' : `${prefix}/`;
}
