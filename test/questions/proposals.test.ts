import {describe, expect, test} from 'vitest';
import {questions as allQuestions} from '../../source/cli/registry.ts';
import type {FlyVolume} from '../../source/core/fly/output.ts';
import type {AnswerState, Question} from '../../source/core/questions/question.ts';
import type {Readers} from '../../source/core/readers.ts';
import type {Provider} from '../../source/core/storage/provider.ts';
import {phoenix} from '../../source/profiles/phoenix.ts';
import {b2} from '../../source/providers/b2.ts';
import {custom} from '../../source/providers/custom.ts';
import {r2} from '../../source/providers/r2.ts';
import {s3} from '../../source/providers/s3.ts';
import {tigris} from '../../source/providers/tigris.ts';
import {app} from '../../source/questions/app.ts';
import {bucket} from '../../source/questions/bucket.ts';
import {domain} from '../../source/questions/domain.ts';
import {endpoint} from '../../source/questions/endpoint.ts';
import {image} from '../../source/questions/image.ts';
import {mailKey} from '../../source/questions/mail-key.ts';
import {org} from '../../source/questions/org.ts';
import {prefix} from '../../source/questions/prefix.ts';
import {region} from '../../source/questions/region.ts';
import {storage} from '../../source/questions/storage.ts';
import {vmMemory} from '../../source/questions/vm-memory.ts';
import {vmSize} from '../../source/questions/vm-size.ts';
import {volumeSize} from '../../source/questions/volume-size.ts';
import {explainMissing} from '../../source/setup/gather.ts';
import {buildAnswerState} from './build-answer-state.ts';

type Wishes = Parameters<typeof buildAnswerState>[0];

const flyToml = 'app = "blog-1"\nprimary_region = "ams"\n';
const withVm = (vm: string): string => `${flyToml}[[vm]]\n${vm}\n`;

const proposals: readonly (readonly [Question, Wishes, string | undefined, string?])[] = [
	[app, {flyToml}, 'blog-1', 'fly.toml'],
	[app, {}, undefined],
	[app, {flyToml: 'app = "My Blog"\n'}, undefined],
	[org, {orgs: new Map([['acme', 'Acme']])}, 'acme', 'your only organization'],
	[org, {}, undefined],
	[region, {flyToml}, 'ams', 'fly.toml'],
	[region, {}, undefined],
	[region, {flyToml: 'primary_region = "sea"\n'}, undefined],
	[volumeSize, {}, '1', 'default'],
	[volumeSize, {flyToml: `${flyToml}[mounts]\ninitial_size = "5gb"\n`}, '5', 'fly.toml'],
	[volumeSize, {flyToml: `${flyToml}[[mounts]]\ninitial_size = 3\n`}, '3', 'fly.toml'],
	[volumeSize, {flyToml: `${flyToml}[mounts]\ninitial_size = "9tb"\n`}, '1', 'default'],
	[vmSize, {}, 'shared-cpu-1x', 'recommended'],
	[vmSize, {flyToml: withVm('size = "performance-1x"')}, 'performance-1x', 'fly.toml'],
	[vmMemory, {}, '1024', 'recommended'],
	[vmMemory, {profile: phoenix}, '512', 'recommended'],
	[vmMemory, {answers: {'vm-size': 'performance-1x'}}, '2048', 'recommended'],
	[vmMemory, {flyToml: withVm('size = "shared-cpu-1x"\nmemory = "512mb"')}, '512', 'fly.toml'],
	[
		vmMemory,
		{flyToml: withVm('memory = "512mb"'), answers: {'vm-size': 'shared-cpu-4x'}},
		'1024',
		'recommended',
	],
	[domain, {}, undefined],
	[domain, {flyToml: `${flyToml}[env]\nPHX_HOST = "Blog.example.com"\n`}, 'blog.example.com', 'fly.toml'],
	[domain, {flyToml: `${flyToml}[env]\nPHX_HOST = "blog-1.fly.dev"\n`}, undefined],
	[domain, {flyToml: `${flyToml}[env]\nPHX_HOST = "getwisp.net"\n`}, undefined],
	[mailKey, {}, undefined],
	[storage, {}, undefined],
	[bucket, {answers: {app: 'blog-1'}}, 'blog-1-replica', 'default'],
	[bucket, {answers: {app: `${'a'.repeat(54)}-${'b'.repeat(8)}`}}, `${'a'.repeat(54)}-replica`, 'default'],
	[bucket, {}, undefined],
	[prefix, {answers: {app: 'blog-1'}}, 'blog-1'],
	[endpoint, {}, 'none'],
	[image, {}, 'none'],
];

test.each([
	{code: 'bos', why: 'which Fly closed; ewr took over'},
	{code: 'moon', why: "not in Fly's list of regions"},
	{code: 'ams', why: undefined},
])('the region $code of fly.toml does not count, since: $why', ({code, why}) => {
	const found = region.finding?.(buildAnswerState({flyToml: `primary_region = "${code}"\n`}));
	if (why === undefined) expect(found).toBeUndefined();
	else expect(found).toContain(why);
});

test('a missing region: the next command names the region that took over', () => {
	const {event} = explainMissing(region, buildAnswerState({flyToml: 'primary_region = "bos"\n'}), ['setup']);
	expect(event).toMatchObject({next: 'phxfly setup --region ewr'});
});

test.each(
	proposals.map(([question, wishes, value, because]) => ({
		id: question.id,
		question,
		wishes,
		value,
		because,
	})),
)('$id, when nobody is asked: $value', ({question, wishes, value, because}) => {
	const answer = question.default?.(buildAnswerState(wishes));
	expect(answer?.value).toBe(value);
	if (because !== undefined) expect(answer?.origin.text).toBe(because);
});

test.each([
	{question: app, wishes: {}, value: 'wisp', because: 'the name in mix.exs'},
	{question: app, wishes: {flyToml: 'app = "My Blog"\n'}, value: 'my-blog', because: 'the name in fly.toml'},
	{question: org, wishes: {}, value: 'personal', because: 'your own'},
	{question: org, wishes: {orgs: new Map([['acme', 'Acme']])}, value: 'acme', because: 'first of the list'},
	{question: region, wishes: {}, value: 'fra', because: 'closest to your time zone'},
	{
		question: region,
		wishes: {flyToml: 'primary_region = "sea"\n'},
		value: 'sjc',
		because: 'fly.toml says sea, which is closed',
	},
	{question: storage, wishes: {}, value: 'tigris', because: 'nothing else needed'},
])('$question.id suggests $value on the screen: $because', ({question, wishes, value, because}) => {
	expect(question.suggestion?.(buildAnswerState(wishes))).toEqual({value, because});
});

test('your own bucket is one that exists, and only one that phxfly creates may be taken', () => {
	const why = ({why}: Question, provider: Provider) =>
		typeof why === 'string' ? why : why(buildAnswerState({provider}));
	for (const provider of [s3, r2, b2, custom]) {
		expect(why(bucket, provider)).toContain('It must exist: phxfly does not create it.');
		expect(why(bucket, provider)).not.toContain('taken');
	}

	expect(why(bucket, tigris)).toContain('may be taken');
});

test('nothing about an endpoint offers none where it is rejected', () => {
	const state = buildAnswerState({provider: custom});
	const texts = [
		endpoint.why,
		endpoint.example,
		custom.whereToFind.endpoint,
		endpoint.default?.(state)?.value,
	];
	expect(texts.join(' ')).not.toMatch(/\bnone\b|default/);
});

describe('the closest region', () => {
	test.each([
		['America/Los_Angeles', 'sjc'],
		['America/New_York', 'ewr'],
		['America/Chicago', 'ord'],
		['America/Sao_Paulo', 'gru'],
		['America/Montevideo', 'gru'],
		['America/Winnipeg', 'dfw'],
		['Europe/London', 'lhr'],
		['Europe/Dublin', 'lhr'],
		['Europe/Lisbon', 'cdg'],
		['Europe/Vilnius', 'fra'],
		['Asia/Tokyo', 'nrt'],
		['Asia/Kolkata', 'bom'],
		['Australia/Sydney', 'syd'],
		['Pacific/Auckland', 'syd'],
		['US/Pacific', 'sjc'],
	])('to %s is %s', (timeZone, code) => {
		expect(region.suggestion?.(buildAnswerState({timeZone}))?.value).toBe(code);
	});

	test.each(['UTC', 'Etc/GMT+5', ''])('is not claimed where the time zone names no place: %j', timeZone => {
		expect(region.suggestion?.(buildAnswerState({timeZone}))).toEqual({
			value: 'iad',
			because: 'default: your time zone names no place',
		});
	});

	test('is the first choice; closed ones come last and name a replacement', () => {
		const choices = region.choices?.(buildAnswerState({timeZone: 'America/Los_Angeles'})) ?? [];
		expect(choices.slice(0, 3).map(({value}) => value)).toEqual(['sjc', 'lax', 'dfw']);
		expect(choices.find(({value}) => value === 'sea')).toMatchObject({disabled: 'closed, use sjc'});
		expect(choices.findIndex(({disabled}) => disabled)).toBe(16);
	});
});

const listAsked = (state: AnswerState): readonly string[] =>
	allQuestions.filter(question => question.applies(state)).map(({id}) => id);

const listShown = (state: AnswerState): readonly string[] =>
	allQuestions
		.filter(question => question.applies(state) && question.isOptional?.(state) !== true)
		.map(({id}) => id);

const first = ['app', 'org', 'region', 'volume-size', 'vm-size', 'domain', 'mail-key', 'storage'];
const keys = ['access-key-id', 'secret-access-key'];

test.each([
	{name: 'no storage yet', provider: undefined, shown: first},
	{name: 'Tigris', provider: tigris, shown: first},
	{name: 'S3', provider: s3, shown: [...first, 'storage-region', 'bucket', ...keys]},
	{name: 'R2', provider: r2, shown: [...first, 'r2-account-id', 'bucket', ...keys]},
])('with $name the screen asks only required questions', ({provider, shown}) => {
	expect(listShown(buildAnswerState({provider}))).toEqual(shown);
});

test('phoenix is never asked for storage, a volume or mail', () => {
	expect(listAsked(buildAnswerState({profile: phoenix, provider: tigris}))).toEqual([
		'app',
		'org',
		'region',
		'vm-size',
		'vm-memory',
		'domain',
		'image',
	]);
});

describe('what the review shows instead of the value', () => {
	test.each([
		[mailKey, 'none', {}, 'none: without a mail key, sign-in emails are not delivered'],
		[mailKey, '', {secrets: {'mail-key': 're_0123456789ab4f2a'}, answers: {}}, 'Resend, key ends in 4f2a'],
		[region, 'sjc', {}, 'sjc, San Jose, California (US)'],
		[vmMemory, '1024', {}, '1 GB'],
		[vmMemory, '512', {}, '512 MB'],
		[endpoint, 'none', {provider: tigris}, 'https://fly.storage.tigris.dev'],
		[image, 'none', {}, 'built from the Dockerfile'],
	] as const)('$0.id: $3', (question: Question, value: string, wishes: Wishes, text: string) => {
		expect(question.describe?.(value, buildAnswerState(wishes))).toBe(text);
	});

	test('a mail key without a domain notes that mail needs one', () => {
		const state = buildAnswerState({answers: {domain: 'none'}});
		expect(mailKey.parse('re_0123456789abcdefghijklmn', state)).toMatchObject({
			note: expect.stringContaining('Set a domain'),
		});
	});
});

describe('an existing volume', () => {
	const volume = (changes: Partial<FlyVolume>): FlyVolume => ({
		id: 'vol_1',
		name: 'wisp_data',
		state: 'created',
		auto_backup_enabled: true,
		size_gb: 3,
		region: 'ams',
		attached_machine_id: null,
		created_at: '',
		host_status: 'ok',
		...changes,
	});
	const read = (volumes: readonly FlyVolume[], exists = true): Readers =>
		({
			fly: {status: async () => (exists ? {} : undefined), listVolumes: async () => volumes},
		}) as unknown as Readers;
	const state = buildAnswerState({answers: {app: 'blog-1'}});

	test.each([
		{name: 'a smaller size', question: volumeSize, value: '1', volumes: [volume({})], problem: '3 or more'},
		{name: 'the same size', question: volumeSize, value: '3', volumes: [volume({})]},
		{name: 'another region', question: region, value: 'sjc', volumes: [volume({})], problem: 'Choose ams'},
		{name: 'the same region', question: region, value: 'ams', volumes: [volume({})]},
		{
			name: 'one on its way out',
			question: region,
			value: 'sjc',
			volumes: [volume({state: 'pending_destroy'})],
		},
		{name: 'one of another name', question: region, value: 'sjc', volumes: [volume({name: 'media'})]},
	])('$name', async ({question, value, volumes, problem}) => {
		const answer = await question.check?.(value, state, read(volumes));
		if (problem === undefined) expect(answer).toBeUndefined();
		else expect(answer).toContain(problem);
	});

	test.each([
		[
			'a name that others have',
			app,
			'blog-1',
			{fly: {status: undefined, isNameTaken: true}},
			'Choose another name',
		],
		['a free name', app, 'blog-1', {fly: {status: undefined, isNameTaken: false}}, undefined],
		['the name of a visible app', app, 'blog-1', {fly: {status: {}, isNameTaken: true}}, undefined],
		['no mail key', mailKey, 'none', {net: [401, 'invalid_api_key']}, undefined],
		['an unknown mail key', mailKey, 're_1', {net: [403, 'invalid_api_key']}, 'does not recognize'],
		['a mail key that may only send', mailKey, 're_1', {net: [401, 'restricted_api_key']}, undefined],
		['a good mail key', mailKey, 're_1', {net: [200, '']}, undefined],
		['a mail key while Resend is down', mailKey, 're_1', {net: [503, '']}, undefined],
	] as const)('%s', async (_, question, value, answers, problem) => {
		const {fly, net} = {fly: undefined, net: undefined, ...answers};
		const readers = {
			fly: {status: async () => fly?.status, isNameTaken: async () => fly?.isNameTaken},
			net: {
				request: async () => ({
					is: 'answered',
					status: net?.[0],
					body: JSON.stringify({name: net?.[1]}),
					headers: {},
				}),
			},
		} as unknown as Readers;
		const found = await question.check?.(value, state, readers);
		if (problem === undefined) expect(found).toBeUndefined();
		else expect(found).toContain(problem);
	});

	test('a missing app has none and is not queried', async () => {
		expect(await region.check?.('sjc', state, read([volume({})], false))).toBeUndefined();
	});
});
