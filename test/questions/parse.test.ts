import {describe, expect, test} from 'vitest';
import {questions as allQuestions, providers} from '../../source/cli/registry.ts';
import type {AnswerState, Question} from '../../source/core/questions/question.ts';
import {custom} from '../../source/providers/custom.ts';
import {r2} from '../../source/providers/r2.ts';
import {s3} from '../../source/providers/s3.ts';
import {tigris} from '../../source/providers/tigris.ts';
import {buildAnswerState} from './build-answer-state.ts';

type Row = {
	readonly typed: string;
	readonly value?: string;
	readonly note?: string;
	readonly problem?: string;
	readonly offer?: string;
	readonly in?: Partial<AnswerState>;
};

const long = 'a'.repeat(64);
const hex = '0123456789abcdef0123456789abcdef';
const awsSecret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

const ids = providers.map(({id}) => id).join(', ');

/** What is special about a question, beside the samples of its own definition. */
const tables: Readonly<Record<string, readonly Row[]>> = {
	app: [
		{typed: 'blog-1', value: 'blog-1'},
		{typed: ' blog-1\n', value: 'blog-1'},
		{typed: '7', value: '7'},
		{typed: 'My Blog', problem: 'lowercase', offer: 'my-blog'},
		{typed: 'Café_Blög!', problem: 'lowercase', offer: 'cafe-blog'},
		{typed: '-blog-', problem: 'dash', offer: 'blog'},
		{typed: 'blog-1.fly.dev', problem: 'without .fly.dev', offer: 'blog-1'},
		{typed: 'https://blog-1.fly.dev/posts', problem: 'without .fly.dev', offer: 'blog-1'},
		{typed: long, problem: '63', offer: 'a'.repeat(63)},
		{typed: '', problem: 'Enter an app name'},
		{typed: '!!!', problem: 'lowercase'},
		{typed: 'none', problem: 'cannot be'},
	],
	org: [
		{typed: 'personal', value: 'personal'},
		{typed: 'Acme Inc', problem: 'slug', offer: 'acme-inc'},
		{typed: 'ACME-INC', problem: 'slug', offer: 'acme-inc'},
		{typed: 'other', problem: 'acme-inc, personal'},
		{typed: '', problem: 'slug'},
	],
	region: [
		{typed: 'sjc', value: 'sjc'},
		{typed: ' SJC ', value: 'sjc'},
		{typed: 'bom', value: 'bom', note: 'paid plan'},
		{typed: 'sea', problem: 'closed sea', offer: 'sjc'},
		{typed: 'atl', problem: 'closed atl', offer: 'dfw'},
		{typed: 'Frankfurt', problem: 'fra', offer: 'fra'},
		{typed: 'zzz', problem: 'ams, bom, cdg'},
		{typed: 'us-east-1', problem: 'Unknown region'},
		{typed: '', problem: 'sjc'},
		{typed: 'xyz', value: 'xyz', in: {account: {...buildAnswerState().account, regions: []}}},
	],
	'volume-size': [
		{typed: '1', value: '1'},
		{typed: '500', value: '500'},
		{typed: '1GB', value: '1', note: 'Read as 1'},
		{typed: '10 gb', value: '10', note: 'Read as 10'},
		{typed: '0', problem: '1–500', offer: '1'},
		{typed: '501', problem: '1–500', offer: '500'},
		{typed: '1.5', problem: 'whole number'},
		{typed: '-1', problem: 'whole number'},
		{typed: '512MB', problem: 'whole number'},
		{typed: 'big', problem: 'whole number'},
		{typed: '', problem: 'whole number'},
	],
	'vm-size': [
		{typed: 'shared-cpu-1x', value: 'shared-cpu-1x'},
		{typed: 'performance-2x', value: 'performance-2x'},
		{typed: 'shared-cpu-1', problem: 'Unknown machine size', offer: 'shared-cpu-1x'},
		{typed: '2x', problem: 'Unknown machine size', offer: 'shared-cpu-2x'},
		{typed: 'a10', problem: 'shared-cpu-8x'},
		{typed: '', problem: 'shared-cpu-1x'},
	],
	'vm-memory': [
		{typed: '1024', value: '1024'},
		{typed: '1gb', value: '1024', note: '1024 MB'},
		{typed: '512mb', value: '512'},
		{typed: '1', problem: 'at least 256', offer: '256'},
		{typed: '1000', problem: 'steps', offer: '1024'},
		{typed: '4096', problem: 'at most 2048', offer: '2048'},
		{typed: 'lots', problem: 'whole number'},
	],
	domain: [
		{typed: 'blog.example.com', value: 'blog.example.com'},
		{typed: 'example.com', value: 'example.com'},
		{typed: 'None', value: 'none'},
		{typed: 'Blog.Example.COM', value: 'blog.example.com', note: 'Read as'},
		{typed: 'blog.example.com.', value: 'blog.example.com', note: 'Read as'},
		{typed: 'bücher.example.com', value: 'xn--bcher-kva.example.com', note: 'xn--'},
		{typed: 'https://blog.example.com/posts?a=1#b', problem: 'only the host', offer: 'blog.example.com'},
		{typed: '//me:pw@Blog.example.com:8443', problem: 'only the host', offer: 'blog.example.com'},
		{typed: 'blog.example.com:4000', problem: 'only the host', offer: 'blog.example.com'},
		{typed: 'blog.example.com/', problem: 'only the host', offer: 'blog.example.com'},
		{typed: 'https://localhost:4000', problem: 'only the host'},
		{typed: 'localhost', problem: 'network'},
		{typed: 'blog.local', problem: 'network'},
		{typed: 'blog', problem: 'full host name'},
		{typed: '203.0.113.7', problem: 'address'},
		{typed: '0x7f.1', problem: 'address'},
		{typed: '2a09:8280:1::3', problem: 'address'},
		{typed: '[::1]', problem: 'address'},
		{typed: 'blog-1.fly.dev', problem: 'fly.dev', offer: 'none'},
		{typed: '*.example.com', problem: 'wildcard', offer: 'example.com'},
		{typed: 'me@example.com', problem: 'email address'},
		{typed: 'a b.example.com', problem: 'letters'},
		{typed: 'my_blog.example.com', problem: 'letters'},
		{typed: 'ex%41mple.com', problem: 'letters'},
		{typed: '-a.example.com', problem: 'letters'},
		{typed: 'a..example.com', problem: 'letters'},
		{typed: `${long}.example.com`, problem: 'letters'},
		{typed: '', problem: 'none'},
	],
	'mail-key': [
		{typed: 're_0123456789abcdefghijklmn', value: 're_0123456789abcdefghijklmn'},
		{typed: '', value: 'none', note: 'not delivered'},
		{typed: 'none', value: 'none', note: 'not delivered'},
		{typed: 'key-123', value: 'key-123', note: 're_'},
		{typed: 're_...', value: 're_...', note: 'placeholder'},
		{
			typed: 're_abcdefghijklmnopqrstuv\n',
			problem: 'includes quotes, a name, or whitespace',
			offer: 're_abcdefghijklmnopqrstuv',
		},
		{
			typed: '"re_abcdefghijklmnopqrstuv"',
			problem: 'includes quotes, a name, or whitespace',
			offer: 're_abcdefghijklmnopqrstuv',
		},
		{
			typed: 'RESEND_API_KEY="re_abcdefghijklmnopqrstuv"',
			problem: 'includes quotes, a name, or whitespace',
			offer: 're_abcdefghijklmnopqrstuv',
		},
		{
			typed: 'fly secrets set RESEND_API_KEY=re_abcdefghijklmnopqrstuv',
			problem: 'includes quotes, a name, or whitespace',
			offer: 're_abcdefghijklmnopqrstuv',
		},
		{typed: 're_abc def', problem: 'contains whitespace'},
		{typed: 're_abc\u0007def', problem: 'control'},
		{typed: 're_abc\ndef', problem: 'contains whitespace'},
		{typed: '••••••••', problem: 'keys never have'},
		{typed: '“re_abc”', problem: 'keys never have'},
	],
	heartbeat: [
		{typed: ' https://hc-ping.com/0f1e2d3c ', value: 'https://hc-ping.com/0f1e2d3c'},
		{
			typed: 'https://m.example.com/api/push/a?status=up&ping=',
			value: 'https://m.example.com/api/push/a?status=up&ping=',
		},
		{typed: '', value: 'none'},
		{typed: 'None', value: 'none'},
		{typed: 'http://m.example.com/a', value: 'http://m.example.com/a', note: 'unencrypted'},
		{typed: 'hc-ping.com/0f1e2d3c', problem: 'starts with https://'},
		{typed: 'ftp://m.example.com/a', problem: 'starts with https://'},
		{typed: 'https://', problem: 'starts with https://'},
		{typed: 'https://m.example.com/a b', problem: 'characters'},
		{typed: 'https://m.example.com/$HOME', problem: 'characters'},
		{typed: 'https://m.example.com:', problem: 'characters'},
		{
			typed: '"https://m.example.com/a"',
			problem: 'includes quotes or a name',
			offer: 'https://m.example.com/a',
		},
		{
			typed: 'LITESTREAM_HEARTBEAT_URL=https://m.example.com/a',
			problem: 'includes quotes or a name',
			offer: 'https://m.example.com/a',
		},
	],
	storage: [
		{typed: 'tigris', value: 'tigris'},
		{typed: 'S3', value: 's3'},
		{typed: 'cloudflare', problem: ids, offer: 'r2'},
		{typed: 'Amazon S3', problem: ids, offer: 's3'},
		{typed: 'MinIO', problem: ids, offer: 'custom'},
		{typed: 'none', problem: 'losing the database'},
		{typed: 'floppy', problem: ids},
		{typed: '', problem: ids},
	],
	bucket: [
		{typed: 'blog-1-replica', value: 'blog-1-replica', in: {provider: tigris}},
		{typed: 'my.bucket', value: 'my.bucket', in: {provider: s3}},
		{typed: 'my.bucket', problem: 'digits, and dashes', offer: 'my-bucket', in: {provider: r2}},
		{typed: 's3://my-bucket/wisp', problem: 'only the name', offer: 'my-bucket', in: {provider: s3}},
		{typed: 'MyBucket', problem: 'lowercase', offer: 'mybucket', in: {provider: tigris}},
		{typed: 'none', problem: 'none', in: {provider: s3}},
		{typed: 'my-bucket', problem: 'storage first'},
		{typed: ' ', problem: 'Enter', in: {provider: s3}},
		{typed: 'a'.repeat(64), problem: '3 to 63', offer: 'a'.repeat(63), in: {provider: custom}},
		{typed: 'Blog.Replica', problem: 'lowercase', offer: 'blog-replica', in: {provider: r2}},
		{typed: 'blog..replica', problem: 'two dots', offer: 'blog.replica', in: {provider: custom}},
		{
			typed: 'blog',
			problem: 'https://s3.example.com',
			in: buildAnswerState({provider: custom, answers: {endpoint: 'https://blog.s3.example.com'}}),
		},
	],
	prefix: [
		{typed: 'blog-1', value: 'blog-1'},
		{typed: 'a/b.c_d', value: 'a/b.c_d'},
		{typed: 'wisp/', value: 'wisp'},
		{typed: '/wisp', problem: 'start with a slash', offer: 'wisp'},
		{typed: 'a/../b', problem: 'dot-only', offer: 'a/b'},
		{typed: '..', problem: 'dot-only'},
		{typed: 'a//b', problem: 'empty or dot-only', offer: 'a/b'},
		{typed: 'my blog', problem: 'letters', offer: 'my-blog'},
		{typed: 'a#b: c', problem: 'letters', offer: 'a-b-c'},
		{typed: 's3://my-bucket/wisp', problem: 'inside the bucket', offer: 'wisp'},
		{typed: 'a'.repeat(201), problem: '200'},
		{typed: 'none', problem: 'none'},
		{typed: '/', problem: 'Enter a prefix'},
		{typed: ' blog 1 ', problem: 'letters', offer: 'blog-1'},
		{typed: '', problem: 'Enter a prefix'},
	],
	'storage-region': [
		{typed: 'us-east-1', value: 'us-east-1'},
		{typed: 'EU-Central-1', value: 'eu-central-1'},
		{typed: 'us-gov-west-1', value: 'us-gov-west-1'},
		{typed: 'us-east-1a', problem: 'look like', offer: 'us-east-1'},
		{typed: 'Europe (Frankfurt) eu-central-1', problem: 'look like', offer: 'eu-central-1'},
		{typed: 'auto', problem: 'look like'},
		{typed: 'sjc', problem: 'look like'},
		{typed: 'garage', value: 'garage', in: {provider: custom}},
		{typed: 'US-west-004', value: 'us-west-004', in: {provider: custom}},
		{typed: 'none', problem: 'look like', in: {provider: custom}},
		{typed: '', problem: 'Enter the region'},
	],
	endpoint: [
		{typed: 'https://s3.example.com', value: 'https://s3.example.com'},
		{typed: 'https://s3.example.com/', value: 'https://s3.example.com'},
		{typed: 'HTTPS://S3.example.com:9000', value: 'https://s3.example.com:9000'},
		{typed: 'http://s3.example.com', value: 'http://s3.example.com', note: 'unencrypted'},
		{typed: 'http://127.0.0.1:9000', value: 'http://127.0.0.1:9000', note: 'your own computer'},
		{typed: 'none', value: 'none'},
		{typed: 'none', problem: 'no default endpoint', in: {provider: custom}},
		{typed: '', problem: 'no default endpoint', in: {provider: custom}},
		{typed: 's3.example.com', value: 'https://s3.example.com'},
		{typed: 'minio.example.com:9000/', value: 'https://minio.example.com:9000'},
		{typed: 's3.example.com/bucket', problem: 'https://', offer: 'https://s3.example.com'},
		{typed: 'minio', problem: 'https://', offer: 'https://minio'},
		{typed: 'https://s3.example.com/bucket', problem: 'without bucket', offer: 'https://s3.example.com'},
		{
			typed: 'https://my.bucket.s3.eu-west-1.amazonaws.com',
			problem: 'without the bucket',
			offer: 'https://s3.eu-west-1.amazonaws.com',
		},
		{typed: 'https://u:p@s3.example.com', problem: 'credentials', offer: 'https://s3.example.com'},
		{typed: 'ftp://s3.example.com', problem: 'Enter a URL such as'},
		{typed: 'https://', problem: 'Enter a URL such as'},
		{typed: '', problem: 'none for the provider'},
	],
	'r2-account-id': [
		{typed: hex, value: hex},
		{typed: hex.toUpperCase(), value: hex},
		{typed: `https://${hex}.r2.cloudflarestorage.com`, problem: '32', offer: hex},
		{typed: `https://dash.cloudflare.com/${hex}/r2/overview`, problem: '32', offer: hex},
		{typed: `${hex}0`, problem: '32'},
		{typed: 'my-account', problem: '32'},
		{typed: '', problem: '32'},
	],
	'r2-jurisdiction': [
		{typed: 'none', value: 'none'},
		{typed: 'EU', value: 'eu'},
		{typed: 'us', problem: 'none, eu, or fedramp'},
	],
	'access-key-id': [
		{typed: 'AKIAIOSFODNN7EXAMPLE', value: 'AKIAIOSFODNN7EXAMPLE', in: {provider: s3}},
		{typed: 'minioadmin', value: 'minioadmin', note: 'AKIA', in: {provider: s3}},
		{typed: 'short', value: 'short', note: '32', in: {provider: r2}},
		{typed: hex, value: hex, in: {provider: r2}},
		{typed: 'ASIAIOSFODNN7EXAMPLE', problem: 'temporary', in: {provider: s3}},
		{typed: 'ASIAIOSFODNN7EXAMPLE', problem: 'temporary', in: {provider: r2}},
		{typed: awsSecret, problem: 'Swap the two keys', in: {provider: s3}},
		{typed: hex + hex, problem: 'Swap the two keys', in: {provider: r2}},
		{typed: 'tsec_abcdef', problem: 'Swap the two keys', in: {provider: s3}},
		{
			typed: "LITESTREAM_ACCESS_KEY_ID='AKIAIOSFODNN7EXAMPLE'",
			problem: 'includes quotes, a name, or whitespace',
			offer: 'AKIAIOSFODNN7EXAMPLE',
			in: {provider: s3},
		},
		{
			typed: 'LITESTREAM_ACCESS_KEY_ID="ASIAIOSFODNN7EXAMPLE"',
			problem: 'includes quotes, a name, or whitespace',
			in: {provider: s3},
		},
		{typed: '', problem: 'empty', in: {provider: s3}},
	],
	'secret-access-key': [
		{typed: awsSecret, value: awsSecret, in: {provider: s3}},
		{typed: 'short', value: 'short', note: '40', in: {provider: s3}},
		{typed: hex + hex, value: hex + hex, in: {provider: r2}},
		{typed: 'AKIAIOSFODNN7EXAMPLE', problem: 'Swap the two keys', in: {provider: s3}},
		{typed: hex, problem: 'Swap the two keys', in: {provider: r2}},
		{
			typed: `\uFEFF${awsSecret}`,
			problem: 'includes quotes, a name, or whitespace',
			offer: awsSecret,
			in: {provider: s3},
		},
		{
			typed: `${awsSecret}\r\n`,
			problem: 'includes quotes, a name, or whitespace',
			offer: awsSecret,
			in: {provider: s3},
		},
		{typed: 'same-thing', problem: 'again', in: buildAnswerState({secrets: {'access-key-id': 'same-thing'}})},
		{typed: ' ', problem: 'empty', in: {provider: s3}},
	],
	'single-machine': [
		{typed: 'yes', value: 'yes'},
		{typed: ' Y ', value: 'yes'},
		{typed: 'stop', value: 'stop'},
		{typed: 'no', problem: 'yes or stop'},
		{typed: '', problem: 'yes or stop'},
	],
	restore: [
		{typed: 'yes', value: 'yes'},
		{typed: 'Y', value: 'yes'},
		{typed: 'true', value: 'yes'},
		{
			typed: 'yes',
			value: 'https://e/b/p',
			in: {findings: {prefixInUse: {place: 'https://e/b/p', holds: 'objects'}}},
		},
		{
			typed: 'https://e/b/p',
			value: 'https://e/b/p',
			in: {findings: {prefixInUse: {place: 'https://e/b/p', holds: 'objects'}}},
		},
		{
			typed: 'https://e/b/p',
			problem: 'yes, prefix, or stop',
			in: {findings: {prefixInUse: {place: 'https://e/b/q', holds: 'objects'}}},
		},
		{typed: 'prefix', value: 'prefix'},
		{typed: 'stop', value: 'stop'},
		{typed: 'no', problem: 'yes, prefix, or stop'},
		{typed: '', problem: 'yes, prefix, or stop'},
	],
	adopt: [
		{typed: 'yes', value: 'yes'},
		{typed: 'Y', value: 'yes'},
		{typed: 'no', problem: 'another name'},
		{typed: '', problem: 'another name'},
	],
	image: [
		{typed: 'ghcr.io/example/blog:latest', value: 'ghcr.io/example/blog:latest'},
		{typed: 'blog@sha256:abc', value: 'blog@sha256:abc'},
		{typed: 'none', value: 'none'},
		{typed: 'https://ghcr.io/a/b', problem: 'without a scheme', offer: 'ghcr.io/a/b'},
		{typed: 'a b', problem: 'letters'},
		{typed: '--remote-only', problem: 'letters'},
		{typed: '', problem: 'Enter an image'},
	],
};

test('a table is of a question that is asked', () => {
	const known = allQuestions.map(({id}) => id);
	expect(Object.keys(tables).filter(id => !known.includes(id))).toEqual([]);
});

describe.each(allQuestions.filter(({id}) => tables[id]).map(question => [question.id, question] as const))(
	'%s',
	(id, question: Question) => {
		test.each(tables[id] ?? [])('reads $typed', ({typed, value, note, problem, offer, in: changes}) => {
			const parsed = question.parse(typed, {...buildAnswerState(), ...changes});
			if (value === undefined) {
				expect(parsed).toEqual({
					ok: false,
					problem: expect.stringContaining(problem ?? '?'),
					...(offer === undefined
						? parsed.ok || parsed.offer === undefined
							? {}
							: {offer: parsed.offer}
						: {offer}),
				});
			} else {
				expect(parsed).toEqual({
					ok: true,
					value,
					...(note === undefined ? {} : {note: expect.stringContaining(note)}),
				});
			}
		});
	},
);
