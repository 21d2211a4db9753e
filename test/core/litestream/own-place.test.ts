import {expect, test} from 'vitest';
import {readLitestreamConfig} from '../../../source/core/litestream/config.ts';
import {readOwnPlace} from '../../../source/core/litestream/own-place.ts';
import {findConfiguredPlace} from '../../../source/core/litestream/place.ts';
import {readProject} from '../../../source/core/project/project.ts';
import {custom} from '../../../source/providers/custom.ts';
import {tigris} from '../../../source/providers/tigris.ts';
import {bucket} from '../../../source/questions/bucket.ts';
import {endpoint} from '../../../source/questions/endpoint.ts';
import {prefix} from '../../../source/questions/prefix.ts';
import {storage} from '../../../source/questions/storage.ts';
import {storageRegion} from '../../../source/questions/storage-region.ts';
import {readTemplates} from '../../helpers/template-files.ts';
import {buildAnswerState} from '../../questions/build-answer-state.ts';

const wrap = (...lines: readonly string[]) =>
	[
		'dbs:',
		'  - path: $DATABASE_PATH',
		'    replicas:',
		...lines.map((line, at) => `      ${at === 0 ? '- ' : '  '}${line}`),
	].join('\n');

function factsOf(yml: string, flyToml = '') {
	const mix = 'def project, do: [app: :wisp, version: "1", deps: [{:phoenix, "~> 1.8"}]]';
	const files = new Map([
		['mix.exs', mix],
		['litestream.yml', yml],
		['fly.toml', flyToml],
	]);
	const reading = readProject(files);
	if (!reading.ok) throw new Error(reading.problem);
	return reading.facts;
}

/** A replica at a service that has a host for each region, named without scheme, and no region. */
const bareHost = wrap(
	'type: s3',
	'bucket: $OFFSITE_BUCKET',
	'path: wisp.db',
	'endpoint: s3.eu-central-003.backblazeb2.com',
);

/** Bucket, region and service in one host name. */
const hosted = wrap('url: s3://kept.nyc3.digitaloceanspaces.com/wisp/db');

const launched = wrap(
	'type: s3',
	'endpoint: $AWS_ENDPOINT_URL_S3',
	'bucket: $BUCKET_NAME',
	`path: litestream\${DATABASE_PATH}`,
	'region: $AWS_REGION',
);

test.each([
	[
		'an endpoint without a scheme',
		bareHost,
		{
			bucket: undefined,
			prefix: 'wisp.db',
			endpoint: 'https://s3.eu-central-003.backblazeb2.com',
			region: 'eu-central-003',
		},
	],
	[
		'a bucket that is a host name',
		hosted,
		{bucket: 'kept', prefix: 'wisp/db', endpoint: 'https://nyc3.digitaloceanspaces.com', region: 'nyc3'},
	],
	[
		'a path with DATABASE_PATH',
		launched,
		{bucket: undefined, prefix: 'litestream/data/wisp.db', endpoint: undefined, region: undefined},
	],
	[
		'variables only',
		readTemplates('wisp').get('etc/litestream.yml') ?? '',
		{bucket: undefined, prefix: undefined, endpoint: undefined, region: undefined},
	],
])('%s', (_, yml, place) => {
	expect(readOwnPlace(factsOf(yml, '[env]\nDATABASE_PATH = "/data/wisp.db"\n'))).toEqual({
		file: 'litestream.yml',
		...place,
	});
});

test.each([
	['two databases', `${bareHost}\n${bareHost.split('\n').slice(1).join('\n')}`],
	['no replica', 'dbs: []'],
	['no YAML', 'dbs: ['],
	['an anchor', 'dbs: &x'],
])('%s propose nothing', (_, yml) => {
	expect(readOwnPlace(factsOf(yml))).toBeUndefined();
});

test('without a value in fly.toml, a path with a variable proposes nothing', () => {
	expect(readOwnPlace(factsOf(launched))?.prefix).toBeUndefined();
});

test('the answers that fit are proposed, with the file that says so', () => {
	const facts = factsOf(hosted);
	const state = buildAnswerState({facts, provider: custom, answers: {app: 'wisp-1'}});
	expect([bucket, prefix, endpoint, storageRegion].map(({default: propose}) => propose?.(state))).toEqual(
		['kept', 'wisp/db', 'https://nyc3.digitaloceanspaces.com', 'nyc3'].map(value => ({
			value,
			origin: {kind: 'project', text: 'litestream.yml'},
		})),
	);
	expect(storage.suggestion?.(state)).toEqual({
		value: 'custom',
		because: 'litestream.yml names nyc3.digitaloceanspaces.com',
	});
	const other = buildAnswerState({facts: factsOf(bareHost)});
	expect(storage.suggestion?.(other)?.value).toBe('b2');
	// Tigris' own endpoint needs no answer, and a variable decides the bucket.
	const made = buildAnswerState({
		facts: factsOf(launched, '[env]\nDATABASE_PATH = "/data/wisp.db"\n'),
		provider: tigris,
		answers: {app: 'wisp-1'},
	});
	expect([bucket, prefix, endpoint].map(({default: propose}) => propose?.(made)?.value)).toEqual([
		'wisp-1-replica',
		'litestream/data/wisp.db',
		'none',
	]);
});

test('a place that only a host name gives is compared as such', () => {
	const config = readLitestreamConfig('litestream.yml', hosted);
	expect(findConfiguredPlace(config, new Map())).toEqual({
		is: 'place',
		place: {bucket: 'kept', prefix: 'wisp/db', endpoint: 'https://nyc3.digitaloceanspaces.com'},
	});
});
