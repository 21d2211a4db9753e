import {describe, expect, test} from 'vitest';
import type {Answer} from '../../../source/core/answer.ts';
import type {Failure} from '../../../source/core/errors/failure.ts';
import {readLitestreamConfig} from '../../../source/core/litestream/config.ts';
import {readYaml} from '../../../source/core/litestream/yaml.ts';
import {createRedactor} from '../../../source/core/secrets/redact.ts';
import {Secret} from '../../../source/core/secrets/secret.ts';
import {deriveStorageSecrets} from '../../../source/core/storage/secrets.ts';
import {openSecretStore} from '../../../source/engine/secret-store.ts';
import {custom} from '../../../source/providers/custom.ts';
import {r2} from '../../../source/providers/r2.ts';
import {s3} from '../../../source/providers/s3.ts';
import {tigris} from '../../../source/providers/tigris.ts';
import {readTemplates} from '../../helpers/template-files.ts';

const ours = readTemplates('wisp').get('etc/litestream.yml') ?? '';
const answers = new Map(
	Object.entries({
		bucket: 'store-1',
		prefix: 'blog-1',
		'storage-region': 'eu-central-1',
		'r2-account-id': '0123456789abcdef0123456789abcdef',
	}).map(([id, value]): [string, Answer] => [id, {value, origin: {kind: 'flag', text: `--${id}`}}]),
);
const store = openSecretStore(createRedactor());
store.add('access-key-id', new Secret('LITESTREAM_ACCESS_KEY_ID', 'AKIA0'));
store.add('secret-access-key', new Secret('LITESTREAM_SECRET_ACCESS_KEY', 'sk0'));

const wrap = (...lines: readonly string[]) =>
	[
		'dbs:',
		'  - path: /data/app.db',
		'    replicas:',
		...lines.map((line, at) => `      ${at === 0 ? '- ' : '  '}${line}`),
	].join('\n');

/** What an app that `fly launch` once wrote has. */
const launched = wrap(
	'type: s3',
	'endpoint: $AWS_ENDPOINT_URL_S3',
	'bucket: $BUCKET_NAME',
	'path: blog-1',
	'region: $AWS_REGION',
	'access-key-id: $AWS_ACCESS_KEY_ID',
	`secret-access-key: \${AWS_SECRET_ACCESS_KEY} # as Fly sets it`,
);

function derive(source: string, provider = s3, environment: Readonly<Record<string, string>> = {}) {
	const {secrets, keyNames} = deriveStorageSecrets(readLitestreamConfig('etc/litestream.yml', source), {
		provider,
		providers: [s3, tigris, r2, custom],
		secrets: provider.secrets(answers),
		store,
		target: provider.target(answers),
		bucket: 'store-1',
		prefix: 'blog-1',
		databasePath: '/data/app.db',
		environment: new Map(Object.entries(environment)),
	});
	return {
		values: Object.fromEntries(secrets.map(wanted => [wanted.name, store.find(wanted)?.reveal()])),
		keyNames: Object.values(keyNames),
	};
}

const refusal = (source: string, provider = s3, environment = {}): string => {
	try {
		derive(source, provider, environment);
	} catch (error) {
		const {exit, message, hint} = error as Failure;
		return `${exit} ${message} | ${hint}`;
	}

	return 'none';
};

const ourValues = {
	LITESTREAM_REPLICA_URL: 's3://store-1/blog-1',
	LITESTREAM_ENDPOINT: 'https://s3.eu-central-1.amazonaws.com',
	LITESTREAM_REGION: 'eu-central-1',
	LITESTREAM_ACCESS_KEY_ID: 'AKIA0',
	LITESTREAM_SECRET_ACCESS_KEY: 'sk0',
};

test('the template file reads what the providers set', () => {
	expect(derive(ours).values).toEqual(ourValues);
	expect(Object.keys(derive(ours, tigris).values)).toEqual(Object.keys(ourValues).slice(0, 3));
	expect(readLitestreamConfig('x', ours).socket).toBe('/tmp/litestream.sock');
});

test('a file that reads other names gets only those', () => {
	expect(derive(launched)).toEqual({
		values: {
			AWS_ENDPOINT_URL_S3: 'https://s3.eu-central-1.amazonaws.com',
			BUCKET_NAME: 'store-1',
			AWS_REGION: 'eu-central-1',
			AWS_ACCESS_KEY_ID: 'AKIA0',
			AWS_SECRET_ACCESS_KEY: 'sk0',
		},
		keyNames: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
	});
});

test('what `storage create` sets is not set again', () => {
	expect(derive(launched, tigris)).toEqual({
		values: {},
		keyNames: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
	});
});

test('an empty variable falls back to the pair that `storage create` sets', () => {
	const source = launched.replace('$AWS_ACCESS_KEY_ID', `\${LITESTREAM_ACCESS_KEY_ID}`);
	expect(derive(source, tigris).keyNames).toEqual(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
});

test.each([
	['a whole url', `url: \${WHERE}`, {WHERE: 's3://store-1/blog-1'}],
	['a bucket in a url', 'url: s3://$STORE/blog-1', {STORE: 'store-1'}],
	['both in a url', `url: 's3://$STORE/\${PLACE}'`, {STORE: 'store-1', PLACE: 'blog-1'}],
	['part of a name', `url: "s3://store-\${NUMBER}/blog-1/"`, {NUMBER: '1'}],
	['the same one twice', 'url: s3://store-$N/blog-$N', {N: '1'}],
	['nothing', 'url: s3://store-1/blog-1', {}],
])('%s', (_, url, values) => {
	const rest = ['endpoint: https://s3.eu-central-1.amazonaws.com/', 'region: eu-central-1'];
	const {LITESTREAM_ACCESS_KEY_ID, LITESTREAM_SECRET_ACCESS_KEY} = ourValues;
	expect(derive(wrap(url, ...rest)).values).toEqual({
		...values,
		LITESTREAM_ACCESS_KEY_ID,
		LITESTREAM_SECRET_ACCESS_KEY,
	});
});

test('`replica:`, flow style, lists without indentation and settings at the top', () => {
	const source = [
		`access-key-id: \${KEY}`,
		`secret-access-key: \${SECRET}`,
		'dbs:',
		'- path: /data/app.db',
		`  replica: {url: "\${WHERE}", endpoint: \${ENDPOINT}, region: eu-central-1}`,
	].join('\n');
	expect(derive(source).values).toEqual({
		WHERE: 's3://store-1/blog-1',
		ENDPOINT: 'https://s3.eu-central-1.amazonaws.com',
		KEY: 'AKIA0',
		SECRET: 'sk0',
	});
});

test('variables from fly.toml count with their values', () => {
	const source = wrap(
		`url: s3://store-1\${DATABASE_PATH}`,
		'endpoint: https://s3.eu-central-1.amazonaws.com',
		'region: eu-central-1',
	);
	expect(refusal(source, s3, {DATABASE_PATH: '/data/app.db'})).toMatch(
		'usage etc/litestream.yml:4: the path is data/app.db, but it should be blog-1. | Write blog-1, or pass --prefix data/app.db: line 4',
	);
});

test('an endpoint without a scheme is the one with https', () => {
	const source = wrap(`url: \${U}`, 'endpoint: s3.eu-central-1.amazonaws.com', 'region: eu-central-1');
	expect(derive(source).values).toMatchObject({U: 's3://store-1/blog-1'});
	const other = wrap(`url: \${U}`, 'endpoint: s3.example.com', 'region: eu-central-1');
	expect(refusal(other)).toContain(
		'the endpoint is https://s3.example.com, which is not S3. | Pass --storage custom, or write another place there: line 5',
	);
});

test('what cannot fit names the answer that would', () => {
	const source = wrap(
		'type: s3',
		'bucket: store-1',
		`path: apps/\${APP}`,
		'endpoint: https://s3.eu-central-1.amazonaws.com',
		'region: eu-central-1',
	);
	expect(refusal(source)).toContain(
		`the path is apps/\${APP}, which cannot become blog-1. | Write a value that can become blog-1, or pass --prefix apps/NAME`,
	);
	expect(refusal(source.replace('{APP}', '{DATABASE_PATH}'))).toContain(
		'fly.toml does not set DATABASE_PATH. | Set DATABASE_PATH in [env] of fly.toml',
	);
});

test('of several databases the one of the app', () => {
	const other = wrap('url: s3://other/x').replace('/data/app.db', '/data/other.db');
	const both = `${other}\n${ours.split('\n').slice(3).join('\n')}`;
	expect(derive(both, s3, {DATABASE_PATH: '/data/app.db'}).values).toEqual(ourValues);
	expect(refusal(both)).toContain('none of its databases is /data/app.db');
});

describe('stops with the line', () => {
	test.each([
		[
			'another bucket',
			wrap('type: s3', 'bucket: other', 'path: blog-1'),
			':5: the bucket is other, but it should be store-1. | Write store-1, or pass --bucket other',
		],
		['another path', wrap('url: s3://store-1/other'), ':4: the path is other'],
		['no path', wrap('url: s3://store-1'), ':4: the replica is at the top of the bucket'],
		[
			'another endpoint',
			wrap(`url: \${U}`, 'endpoint: https://fly.storage.tigris.dev'),
			':5: the endpoint is https://fly',
		],
		['another region', wrap(`url: \${U}`, `endpoint: \${E}`, 'region: auto'), ':6: the region is auto'],
		['no region', wrap(`url: \${U}`, `endpoint: \${E}`), ':4: the replica has no region'],
		['a key in the file', wrap(`url: \${U}`, 'access-key-id: AKIAOTHER'), ':5: the file contains a key'],
		['a default', wrap(`url: \${U:-s3://x}`), ':4: Litestream does not support default values'],
		[
			'two replicas',
			wrap(`url: \${U}`, '', `- url: \${V}`).replace('        - ', '      - '),
			':6: a database can have only one replica',
		],
		['another kind', wrap('url: gs://store-1/blog-1'), ':4: the replica is gs://store-1/blog-1'],
		['a file', wrap('path: /backup'), ':4: the replica is another kind of storage'],
		[
			'a query',
			wrap('url: s3://store-1/blog-1?region=x'),
			':4: Litestream 0.3 ignores everything after the ?',
		],
		['no replica', 'dbs:\n  - path: /data/app.db', ':2: this database has no replica'],
		['nothing', '# empty', ':1: there is no database'],
		['an anchor', 'dbs: &x\n  - path: a', ':1: phxfly does not support &'],
		['an alias', 'dbs:\n  - path: *x', ':2: phxfly does not support *'],
		['a tag', 'dbs:\n  - path: !!str a', ':2: phxfly does not support !'],
		['a custom tag', 'dbs: !include a', ':1: phxfly does not support !'],
		['an anchor at a key', '&x dbs: a', ':1: phxfly does not support &'],
		['two documents', 'dbs:\n---\ndbs:', ':2: phxfly supports only one YAML document'],
		['a name twice', 'dbs:\n  - path: a\n    path: b', ':3: this name appears twice'],
		['an open quote', 'dbs:\n  - path: "a', ':2: this is not'],
		['a key that is a list', 'dbs:\n  ? [a]\n  : b', ':2: this is not'],
		['a long file', `dbs: ${'a'.repeat(20_000)}`, ':1: it is too long'],
		['tabs', 'dbs:\n\t- path: a', ':2: YAML does not allow tabs'],
		['a loose line', 'dbs:\n  - path: a\n nonsense', ':3: this'],
	])('%s', (_, source, text) => {
		expect(refusal(source)).toContain(`usage etc/litestream.yml${text}`);
	});

	test('the endpoint of another service, with the storage that fits', () => {
		expect(refusal(wrap('url: s3://store-1.nyc3.digitaloceanspaces.com/db'), tigris)).toContain(
			':4: the endpoint is https://nyc3.digitaloceanspaces.com, which is not Tigris. | Pass --storage custom',
		);
		expect(refusal(wrap(`url: \${U}`, 'endpoint: https://fly.storage.tigris.dev'))).toContain(
			'| Pass --storage tigris',
		);
	});

	test('no region, with the line to add', () => {
		expect(refusal(wrap(`url: \${U}`, `endpoint: \${E}`))).toContain(
			'| Add `region: eu-central-1` to the replica',
		);
	});

	test('no endpoint, where it is not AWS', () => {
		expect(refusal(wrap(`url: \${U}`), r2)).toContain(
			':4: the replica has no endpoint, so Litestream would not use https://0123',
		);
		expect(refusal(wrap(`url: \${U}`))).toBe('none');
	});

	test('and no key is in the message', () => {
		expect(refusal(wrap(`url: \${U}`, 'secret-access-key: hunter2hunter2'))).not.toContain('hunter2');
	});
});

test.each([
	['brackets', '['.repeat(16_000)],
	['braces', '{a: '.repeat(4000)],
	['dashes', '- '.repeat(8000)],
	['question marks', '? '.repeat(8000)],
	['keys', Array.from({length: 150}, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
])('YAML of nested %s is rejected in moments', (_, source) => {
	const startedAtMs = performance.now();
	expect(readYaml(source)).toMatchObject({ok: false, problem: 'it is nested too deeply'});
	expect(performance.now() - startedAtMs).toBeLessThan(3000);
});

test.each(['__proto__', 'constructor', 'prototype', 'toString'])('refuses the key %s with its line', name => {
	const source = wrap('type: s3', `${name}:`, '  polluted: 1');
	expect(refusal(source)).toContain(`usage etc/litestream.yml:5: a key cannot be named ${name}.`);
	expect(readYaml(`a: b\n"${name}": c`)).toMatchObject({ok: false, line: 2});
	expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('no message quotes the file, which may contain a key', () => {
	for (const source of [
		'a: b: hunter2',
		'- a\nhunter2: c',
		'a: "b" hunter2',
		'hunter2: a\nhunter2: b',
		'}hunter2',
	]) {
		const reading = readYaml(source);
		expect(reading).toMatchObject({
			ok: false,
			line: source.startsWith('a') || source.startsWith('}') ? 1 : 2,
		});
		expect(JSON.stringify(reading)).not.toContain('hunter2');
	}
});

test.each([
	['a: |\n  x\n  y\nb: >-\n  x\n  y', {a: 'x\ny\n', b: 'x y'}],
	['a: true\nb: 1.0\nc: ~', {a: 'true', b: '1.0', c: '~'}],
	["a: 'it''s' # c", {a: "it's"}],
	['a: "x # y"', {a: 'x # y'}],
	['a: x#y', {a: 'x#y'}],
	["a: it's # not a quote", {a: "it's"}],
	['a: http://h:1/p', {a: 'http://h:1/p'}],
	['a:\n  b: [x, "y, z", {c: d}]\ne:', {a: {b: ['x', 'y, z', {c: 'd'}]}, e: ''}],
	['- - a\n  - b\n-\n  c: d', [['a', 'b'], {c: 'd'}]],
])('YAML %s', (source, value) => {
	const reading = readYaml(source);
	expect(reading.ok && toPlain(reading.node)).toEqual(value);
});

function toPlain(node: Extract<ReturnType<typeof readYaml>, {ok: true}>['node']): unknown {
	if (node?.is === 'list') return node.items.map(toPlain);
	if (node?.is === 'map')
		return Object.fromEntries([...node.entries].map(([key, value]) => [key, toPlain(value)]));
	return node?.text;
}
