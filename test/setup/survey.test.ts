import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {openHttp} from '../../source/adapters/http.ts';
import {openObjectStore} from '../../source/adapters/object-store.ts';
import type {Project} from '../../source/core/command/context.ts';
import {startJournal, startSection} from '../../source/core/journal.ts';
import type {AnswerState} from '../../source/core/questions/question.ts';
import type {FlyReader} from '../../source/core/readers.ts';
import type {RunJournal} from '../../source/core/run/ports.ts';
import {custom} from '../../source/providers/custom.ts';
import {r2} from '../../source/providers/r2.ts';
import {s3} from '../../source/providers/s3.ts';
import {tigris} from '../../source/providers/tigris.ts';
import {restore} from '../../source/questions/restore.ts';
import {checkMailKey, checkStorage, rejectTakenName} from '../../source/setup/survey.ts';
import {openS3Server, type S3Server} from '../helpers/s3-server.ts';
import {buildAnswerState} from '../questions/build-answer-state.ts';

const keyId = 'AKIAIOSFODNN7EXAMPLE';
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const account = '0123456789abcdef0123456789abcdef';
let server: S3Server;
/** The same provider, without the bucket. */
let other: S3Server;

beforeEach(async () => {
	const users = [{keyId, secret}];
	server = await openS3Server({users, buckets: {store: 'us-east-1', 'store-eu': 'eu-central-1', r2: 'auto'}});
	other = await openS3Server({users, buckets: {}});
});
afterEach(() => Promise.all([server.close(), other.close()]));

const portOf = ({endpoint}: S3Server) => Number(new URL(endpoint).port);

type Options = {
	readonly replica?: string;
	readonly fly?: Partial<FlyReader>;
	/** Hosts that lead to the server without the bucket. */
	readonly elsewhere?: (host: string) => boolean;
};

function openProject({
	replica,
	fly,
	elsewhere = () => false,
}: Options = {}): Pick<Project, 'readers' | 'journal'> {
	const section = {...startSection('blog', 'personal'), ...(replica ? {replica} : {})};
	const state = {...startJournal('/blog', false), apps: [section]};
	const route = (url: URL) => ({host: '127.0.0.1', port: portOf(elsewhere(url.host) ? other : server)});
	const readers = {
		store: openObjectStore(openHttp({route}), Date.now),
		fly: {status: async () => undefined, listSecrets: async () => [], ...fly},
	};
	return {readers, journal: {read: () => state} as RunJournal} as unknown as Pick<
		Project,
		'readers' | 'journal'
	>;
}

const keys = {'access-key-id': keyId, 'secret-access-key': secret};
const build = (provider: AnswerState['provider'], answers: Readonly<Record<string, string>>) =>
	buildAnswerState({
		provider,
		answers: {app: 'blog', prefix: 'blog', storage: provider?.id ?? '', ...answers},
		secrets: keys,
	});
const put = (key: string) =>
	server.buckets.get('store')?.set(key, {body: Buffer.from('x'), etag: '', modifiedMs: 0});
const onStore = () => build(custom, {endpoint: server.endpoint, bucket: 'store'});

test('writes nothing', async () => {
	await checkStorage(openProject(), onStore());
	expect(server.requests.map(({method}) => method)).toEqual(['GET']);
});

test('sends no request if phxfly creates the bucket, or without keys', async () => {
	await checkStorage(openProject(), build(tigris, {bucket: 'store'}));
	await checkStorage(openProject(), {...onStore(), secrets: buildAnswerState().secrets});
	expect(server.requests).toEqual([]);
});

describe('corrects', () => {
	test.each([false, true])(
		'the region, so that the plan has the right one (redirected: %s)',
		async redirects => {
			server.behaviour.redirects = redirects;
			const state = await checkStorage(
				openProject(),
				build(s3, {bucket: 'store-eu', 'storage-region': 'us-east-1'}),
			);
			expect(state.answers.get('storage-region')).toEqual({
				value: 'eu-central-1',
				origin: {kind: 'storage', text: 'found in the storage'},
			});
			expect(s3.target(state.answers)).toEqual({
				endpoint: 'https://s3.eu-central-1.amazonaws.com',
				region: 'eu-central-1',
			});
			expect(state.notes).toEqual([
				'Using --storage-region eu-central-1: the bucket is there, not in us-east-1.',
			]);
		},
	);

	test('the region of your own server', async () => {
		const start = build(custom, {endpoint: server.endpoint, bucket: 'store-eu'});
		const state = await checkStorage(openProject(), start);
		expect(custom.target(state.answers)).toEqual({endpoint: server.endpoint, region: 'eu-central-1'});
	});

	test('the jurisdiction, with one retry', async () => {
		const elsewhere = (host: string) => !host.includes('.eu.');
		const start = build(r2, {bucket: 'r2', 'r2-account-id': account, 'r2-jurisdiction': 'none'});
		const state = await checkStorage(openProject({elsewhere}), start);
		expect(r2.target(state.answers).endpoint).toBe(`https://${account}.eu.r2.cloudflarestorage.com`);
		expect(state.notes).toEqual(['Using --r2-jurisdiction eu: the bucket is there.']);
		expect([other.requests.length, server.requests.length]).toEqual([1, 1]);
	});

	test('a jurisdiction that the bucket does not have', async () => {
		const elsewhere = (host: string) => host.includes('.eu.');
		const start = build(r2, {bucket: 'r2', 'r2-account-id': account, 'r2-jurisdiction': 'eu'});
		const state = await checkStorage(openProject({elsewhere}), start);
		expect(r2.target(state.answers).endpoint).toBe(`https://${account}.r2.cloudflarestorage.com`);
	});

	test('nothing if that does not help, and keeps the first error', async () => {
		const start = build(r2, {bucket: 'nowhere', 'r2-account-id': account, 'r2-jurisdiction': 'none'});
		await expect(checkStorage(openProject(), start)).rejects.toMatchObject({
			code: 'storage-no-bucket',
			message: expect.stringContaining(`https://${account}.r2.`),
		});
		expect(server.requests).toHaveLength(2);
	});

	test('one error at a time: the right region has no such bucket', async () => {
		const start = build(s3, {bucket: 'store-eu', 'storage-region': 'us-east-1'});
		server.buckets.delete('store-eu');
		await expect(checkStorage(openProject(), start)).rejects.toMatchObject({code: 'storage-no-bucket'});
	});
});

describe('a prefix that contains objects', () => {
	const place = () => `${server.endpoint}/store/blog`;

	test('is in use, and phxfly asks about it', async () => {
		put('blog/generations/1/x');
		const state = await checkStorage(openProject(), onStore());
		expect(state.findings.prefixInUse).toEqual({place: place(), holds: 'a replica of Litestream 0.3'});
		expect(restore.applies(state)).toBe(true);
		expect(restore.finding?.(state)).toBe(
			`${place().replace('https://', '')} already contains a replica of Litestream 0.3.`,
		);
		expect(restore.parse('yes', state)).toEqual({ok: true, value: place()});
		const moved = new Map(state.answers).set('prefix', {value: 'free', origin: {kind: 'you', text: ''}});
		expect(restore.applies({...state, answers: moved})).toBe(false);
	});

	test('is ours if an earlier run used it', async () => {
		put('blog/generations/1/x');
		const state = await checkStorage(openProject({replica: place()}), onStore());
		expect(state.findings.prefixInUse).toBeUndefined();
	});

	test("is the app's if it runs with a replica, even without a journal", async () => {
		put('blog/generations/1/x');
		const status = async () => ({Deployed: true}) as Awaited<ReturnType<FlyReader['status']>>;
		const listSecrets = async () => [{name: 'LITESTREAM_REPLICA_URL', digest: '', status: ''}] as never;
		const ours = await checkStorage(openProject({fly: {status, listSecrets}}), onStore());
		expect(ours.findings.prefixInUse).toBeUndefined();
		const without = await checkStorage(openProject({fly: {status}}), onStore());
		expect(without.findings.prefixInUse).toBeDefined();
	});

	test('drops a yes that was for another place', async () => {
		put('blog/generations/1/x');
		const answer = (value: string) => ({
			...onStore(),
			answers: new Map(onStore().answers).set('restore', {value, origin: {kind: 'you', text: 'you'}}),
		});
		const existing = await checkStorage(openProject(), answer(place()));
		expect(existing.answers.has('restore')).toBe(true);
		const stale = await checkStorage(openProject(), answer(`${server.endpoint}/store/other`));
		expect(stale.answers.has('restore')).toBe(false);
	});

	test('is not in use with only a test object in it', async () => {
		put('blog/.phxfly-probe-1');
		const state = await checkStorage(openProject(), onStore());
		expect(state.findings.prefixInUse).toBeUndefined();
	});
});

describe('before anything is created', () => {
	const withKey = () => {
		const state = buildAnswerState({answers: {'mail-key': 'given'}, secrets: {'mail-key': 're_canaryK3y'}});
		return {...state, profile: {...state.profile, asksMail: true}};
	};
	const answering = (status: number, name: string, message = '') =>
		({
			readers: {
				net: {
					request: async () => ({is: 'answered', status, headers: {}, body: JSON.stringify({name, message})}),
				},
			},
		}) as unknown as Pick<Project, 'readers'>;

	test.each([
		[403, 'invalid_api_key', ''],
		[401, 'validation_error', 'API key is invalid'],
	])('a mail key that Resend answers with %s %s is refused', async (status, name, message) => {
		await expect(checkMailKey(answering(status, name, message), withKey())).rejects.toMatchObject({
			code: 'mail-key-refused',
			exit: 'refused',
			questionId: 'mail-key',
			message: expect.not.stringContaining('re_canaryK3y'),
		});
	});

	test.each([
		[200, ''],
		[401, 'restricted_api_key'],
	])('one that it answers with %s %s is good', async (status, name) => {
		const state = withKey();
		expect(await checkMailKey(answering(status, name), state)).toBe(state);
	});

	test.each([
		[503, 'application_error'],
		[429, 'rate_limit_exceeded'],
		[403, 'suspended'],
	])('an answer %s %s is a note, and refuses nothing', async (status, name) => {
		const {notes} = await checkMailKey(answering(status, name), withKey());
		expect(notes).toEqual([`mail: phxfly could not try the key at Resend (it answered ${status}).`]);
	});

	test.each([
		{name: 'others have', status: undefined, isTaken: true, isOurs: false, is: 'refused'},
		{name: 'is free', status: undefined, isTaken: false, isOurs: false, is: 'accepted'},
		{name: 'this account has', status: {}, isTaken: true, isOurs: false, is: 'accepted'},
		{name: 'this project made', status: undefined, isTaken: true, isOurs: true, is: 'accepted'},
	])('a name that $name is $is', async ({status, isTaken, isOurs, is}) => {
		const project = {
			readers: {fly: {status: async () => status, isNameTaken: async () => isTaken}},
			journalView: {isOurApp: () => isOurs},
		} as unknown as Parameters<typeof rejectTakenName>[0];
		const asked = rejectTakenName(project, buildAnswerState({answers: {app: 'blog-1'}}));
		if (is === 'accepted') expect(await asked).toBeUndefined();
		else await expect(asked).rejects.toMatchObject({code: 'name-taken', questionId: 'app'});
	});
});
