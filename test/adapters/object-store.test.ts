import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {openHttp} from '../../source/adapters/http.ts';
import {openObjectStore} from '../../source/adapters/object-store.ts';
import type {HttpAnswer, StoreTarget} from '../../source/core/readers.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import {openS3Server, type S3Server} from '../helpers/s3-server.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const now = () => Date.now();
const store = openObjectStore(openHttp(), now);
let server: S3Server;

beforeEach(async () => {
	server = await openS3Server({
		users: [
			{keyId: 'owner', secret},
			{keyId: 'reader', secret, rights: ['list', 'read']},
			{keyId: 'keeper', secret, rights: ['list', 'read', 'write']},
			{keyId: 'blind', secret, rights: ['read', 'write', 'delete']},
		],
		buckets: {store: 'us-east-1', 'store-eu': 'eu-central-1', anywhere: 'auto'},
	});
});
afterEach(() => server.close());

function target({
	keyId = 'owner',
	key = secret,
	...change
}: Partial<StoreTarget> & {keyId?: string; key?: string} = {}): StoreTarget {
	return {
		endpoint: server.endpoint,
		region: 'us-east-1',
		bucket: 'store',
		prefix: 'blog',
		accessKeyId: new Secret('LITESTREAM_ACCESS_KEY_ID', keyId),
		secretAccessKey: new Secret('LITESTREAM_SECRET_ACCESS_KEY', key),
		...change,
	};
}

test('puts, gets, lists and deletes under the prefix', async () => {
	expect(await store.list(target())).toMatchObject({is: 'ok', status: 200, keys: []});
	expect(await store.put(target(), 'a/b.txt', 'grüße')).toMatchObject({is: 'ok', status: 200});
	await store.put(target({prefix: 'blog-2'}), 'other', 'x');
	expect([...(server.buckets.get('store')?.keys() ?? [])]).toEqual(['blog/a/b.txt', 'blog-2/other']);
	expect(await store.get(target(), 'a/b.txt')).toMatchObject({is: 'ok', body: 'grüße'});
	expect(await store.list(target())).toMatchObject({is: 'ok', keys: ['a/b.txt']});
	expect(await store.delete(target(), 'a/b.txt')).toMatchObject({is: 'ok', status: 204});
	expect(await store.get(target(), 'a/b.txt')).toMatchObject({is: 'refused', status: 404, code: 'NoSuchKey'});
});

test('works without a prefix', async () => {
	await store.put(target({prefix: ''}), 'top', 'x');
	expect(await store.list(target({prefix: ''}))).toMatchObject({keys: ['top']});
});

test.each([
	'space and+plus',
	"quo'te(s)*!",
	'ümläut',
	'percent%20',
	'a=b&c?d#e',
	'<tag>&amp;',
	'~tilde',
	'.hidden',
	'double//slash',
	'emoji😀',
	'"q"',
])('signs and lists the key %j', async key => {
	expect(await store.put(target({prefix: 'my app/ü+1'}), key, 'x')).toMatchObject({is: 'ok'});
	expect([...(server.buckets.get('store')?.keys() ?? [])]).toEqual([`my app/ü+1/${key}`]);
	expect(await store.list(target({prefix: 'my app/ü+1'}))).toMatchObject({keys: [key]});
	expect(await store.delete(target({prefix: 'my app/ü+1'}), key)).toMatchObject({is: 'ok'});
	expect(server.buckets.get('store')?.size).toBe(0);
});

test('signs every payload', async () => {
	await store.list(target());
	await store.put(target(), 'a', 'x');
	await store.get(target(), 'a');
	await store.delete(target(), 'a');
	expect(server.requests.map(({payload}) => payload)).toEqual([
		expect.stringMatching(/^e3b0c442/),
		expect.stringMatching(/^2d711642/),
		expect.stringMatching(/^e3b0c442/),
		expect.stringMatching(/^e3b0c442/),
	]);
});

test.each(['..', '.', 'a/../b'])(
	'rejects the key %j, which a URL would resolve to another object',
	async key => {
		await expect(store.delete(target(), key)).rejects.toThrow(RangeError);
		expect(server.requests).toEqual([]);
	},
);

describe('explains a refusal', () => {
	test.each([
		{name: 'an unknown key id', change: {keyId: 'unknown'}, status: 403, code: 'InvalidAccessKeyId'},
		{name: 'a wrong secret', change: {key: `${secret}x`}, status: 403, code: 'SignatureDoesNotMatch'},
		{name: 'a bucket that is not there', change: {bucket: 'missing'}, status: 404, code: 'NoSuchBucket'},
		{name: 'no right to list', change: {keyId: 'blind'}, status: 403, code: 'AccessDenied'},
	])('$name', async ({change, status, code}) => {
		const answer = await store.list(target(change));
		expect(answer).toMatchObject({is: 'refused', status, code, region: undefined});
		expect(answer.is === 'refused' && Math.abs(answer.skewSeconds ?? 9)).toBeLessThanOrEqual(1);
		expect(answer.is === 'refused' && answer.message).not.toBe('');
		expect(JSON.stringify(answer)).not.toContain(secret);
	});

	test('no right to write or to delete', async () => {
		expect(await store.put(target({keyId: 'reader'}), 'a', 'x')).toMatchObject({code: 'AccessDenied'});
		expect(await store.put(target({keyId: 'keeper'}), 'a', 'x')).toMatchObject({is: 'ok'});
		expect(await store.delete(target({keyId: 'keeper'}), 'a')).toMatchObject({code: 'AccessDenied'});
	});

	test('another region, and which one', async () => {
		const there = {bucket: 'store-eu'};
		expect(await store.list(target(there))).toMatchObject({
			code: 'AuthorizationHeaderMalformed',
			region: 'eu-central-1',
		});
		server.behaviour.redirects = true;
		expect(await store.list(target(there))).toMatchObject({
			status: 301,
			code: 'PermanentRedirect',
			region: 'eu-central-1',
		});
		expect(await store.list(target({...there, region: 'eu-central-1'}))).toMatchObject({is: 'ok'});
		expect(await store.list(target({bucket: 'anywhere', region: 'auto'}))).toMatchObject({is: 'ok'});
	});

	test.each([-3600, 3600])('a clock %i seconds away', async seconds => {
		server.behaviour.skewMs = seconds * 1000;
		const answer = await store.list(target());
		expect(answer).toMatchObject({code: 'RequestTimeTooSkewed'});
		expect(answer.is === 'refused' && Math.abs((answer.skewSeconds ?? 0) - seconds)).toBeLessThanOrEqual(1);
	});

	test('throttling', async () => {
		server.behaviour.throttled = 1;
		expect(await store.list(target())).toMatchObject({status: 503, code: 'SlowDown'});
		expect(await store.list(target())).toMatchObject({is: 'ok'});
	});
});

test('dates its signatures with the given clock', async () => {
	const late = openObjectStore(openHttp(), () => Date.now() - 3_600_000);
	const answer = await late.list(target());
	expect(answer).toMatchObject({code: 'RequestTimeTooSkewed'});
	expect(answer.is === 'refused' && Math.abs((answer.skewSeconds ?? 0) - 3600)).toBeLessThanOrEqual(1);
});

test('returns that there is no answer, or only half of one', async () => {
	server.behaviour.breaksOff = true;
	expect(await store.list(target())).toMatchObject({is: 'unreachable', why: 'other', code: 'ECONNRESET'});
	await server.close();
	expect(await store.list(target())).toMatchObject({is: 'unreachable', why: 'refused'});
});

describe('answers of other services', () => {
	const answered = (status: number, body: string, headers = {}): HttpAnswer => ({
		is: 'answered',
		status,
		headers,
		body,
	});
	const hear = (answer: HttpAnswer) => openObjectStore({request: async () => answer}, () => 0).list(target());

	test('a web page is not a listing', async () => {
		expect(await hear(answered(200, '<html></html>'))).toMatchObject({is: 'refused', status: 200, code: ''});
	});

	test('a refusal without a body or a date', async () => {
		const refused = {
			is: 'refused',
			status: 403,
			code: '',
			message: '',
			region: undefined,
			skewSeconds: undefined,
		};
		expect(await hear(answered(403, '', {date: 'soon'}))).toEqual(refused);
	});

	test('a region only in the message', async () => {
		const body =
			"<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'auto' is wrong; expecting &apos;ap-south-1&apos;</Message></Error>";
		expect(await hear(answered(400, body))).toMatchObject({region: 'ap-south-1'});
	});

	const listing = (keys: string) => `<ListBucketResult><Name>store</Name>${keys}</ListBucketResult>`;
	const unreadable = {is: 'refused', status: 200, code: ''};

	test.each(['&#x110000;', '&#xD800;', '&#0;'])('a key with %s, which is not a character', async entity => {
		expect(await hear(answered(200, listing(`<Key>blog/${entity}</Key>`)))).toMatchObject(unreadable);
		const error = `<Error><Code>AccessDenied</Code><Message>${entity}</Message></Error>`;
		expect(await hear(answered(403, error))).toMatchObject({
			is: 'refused',
			status: 403,
			code: '',
			message: '',
		});
	});

	test.each([
		{what: 'tags that are never closed', body: '<Key '.repeat(60_000)},
		{what: 'a list of tags that are never closed', body: listing('<Key '.repeat(60_000))},
		{what: 'elements that are never closed', body: listing('<Key>'.repeat(60_000))},
		{what: 'a tag in a tag', body: listing(`${'<Key '.repeat(60_000)}></Key>`)},
		{what: 'half an entity', body: `${listing(`<Key>${'&#x'.repeat(100_000)}</Key>`)}<`},
	])('300 KB of $what is refused at once', async ({body}) => {
		const startedAtMs = performance.now();
		expect(await hear(answered(200, body))).toMatchObject(unreadable);
		expect(performance.now() - startedAtMs).toBeLessThan(2000);
	});

	test('a part of a longer answer is not a listing', async () => {
		const body = listing('<Key>blog/a</Key>');
		expect(await hear(answered(200, body))).toMatchObject({is: 'ok', keys: ['a']});
		expect(await hear({is: 'answered', status: 200, headers: {}, body, isCut: true})).toMatchObject(
			unreadable,
		);
	});
});

test('lists 1000 keys of 1024 bytes each, all of characters that XML has to write longer', async () => {
	const objects = server.buckets.get('store');
	const keys = Array.from({length: 1000}, (_, index) =>
		`blog/${String(index).padStart(4, '0')}`.padEnd(1024, '"'),
	);
	for (const key of keys) objects?.set(key, {body: Buffer.alloc(0), etag: '', modifiedMs: 0});
	expect(await store.list(target())).toMatchObject({is: 'ok', keys: keys.map(key => key.slice(5))});
});
