import {createHash} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {type ProviderId, providerAnswers, rehearseArgs} from '../helpers/answers.ts';
import {type Ended, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeEach(() => {
	rehearsal = openRehearsal();
});
afterEach(() => rehearsal.close());

type Change = {
	readonly args?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
};

/** Later flags win over earlier ones. */
const run = (provider: ProviderId, {args = [], env = {}}: Change = {}): Promise<Ended> =>
	rehearsal.run([...rehearseArgs(400, provider), ...args], {
		env: {...providerAnswers[provider].env, ...env},
	});
const mutations = () => rehearsal.world().calls.filter(({mutates}) => mutates);
/** How much of it is verified by then is for other tests. */
const isSetUp = ({exit}: Ended) => exit === 0 || exit === 3;
const failureOf = ({events}: Ended) => events.find(({type}) => type === 'failed');
const withKey = (id: string) => ({LITESTREAM_ACCESS_KEY_ID: id});

describe('storage that refuses ends the run before anything in the account is changed', () => {
	test.each([
		{env: withKey('WRONG-KEY-ID'), code: 'storage-wrong-key-id', says: /does not know the access key id/},
		{env: withKey('WRONG-SECRET'), code: 'storage-wrong-secret', says: /does not match the access key id/},
		{env: withKey('READ-ONLY'), code: 'storage-no-write-right', says: /cannot write/},
		{
			env: withKey('NO-DELETE'),
			code: 'storage-no-delete-right',
			says: /blog-1\/\.phxfly-probe-\S+ stays in the bucket/,
		},
		{env: withKey('SKEWED-CLOCK'), code: 'storage-clock-skew', says: /3\d\d\d s behind/},
		{args: ['--bucket', 'missing-bucket'], code: 'storage-no-bucket', says: /no bucket missing-bucket/},
		{
			args: ['--endpoint', 'https://unreachable.example.com'],
			code: 'storage-unreachable',
			says: /Cannot reach the storage/,
		},
	])('$code', async ({code, says, ...change}) => {
		const ended = await run('s3', change);
		expect(ended.exit).toBe(9);
		expect(failureOf(ended)).toMatchObject({code});
		expect(failureOf(ended)?.message).toMatch(says);
		expect(failureOf(ended)?.hint).toMatch(/Nothing was changed in the Fly account/);
		expect(mutations()).toEqual([]);
		expect(rehearsal.world().apps).toEqual([]);
	});

	test('storage-wrong-account, at R2', async () => {
		const ended = await run('r2', {args: ['--r2-account-id', 'f'.repeat(32)]});
		expect(ended.exit).toBe(9);
		expect(failureOf(ended)).toMatchObject({code: 'storage-wrong-account'});
		expect(mutations()).toEqual([]);
	});

	test('storage-keys-swapped, where keys may look like anything', async () => {
		const {LITESTREAM_ACCESS_KEY_ID: id, LITESTREAM_SECRET_ACCESS_KEY: key} = providerAnswers.s3.env;
		const ended = await run('s3', {
			args: ['--storage', 'custom', '--endpoint', 'https://s3.example.com'],
			env: {LITESTREAM_ACCESS_KEY_ID: key, LITESTREAM_SECRET_ACCESS_KEY: id},
		});
		expect(ended.exit).toBe(9);
		expect(failureOf(ended)).toMatchObject({code: 'storage-keys-swapped'});
		expect(ended.stdout).not.toContain(key);
		expect(mutations()).toEqual([]);
	});
});

const publicSecret = (name: string) =>
	rehearsal.world().secrets.find(secret => secret.name === name)?.sha256 ?? 'absent';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('corrections from the storage', () => {
	test('the region: the right one is set on the app, and the run continues', async () => {
		const args = ['--bucket', 'other-region', '--storage-region', 'us-east-1'];
		const ended = await run('s3', {args});
		expect(isSetUp(ended)).toBe(true);
		expect(publicSecret('LITESTREAM_REGION')).toBe(sha256('eu-central-1'));
		expect(publicSecret('LITESTREAM_ENDPOINT')).toBe(sha256('https://s3.eu-central-1.amazonaws.com'));
		const before = mutations().length;
		expect(isSetUp(await run('s3', {args}))).toBe(true);
		expect(mutations()).toHaveLength(before);
	});

	test('the jurisdiction', async () => {
		expect(isSetUp(await run('r2', {args: ['--bucket', 'eu-bucket']}))).toBe(true);
		expect(publicSecret('LITESTREAM_ENDPOINT')).toBe(
			sha256('https://0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com'),
		);
	});
});

describe('a prefix with unknown content', () => {
	test.each([
		['used-replica', 'a replica of Litestream 0.5'],
		['used-old-replica', 'a replica of Litestream 0.3'],
		['used-objects', 'objects that are not a replica'],
	])('%s: asks, and without a terminal names both ways', async (bucket, holds) => {
		const ended = await run('s3', {args: ['--bucket', bucket]});
		expect(ended.exit).toBe(5);
		const event = ended.events.find(({type}) => type === 'input-needed');
		expect(event?.message).toContain(`/${bucket}/blog-1 already contains ${holds}.`);
		expect(event?.message).toMatch(/--restore, or --prefix PATH/);
		expect(event).toMatchObject({flag: '--restore', next: expect.stringMatching(/ --restore$/)});
		expect(mutations()).toEqual([]);
	});

	test('continues with --restore, and does not ask again', async () => {
		expect(isSetUp(await run('s3', {args: ['--bucket', 'used-replica', '--restore']}))).toBe(true);
		expect(isSetUp(await run('s3', {args: ['--bucket', 'used-replica']}))).toBe(true);
	});

	test('continues with another prefix', async () => {
		expect(isSetUp(await run('s3', {args: ['--bucket', 'used-replica', '--prefix', 'free/blog-1']}))).toBe(
			true,
		);
	});
});

describe('the keys Tigris creates', () => {
	test('are verified immediately', async () => {
		const ended = await run('tigris');
		expect(isSetUp(ended)).toBe(true);
		expect(ended.events).toContainEqual(
			expect.objectContaining({
				type: 'step-changed',
				id: 'create-bucket',
				status: 'done',
				note: 'keys verified',
			}),
		);
	});

	test('fail the step when they are refused', async () => {
		const ended = await run('tigris', {args: ['--bucket', 'refused-keys-1']});
		expect(ended.exit).toBe(1);
		expect(failureOf(ended)).toMatchObject({code: 'storage-wrong-key-id'});
		expect(rehearsal.world().releases).toEqual([]);
	});

	test('are left to verify if the storage does not respond', async () => {
		const ended = await run('tigris', {args: ['--endpoint', 'https://unreachable.example.com']});
		expect(ended.events).toContainEqual(
			expect.objectContaining({
				id: 'create-bucket',
				status: 'done',
				note: expect.stringMatching(/^keys not verified yet: Cannot reach/),
			}),
		);
		expect(rehearsal.world().releases).toHaveLength(1);
	});
});

test('another S3-compatible storage: endpoint, bucket and keys are enough', async () => {
	const args = ['--storage', 'custom', '--endpoint', 'https://s3.us-west-004.backblazeb2.com'];
	const ended = await run('s3', {args: [...args, '--storage-region', 'us-west-004']});
	expect(isSetUp(ended)).toBe(true);
	expect(publicSecret('LITESTREAM_REGION')).toBe(sha256('us-west-004'));
});

test('a key file may have a BOM and end in CRLF', async () => {
	const {LITESTREAM_SECRET_ACCESS_KEY: key, ...env} = providerAnswers.s3.env;
	const path = `${rehearsal.folder}/key.txt`;
	await writeFile(path, `\uFEFF${key}\r\n`);
	const args = [...rehearseArgs(400, 's3'), '--secret-file', `LITESTREAM_SECRET_ACCESS_KEY=${path}`];
	expect(isSetUp(await rehearsal.run(args, {env}))).toBe(true);
	expect(publicSecret('LITESTREAM_SECRET_ACCESS_KEY')).toBe(sha256(key));
});

test('an endpoint with credentials is refused, and they are shown nowhere', async () => {
	const ended = await run('s3', {args: ['--endpoint', 'https://AKIAKEY:hunter2secret@s3.example.com']});
	expect(ended.exit).toBe(2);
	expect(ended.stdout + ended.stderr).not.toContain('hunter2');
});
