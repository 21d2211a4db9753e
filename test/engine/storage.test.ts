import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {openHttp} from '../../source/adapters/http.ts';
import {openObjectStore} from '../../source/adapters/object-store.ts';
import {Failure} from '../../source/core/errors/failure.ts';
import {type JournalState, startJournal} from '../../source/core/journal.ts';
import type {ObjectStore, StoreTarget} from '../../source/core/readers.ts';
import type {RunJournal} from '../../source/core/run/ports.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import type {Provider} from '../../source/core/storage/provider.ts';
import {testWrite} from '../../source/engine/storage.ts';
import {custom} from '../../source/providers/custom.ts';
import {r2} from '../../source/providers/r2.ts';
import {s3} from '../../source/providers/s3.ts';
import {openS3Server, type S3Server} from '../helpers/s3-server.ts';
import {openCannedServer} from '../helpers/tcp-server.ts';

const keyId = 'AKIAIOSFODNN7EXAMPLE';
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
let server: S3Server;
let dead: S3Server;
/** Rejects TLS, as a host without a certificate does. */
let strange: Awaited<ReturnType<typeof openCannedServer>>;

beforeAll(async () => {
	strange = await openCannedServer(Buffer.from([0x15, 3, 1, 0, 2, 2, 40]));
	dead = await openS3Server({users: [], buckets: {}});
	await dead.close();
});
beforeEach(async () => {
	server = await openS3Server({
		users: [
			{keyId, secret},
			{keyId: 'no-list', secret, rights: ['read', 'write', 'delete']},
			{keyId: 'no-write', secret, rights: ['list', 'read', 'delete']},
			{keyId: 'no-read', secret, rights: ['list', 'write', 'delete']},
			{keyId: 'no-delete', secret, rights: ['list', 'read', 'write']},
		],
		buckets: {store: 'us-east-1', 'store-eu': 'eu-central-1'},
	});
});
afterEach(() => server.close());
afterAll(() => strange.close());

type Change = Partial<Omit<StoreTarget, 'accessKeyId' | 'secretAccessKey'>> & {
	readonly keyId?: string;
	readonly secret?: string;
};

const buildTarget = (change: Change = {}): StoreTarget => ({
	endpoint: change.endpoint ?? server.endpoint,
	region: change.region ?? 'us-east-1',
	bucket: change.bucket ?? 'store',
	prefix: change.prefix ?? 'blog',
	accessKeyId: new Secret('LITESTREAM_ACCESS_KEY_ID', change.keyId ?? keyId),
	secretAccessKey: new Secret('LITESTREAM_SECRET_ACCESS_KEY', change.secret ?? secret),
});

function openJournal(): Pick<RunJournal, 'read' | 'change'> & RunJournal {
	let state: JournalState = startJournal('/blog', false);
	return {
		read: () => state,
		change(next) {
			state = next(state);
		},
	} as RunJournal;
}

const clock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
	speed: 1,
	sleep: async () => undefined,
};
const openStore = () => openObjectStore(openHttp(), Date.now);
const probe = (
	target: StoreTarget,
	{
		provider = custom,
		journal = openJournal(),
		store = openStore(),
	}: {
		readonly provider?: Provider;
		readonly journal?: RunJournal;
		readonly store?: ObjectStore;
	} = {},
) => testWrite(target, provider, {store, journal, clock, newId: () => 'one'});

async function fail(...args: Parameters<typeof probe>): Promise<Failure> {
	const error: unknown = await probe(...args).then(
		() => undefined,
		reason => reason,
	);
	if (error instanceof Failure) return error;
	throw new Error('It did not fail', {cause: error});
}

const keysOf = (bucket = 'store') => [...(server.buckets.get(bucket)?.keys() ?? [])];

test('lists, puts, gets, compares, deletes, and gets again, always signed, and leaves nothing', async () => {
	const journal = openJournal();
	expect(await probe(buildTarget(), {journal})).toBe('nothing');
	expect(server.requests.map(({method, url, status}) => `${method} ${url.split('?')[0]} ${status}`)).toEqual([
		'GET /store 200',
		'PUT /store/blog/.phxfly-probe-one 200',
		'GET /store/blog/.phxfly-probe-one 200',
		'DELETE /store/blog/.phxfly-probe-one 204',
		'GET /store/blog/.phxfly-probe-one 404',
	]);
	for (const {payload} of server.requests) expect(payload).toMatch(/^[\da-f]{64}$/);
	expect(keysOf()).toEqual([]);
	expect(journal.read().probes).toEqual([]);
});

describe('what the prefix holds', () => {
	test.each([
		{key: 'blog/0000/0000000000000001-0000000000000007.ltx', content: 'litestream-0.5'},
		{key: 'blog/ltx/9/0000000000000001-0000000000000001.ltx', content: 'litestream-0.5'},
		{key: 'blog/generations/18aa558cef3958f7/wal/00000000_00000000.wal.lz4', content: 'litestream-0.3'},
		{key: 'blog/uploads/cat.jpg', content: 'other-objects'},
		{key: 'blog/.phxfly-probe-of-another-run', content: 'nothing'},
		{key: 'blog-2/uploads/cat.jpg', content: 'nothing'},
	])('$key: $content', async ({key, content}) => {
		const object = {body: Buffer.from('x'), etag: '', modifiedMs: 0};
		server.buckets.get('store')?.set(key, object);
		expect(await probe(buildTarget())).toBe(content);
		expect(keysOf()).toEqual([key]);
	});
});

type Fault = {
	readonly code: string;
	readonly sentence: RegExp;
	readonly fix: RegExp;
	readonly questionId?: string;
	readonly change?: () => Change;
	readonly provider?: Provider;
	readonly before?: () => void;
	readonly leaves?: readonly string[];
};

const account = 'f'.repeat(32);

const faults: readonly Fault[] = [
	{
		code: 'storage-wrong-key-id',
		change: () => ({keyId: 'AKIAIOSFODNN7NOBODY0'}),
		sentence: /does not know the access key id \(403 InvalidAccessKeyId\)\.$/,
		fix: /create a new key pair\. Where: AWS console, IAM/,
		provider: s3,
		questionId: 'access-key-id',
	},
	{
		code: 'storage-wrong-secret',
		change: () => ({secret: 'x'.repeat(40)}),
		sentence: /secret access key does not match the access key id.*SignatureDoesNotMatch/,
		fix: /Where: AWS shows it once/,
		provider: s3,
		questionId: 'secret-access-key',
	},
	{
		code: 'storage-keys-swapped',
		change: () => ({keyId: secret, secret: keyId}),
		sentence: /are swapped/,
		fix: /Swap them/,
		provider: s3,
		questionId: 'access-key-id',
	},
	{
		code: 'storage-keys-swapped',
		change: () => ({keyId: secret, secret: keyId}),
		sentence: /are swapped/,
		fix: /Swap them/,
		questionId: 'access-key-id',
	},
	{
		code: 'storage-no-bucket',
		change: () => ({bucket: 'nowhere'}),
		sentence: /There is no bucket nowhere at http.*NoSuchBucket/,
		fix: /--bucket NAME/,
		questionId: 'bucket',
	},
	{
		code: 'storage-wrong-region',
		change: () => ({bucket: 'store-eu'}),
		sentence: /Bucket store-eu is in eu-central-1, not in us-east-1/,
		fix: /--storage-region eu-central-1/,
		questionId: 'storage-region',
	},
	{
		code: 'storage-clock-skew',
		before() {
			server.behaviour.skewMs = 3_600_000;
		},
		sentence: /clock is (?:3599|3600|3601) s behind the storage server/,
		fix: /Set this computer's clock/,
	},
	{
		code: 'storage-clock-skew',
		before() {
			server.behaviour.skewMs = -3_600_000;
		},
		sentence: /clock is (?:3599|3600|3601) s ahead of the storage server/,
		fix: /Set this computer's clock/,
	},
	{
		code: 'storage-no-list-right',
		change: () => ({keyId: 'no-list'}),
		sentence: /cannot list s3:\/\/store\/blog \(403 AccessDenied\)/,
		fix: /s3:ListBucket on store,/,
		questionId: 'access-key-id',
	},
	{
		code: 'storage-no-write-right',
		change: () => ({keyId: 'no-write'}),
		sentence: /cannot write below s3:\/\/store\/blog/,
		fix: /s3:PutObject on store\/blog\/\*/,
		questionId: 'access-key-id',
	},
	{
		code: 'storage-no-read-right',
		change: () => ({keyId: 'no-read'}),
		sentence: /cannot read what they wrote/,
		fix: /s3:GetObject/,
		questionId: 'access-key-id',
	},
	{
		code: 'storage-no-delete-right',
		change: () => ({keyId: 'no-delete'}),
		sentence: /cannot delete below.* test object blog\/\.phxfly-probe-one stays in the bucket store\./,
		fix: /s3:DeleteObject/,
		leaves: ['blog/.phxfly-probe-one'],
		questionId: 'access-key-id',
	},
	{
		code: 'storage-unreachable',
		change: () => ({endpoint: dead.endpoint}),
		sentence: /Cannot reach the storage at .*: connection refused/,
		fix: /Check the endpoint and the network/,
		questionId: 'endpoint',
	},
	{
		code: 'storage-unreachable',
		before() {
			server.behaviour.breaksOff = true;
		},
		sentence: /Cannot reach the storage/,
		fix: /Check the endpoint and the network/,
		questionId: 'endpoint',
	},
	{
		code: 'storage-tls-failure',
		change: () => ({endpoint: server.endpoint.replace('http:', 'https:')}),
		sentence: /answers without TLS/,
		fix: /pass --endpoint http:/,
		questionId: 'endpoint',
	},
	{
		code: 'storage-wrong-account',
		change: () => ({endpoint: `https://127.0.0.1:${strange.port}`}),
		provider: r2,
		sentence: /These keys belong to a different account than https:/,
		fix: /Where: Cloudflare dashboard, R2, Overview: Account ID/,
		questionId: 'r2-account-id',
	},
	{
		code: 'storage-throttled',
		before() {
			server.behaviour.throttled = 9;
		},
		sentence: /is rate limiting requests \(503 SlowDown\)/,
		fix: /Wait a minute/,
	},
];

/** Code to its last message and hint. */
const reported = new Map<string, string>();

describe('each error has its own code, message, and fix', () => {
	test.each(faults)(
		'$code: $sentence',
		async ({change, before, provider = custom, leaves = [], ...fault}) => {
			before?.();
			const target = buildTarget(change?.());
			const failure = await fail(target, {provider});
			reported.set(failure.code, failure.message + failure.hint);
			expect(failure).toMatchObject({code: fault.code, exit: 'refused'});
			expect(failure.questionId).toBe(fault.questionId);
			expect(failure.message).toMatch(fault.sentence);
			expect(failure.hint).toMatch(fault.fix);
			expect(failure.hint).toMatch(/Nothing was changed in the Fly account\.$/);
			for (const key of [target.accessKeyId, target.secretAccessKey]) {
				expect(failure.message + failure.hint).not.toContain(key.reveal());
			}

			expect(keysOf()).toEqual(leaves);
		},
	);

	test('no two codes share a message or a fix', () => {
		const codes = new Set(faults.map(({code}) => code));
		expect([...reported.keys()].sort()).toEqual([...codes].sort());
		expect(new Set(reported.values()).size).toBe(codes.size);
	});
});

/** Returns a store that answers some tasks as given, and the rest as the server does. */
const bend = (change: Partial<ObjectStore>): ObjectStore => ({...openStore(), ...change});
const rejectWith =
	(status: number, code: string, message = '') =>
	async () =>
		({is: 'refused', status, code, message, region: undefined, skewSeconds: undefined}) as const;

describe('errors of other services', () => {
	const hex = 'a'.repeat(64);
	test.each([
		{says: [401, 'Unauthorized'], provider: r2, code: 'storage-wrong-account'},
		{says: [401, 'Unauthorized'], provider: custom, code: 'storage-wrong-key-id'},
		{
			says: [400, 'InvalidArgument', 'Credential access key has length 20, should be 32'],
			provider: r2,
			code: 'storage-wrong-key-id',
		},
		{
			says: [400, 'InvalidArgument', 'Credential access key has length 64, should be 32'],
			provider: r2,
			change: {keyId: hex, secret: account},
			code: 'storage-keys-swapped',
		},
		{says: [404, 'XAdminUserNotFound'], provider: custom, code: 'storage-wrong-key-id'},
		{
			says: [403, 'AccessDenied', 'Forbidden: No such key: GK1'],
			provider: custom,
			code: 'storage-wrong-key-id',
		},
		{
			says: [403, 'AccessDenied', 'Forbidden: Invalid signature'],
			provider: custom,
			code: 'storage-wrong-secret',
		},
		{
			says: [400, 'AuthorizationHeaderMalformed', 'Credential is mal-formed'],
			provider: s3,
			code: 'storage-wrong-key-id',
		},
		{says: [301, 'PermanentRedirect'], provider: s3, code: 'storage-wrong-region'},
		{says: [429, 'TooManyRequests'], provider: r2, code: 'storage-throttled'},
		{says: [500, 'InternalError'], provider: s3, code: 'storage-out-of-order'},
		{says: [403, ''], provider: s3, code: 'storage-no-list-right'},
		{says: [200, ''], provider: custom, code: 'storage-not-s3'},
		{says: [404, ''], provider: custom, code: 'storage-not-s3'},
		{says: [403, 'NotEntitled', 'Please enable R2'], provider: r2, code: 'storage-no-list-right'},
		{says: [400, 'InvalidRequest', 'Odd'], provider: s3, code: 'storage-refused'},
	] as const)('$provider.id, $says: $code', async ({says, provider, code, ...rest}) => {
		const [status, name, message] = says;
		const change = 'change' in rest ? rest.change : {};
		const reject = rejectWith(status, name, message);
		// Accepts only the other way round.
		const accepted = {is: 'ok', status: 200, keys: [], body: ''} as const;
		const list: ObjectStore['list'] = async ({accessKeyId}) =>
			accessKeyId.equals(account) ? accepted : reject();
		const store = bend({list});
		expect(await fail(buildTarget(change), {provider, store})).toMatchObject({code});
	});

	test('quotes a message that contains a key without the key', async () => {
		const store = bend({list: rejectWith(400, 'Odd', `not you, ${keyId}`)});
		const {message} = await fail(buildTarget(), {store});
		expect(message).toContain('not you, [LITESTREAM_ACCESS_KEY_ID]');
	});
});

test('notices other bytes than it wrote, and deletes the object', async () => {
	const store = bend({get: async () => ({is: 'ok', status: 200, keys: [], body: 'else'})});
	expect(await fail(buildTarget(), {store})).toMatchObject({code: 'storage-other-bytes'});
	expect(keysOf()).toEqual([]);
});

test('notices a deleted object that the storage still returns', async () => {
	const real = openStore();
	let body = '';
	const store = bend({
		async put(target, key, text) {
			body = text;
			return real.put(target, key, text);
		},
		get: async () => ({is: 'ok', status: 200, keys: [], body}),
	});
	expect(await fail(buildTarget(), {store})).toMatchObject({code: 'storage-not-deleted'});
});

describe('after a kill', () => {
	test('the key is in the journal before the object is written', async () => {
		const journal = openJournal();
		const real = openStore();
		let noted: unknown;
		const store = bend({
			put(target, key, body) {
				noted = journal.read().probes;
				return real.put(target, key, body);
			},
		});
		await probe(buildTarget(), {journal, store});
		expect(noted).toEqual([
			{endpoint: server.endpoint, region: 'us-east-1', bucket: 'store', key: 'blog/.phxfly-probe-one'},
		]);
	});

	test('the next test write deletes what was left, even with another prefix', async () => {
		const journal = openJournal();
		const store = bend({delete: async () => ({is: 'unreachable', why: 'time-out', code: '', message: ''})});
		await fail(buildTarget(), {journal, store});
		expect(keysOf()).toEqual(['blog/.phxfly-probe-one']);
		expect(journal.read().probes).toHaveLength(1);
		await probe(buildTarget({prefix: 'other'}), {journal});
		expect(keysOf()).toEqual([]);
		expect(journal.read().probes).toEqual([]);
	});

	test('a rejected write leaves nothing to delete', async () => {
		const journal = openJournal();
		await fail(buildTarget({keyId: 'no-write'}), {journal});
		expect(journal.read().probes).toEqual([]);
	});
});
