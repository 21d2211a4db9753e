import {describe, expect, test} from 'vitest';
import {questions as allQuestions} from '../../source/cli/registry.ts';
import type {Answers} from '../../source/core/answer.ts';
import {buildPlanContext} from '../../source/core/plan/build-context.ts';
import {custom} from '../../source/providers/custom.ts';
import {r2} from '../../source/providers/r2.ts';
import {s3} from '../../source/providers/s3.ts';
import {tigris} from '../../source/providers/tigris.ts';
import {buildAnswerState} from '../questions/build-answer-state.ts';

const account = '0123456789abcdef0123456789abcdef';
const build = (answers: Readonly<Record<string, string>>): Answers =>
	new Map(Object.entries(answers).map(([id, value]) => [id, {value, origin: {kind: 'flag', text: ''}}]));
const keys = {'access-key-id': 'AKIAIOSFODNN7EXAMPLE', 'secret-access-key': 'wJalr'};
const {secrets: store} = buildAnswerState({secrets: keys});

test.each([
	{provider: tigris, answers: {}, endpoint: 'https://fly.storage.tigris.dev', region: 'auto'},
	{provider: tigris, answers: {endpoint: 'none'}, endpoint: 'https://fly.storage.tigris.dev', region: 'auto'},
	{
		provider: tigris,
		answers: {endpoint: 'https://t3.storage.dev'},
		endpoint: 'https://t3.storage.dev',
		region: 'auto',
	},
	{
		provider: s3,
		answers: {'storage-region': 'eu-central-1'},
		endpoint: 'https://s3.eu-central-1.amazonaws.com',
		region: 'eu-central-1',
	},
	{
		provider: s3,
		answers: {'storage-region': 'cn-north-1'},
		endpoint: 'https://s3.cn-north-1.amazonaws.com.cn',
		region: 'cn-north-1',
	},
	{
		provider: s3,
		answers: {'storage-region': 'eu-west-1', endpoint: 'http://127.0.0.1:9000'},
		endpoint: 'http://127.0.0.1:9000',
		region: 'eu-west-1',
	},
	{
		provider: r2,
		answers: {'r2-account-id': account, 'r2-jurisdiction': 'none'},
		endpoint: `https://${account}.r2.cloudflarestorage.com`,
		region: 'auto',
	},
	{
		provider: r2,
		answers: {'r2-account-id': account, 'r2-jurisdiction': 'eu'},
		endpoint: `https://${account}.eu.r2.cloudflarestorage.com`,
		region: 'auto',
	},
	{
		provider: custom,
		answers: {endpoint: 'http://127.0.0.1:9000'},
		endpoint: 'http://127.0.0.1:9000',
		region: 'us-east-1',
	},
	{
		provider: custom,
		answers: {endpoint: 'https://s3.example.com', 'storage-region': 'garage'},
		endpoint: 'https://s3.example.com',
		region: 'garage',
	},
])('$provider.id is reached at $endpoint', ({provider, answers, endpoint, region}) => {
	expect(provider.target(build(answers))).toEqual({endpoint, region});
});

describe.each([tigris, s3, r2, custom])('$id', provider => {
	const answers = build({
		bucket: 'blog-1-replica',
		prefix: 'blog-1',
		'storage-region': 'eu-central-1',
		'r2-account-id': account,
		...(provider.needsEndpoint ? {endpoint: 'https://s3.example.com'} : {}),
	});

	test('tells Litestream where the replica is, in clear', () => {
		const {endpoint, region} = provider.target(answers);
		const shown = provider
			.secrets(answers)
			.flatMap(({name, value}) => (value === undefined ? [] : [[name, value]]));
		expect(Object.fromEntries(shown)).toEqual({
			LITESTREAM_REPLICA_URL: 's3://blog-1-replica/blog-1',
			LITESTREAM_ENDPOINT: endpoint,
			LITESTREAM_REGION: region,
		});
	});

	test('sets its own key pair only when it brings one, under the names it promises', () => {
		const hidden = provider.secrets(answers).filter(({value}) => value === undefined);
		const {accessKeyId, secretAccessKey} = provider.keyNames;
		const found = hidden.map(wanted => [wanted.name, store.find(wanted)] as const);
		expect(found.map(([name, secret]) => [name, secret?.name, secret?.reveal()])).toEqual(
			provider.bringsKeys
				? [
						[accessKeyId, accessKeyId, 'AKIAIOSFODNN7EXAMPLE'],
						[secretAccessKey, secretAccessKey, 'wJalr'],
					]
				: [],
		);
	});

	test('wants the same secrets when the keys are not at hand, so that those on the app are kept', () => {
		const plan = (secrets: Readonly<Record<string, string>>) => {
			const planned = {app: 'blog-1', org: 'personal', region: 'sjc', 'vm-size': 'x', 'vm-memory': '1024'};
			const state = buildAnswerState({provider, secrets});
			const options = {adopt: false, redeploy: false, existing: undefined, templates: new Map()};
			return buildPlanContext({...state, answers: new Map([...answers, ...build(planned)])}, options);
		};
		const names = (secrets: Readonly<Record<string, string>>): readonly string[] =>
			plan(secrets).storageSecrets.map(({name}) => name);
		expect(names({})).toEqual(names(keys));
		const kept = plan({}).storageSecrets.filter(({value}) => value === undefined);
		expect(kept.filter(({from}) => from !== undefined)).toEqual([]);
	});

	test('asks questions that exist, among them bucket and prefix', () => {
		const ids = allQuestions.map(({id}) => id);
		expect(ids).toEqual(expect.arrayContaining([...provider.asks, 'bucket', 'prefix']));
		expect(provider.asks).toEqual(expect.arrayContaining(['bucket', 'prefix', 'endpoint']));
		expect(provider.asks.includes('access-key-id')).toBe(provider.bringsKeys);
		expect(ids).toEqual(expect.arrayContaining(Object.keys(provider.whereToFind)));
		expect(provider.terms !== undefined).toBe(provider.makesBucket);
	});
});

const longest = 'a'.repeat(63);

test.each([
	['abc', true, true],
	[longest, true, true],
	['my-bucket-1', true, true],
	['my.bucket', true, false],
	['ab', false, false],
	[`${longest}a`, false, false],
	['MyBucket', false, false],
	['my_bucket', false, false],
	['-bucket', false, false],
	['bucket-', false, false],
	['my..bucket', false, false],
	['192.168.5.4', false, false],
	['xn--bucket', false, true],
	['sthree-bucket', false, true],
	['amzn-s3-demo-bucket', false, true],
	['bucket-s3alias', false, true],
	['bucket--ol-s3', false, true],
	['bucket.mrap', false, false],
	['bucket--x-s3', false, true],
	['', false, false],
])('bucket %s: S3 %s, R2 %s', (name, isS3, isR2) => {
	expect(s3.parseBucket(name).ok).toBe(isS3);
	expect(tigris.parseBucket(name).ok).toBe(isS3);
	expect(r2.parseBucket(name).ok).toBe(isR2);
});
