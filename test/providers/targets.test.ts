import {expect, test} from 'vitest';
import type {Answers} from '../../source/core/answer.ts';
import {custom} from '../../source/providers/custom.ts';
import {r2} from '../../source/providers/r2.ts';
import {s3} from '../../source/providers/s3.ts';
import {tigris} from '../../source/providers/tigris.ts';

const account = '0123456789abcdef0123456789abcdef';
const build = (answers: Readonly<Record<string, string>>): Answers =>
	new Map(Object.entries(answers).map(([id, value]) => [id, {value, origin: {kind: 'flag', text: ''}}]));

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
])('$provider.id has the endpoint $endpoint', ({provider, answers, endpoint, region}) => {
	expect(provider.target(build(answers))).toEqual({endpoint, region});
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
