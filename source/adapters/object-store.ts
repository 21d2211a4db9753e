import {createHash} from 'node:crypto';
import {AwsV4Signer} from 'aws4fetch';
import type {HttpAnswer, HttpRequest, Net, ObjectStore, StoreAnswer, StoreTarget} from '../core/readers.ts';
import {readXml, type XmlAnswer} from '../core/storage/xml.ts';

/**
Opens S3-compatible storage over phxfly's own HTTP: the signing library only signs. Nothing is retried; the caller
explains a rejected request.

@param now - This computer's clock, milliseconds since 1970, to date the signatures and compare the server's clock.
*/
export function openObjectStore(http: Pick<Net, 'request'>, now: () => number): ObjectStore {
	const send = async (target: StoreTarget, unsigned: Unsigned, maxBytes: number) =>
		http.request({...(await signRequest(target, unsigned, now())), maxBytes});

	const sendObject = async (
		target: StoreTarget,
		method: HttpRequest['method'],
		key: string,
		body?: string,
	) => {
		const unsigned = {method, url: buildObjectUrl(target, key), ...(body === undefined ? {} : {body})};
		return toStoreAnswer(await send(target, unsigned, maxObjectBytes), now());
	};

	return {
		list: async target => {
			const unsigned = {method: 'GET', url: buildListUrl(target)} as const;
			return toListing(await send(target, unsigned, maxListBytes), now(), toFolder(target.prefix));
		},
		put: (target, key, body) => sendObject(target, 'PUT', key, body),
		get: (target, key) => sendObject(target, 'GET', key),
		read: async (target, key, maxBytes) => {
			const unsigned = {method: 'GET', url: buildObjectUrl(target, key)} as const;
			const signed = await signRequest(target, unsigned, now());
			return toStoreAnswer(
				await http.request({...signed, maxBytes, timeoutMs: readMs, isBinary: true}),
				now(),
			);
		},
		delete: (target, key) => sendObject(target, 'DELETE', key),
	};
}

/** Errors are short, and so are the only objects that phxfly reads: its own. */
const maxObjectBytes = 64 * 1024;

/** For an object of any size. */
const readMs = 60_000;

const maxKeys = 1000;

/** S3's longest key has 1024 bytes, of which XML writes each as up to six (`&quot;`); the rest of an entry is below 1 KiB. */
const maxListBytes = maxKeys * (6 * 1024 + 1024);

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
		datetime: new Date(nowMs + (target.aheadMs ?? 0)).toISOString().replace(/[:-]|\.\d{3}/g, ''),
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

function refuse(answer: Answered, nowMs: number): StoreAnswer {
	const {status, headers} = answer;
	const xml = readAnswer(answer);
	const message =
		findText(xml, 'Message') ?? (status < 300 ? 'The answer does not come from an S3 service' : '');
	const region = headers['x-amz-bucket-region'] ?? findText(xml, 'Region') ?? readExpectedRegion(message);
	const code = findText(xml, 'Code') ?? '';
	const location = status >= 300 && status < 400 ? readLocation(headers.location, xml) : undefined;
	return {
		...{is: 'refused', status, code, message, region},
		skewSeconds: readSkew(headers.date, nowMs),
		...(location === undefined ? {} : {location}),
	};
}

/** AWS names only the host, and sends no Location for a bucket of another region. */
function readLocation(header: string | undefined, xml: XmlAnswer | undefined): string | undefined {
	const host = findText(xml, 'Endpoint');
	return header ?? (host === undefined ? undefined : `//${host}`);
}

/** A part of an answer may say something else than the whole. */
const readAnswer = ({body, isCut}: Answered): XmlAnswer | undefined => (isCut ? undefined : readXml(body));

const findText = (xml: XmlAnswer | undefined, name: string): string | undefined => xml?.texts.get(name)?.[0];

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
	const xml = readAnswer(answer);
	if (xml?.root !== 'ListBucketResult') return refuse(answer, nowMs);
	const keys = (xml.texts.get('Key') ?? []).filter(key => key.startsWith(folder));
	return {...listed, keys: keys.map(key => key.slice(folder.length))};
}

/** Builds the URL that lists the first objects under the prefix. */
function buildListUrl(target: StoreTarget): string {
	const query = {'list-type': '2', 'max-keys': String(maxKeys), prefix: toFolder(target.prefix)};
	const search = Object.entries(query).map(([name, value]) => `${name}=${encodeRfc3986(value)}`);
	return `${target.endpoint}/${encodePart(target.bucket)}?${search.join('&')}`;
}

/** Returns the start of every key under the prefix. */
function toFolder(prefix: string): string {
	return prefix === '' ? '' : `${prefix}/`;
}
