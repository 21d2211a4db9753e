import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {Failure} from '../../source/core/errors/failure.ts';
import type {JournalView} from '../../source/core/journal.ts';
import {findMove} from '../../source/core/plan/moves.ts';
import type {ProjectFacts} from '../../source/core/project/project.ts';
import type {FlyReader} from '../../source/core/readers.ts';
import {readLiveValues} from '../../source/engine/live-values.ts';
import {buildCertificate, buildMachine, buildVolume, inventory} from '../helpers/inventory.ts';
import {makePlan} from '../helpers/make-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'phxfly-live-'));
const configPath = join(folder, 'litestream.yml');
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const ours = `dbs:
  - path: \${DATABASE_PATH}
    replicas:
      - url: \${LITESTREAM_REPLICA_URL}
        endpoint: \${LITESTREAM_ENDPOINT}
`;
const running = {
	PHX_HOST: 'blog.example.com',
	LITESTREAM_REPLICA_URL: 's3://blog-1-store/blog-1',
	LITESTREAM_ENDPOINT: 'https://s3.example.com',
};

type World = {
	readonly environment?: Readonly<Record<string, string>>;
	/** Of the machine; `undefined` without the file. */
	readonly config?: string | undefined;
	readonly processes?: readonly string[];
	readonly litestream?: string;
	readonly certificates?: readonly string[];
	readonly profile?: 'wisp' | 'phoenix';
	readonly journal?: Partial<JournalView>;
	/** Where the Dockerfile puts litestream.yml. */
	readonly target?: string;
	/** Another machine fails when phxfly asks it; this is what Fly lists afterwards. */
	readonly afterFailure?: readonly string[];
};

const noJournal: Partial<JournalView> = {
	compare: () => 'unknown',
	digestOf: () => undefined,
	idOf: () => undefined,
};

/** Asks a real shell, whose environment is that of the machine, and judges what it answered. */
async function judge({
	environment = running,
	config,
	processes = ['litestream'],
	litestream = '0.5.17',
	certificates = ['blog.example.com'],
	profile = 'wisp',
	journal = {},
	target = configPath,
	afterFailure,
}: World): Promise<{readonly is: string; readonly calls: number}> {
	rmSync(configPath, {force: true});
	if (config !== undefined) writeFileSync(configPath, config);
	let calls = 0;
	const fly = {
		listMachines: async () => (afterFailure ?? ['m1']).map(id => buildMachine(id)),
		listVolumes: async () => [buildVolume('vol_1', 1, 'm1')],
		listCertificates: async () => certificates.map(buildCertificate),
		listReleases: async () => [inventory.release],
		listSecrets: async () => [],
		async exec(_app: string, id: string, command: string) {
			calls++;
			if (id === 'm0') throw new Failure('flyctl-failed', 'machine not found', {hint: ''});
			if (command.includes('/proc/')) return {exit_code: 0, stdout: `${processes.join('\n')}\n`, stderr: ''};
			if (command === 'litestream version') return {exit_code: 0, stdout: `${litestream}\n`, stderr: ''};
			const env = {PATH: process.env.PATH, ...environment};
			const {status, stdout, stderr} = spawnSync('sh', ['-c', command], {env, encoding: 'utf8'});
			return {exit_code: status ?? 1, stdout, stderr};
		},
	} as Partial<FlyReader> as FlyReader;
	const {status: existing} = inventory;
	if (!existing) throw new Error('no app');
	const {context} = makePlan({
		profile,
		...(profile === 'wisp' ? {provider: 'custom'} : {}),
		existing: {...existing, Machines: [...(afterFailure ? ['m0'] : []), 'm1'].map(id => buildMachine(id))},
	});
	const dockerfile = {text: `COPY etc/litestream.yml ${target}\n`} as ProjectFacts['dockerfile'];
	const plan = {...context, facts: {...context.facts, dockerfile}} as typeof context;
	const move = findMove(plan, await readLiveValues(plan, {fly}), {
		...noJournal,
		...journal,
	} as JournalView);
	return {is: move ? `${move.code}: ${move.why}` : 'same', calls};
}

const without = (...names: readonly string[]) =>
	Object.fromEntries(Object.entries(running).filter(([name]) => !names.includes(name)));

const same: readonly (readonly [string, World])[] = [
	['the values of the plan', {config: ours}],
	['no configuration at its usual place, but the variables', {}],
	[
		'a trailing slash, and a host in capitals',
		{
			config: ours,
			environment: {
				PHX_HOST: 'Blog.Example.com',
				LITESTREAM_REPLICA_URL: 's3://blog-1-store/blog-1/',
				LITESTREAM_ENDPOINT: 'https://s3.example.com/',
			},
		},
	],
	[
		'a literal place',
		{
			environment: without('LITESTREAM_REPLICA_URL', 'LITESTREAM_ENDPOINT'),
			config:
				'dbs:\n  - path: /data/a.db\n    replica:\n      type: s3\n      bucket: blog-1-store\n      path: blog-1\n      endpoint: https://s3.example.com\n',
		},
	],
	[
		'variables of other names',
		{
			environment: {PHX_HOST: 'blog.example.com', STORE: 'blog-1-store', FOLDER: 'blog-1'},
			config:
				'dbs:\n  - path: /data/a.db\n    replicas:\n      - url: s3://$STORE/$FOLDER\n        endpoint: https://s3.example.com\n',
		},
	],
	[
		'the database of DATABASE_PATH among several',
		{
			environment: {...running, DATABASE_PATH: '/data/b.db'},
			config: `dbs:\n  - path: /data/a.db\n    replicas:\n      - url: s3://another/place\n${ours.replace('dbs:\n', '')}`,
		},
	],
	[
		'Litestream 0.5 with the endpoint of AWS_ENDPOINT_URL_S3',
		{
			environment: {...without('LITESTREAM_ENDPOINT'), AWS_ENDPOINT_URL_S3: 'https://s3.example.com'},
			config: ours,
		},
	],
	[
		'no replica at all',
		{
			environment: {PHX_HOST: 'blog.example.com'},
			processes: ['init', 'beam.smp'],
		},
	],
	['a configuration that leads nowhere', {environment: {PHX_HOST: 'blog.example.com'}, config: ours}],
	[
		'no host, and no certificate',
		{
			environment: without('PHX_HOST'),
			config: ours,
			certificates: [],
		},
	],
	['no host, and a certificate for the domain of the plan', {environment: without('PHX_HOST'), config: ours}],
	[
		'a domain of phxfly that never got a certificate',
		{
			environment: {...running, PHX_HOST: 'typo.example.com'},
			config: ours,
			journal: {digestOf: () => 'd1'},
		},
	],
	[
		'a phoenix app, whatever a variable says',
		{
			profile: 'phoenix',
			environment: {...running, LITESTREAM_REPLICA_URL: 's3://another/place'},
		},
	],
];

test.each(same)('a machine with %s: nothing would move', async (_, world) => {
	expect((await judge(world)).is).toBe('same');
});

test('one call tells everything about an app with the usual configuration', async () => {
	expect(await judge({config: ours})).toEqual({is: 'same', calls: 1});
	expect(await judge({profile: 'phoenix'})).toEqual({is: 'same', calls: 1});
});

const moved: readonly (readonly [string, World, RegExp])[] = [
	[
		'another bucket',
		{config: ours, environment: {...running, LITESTREAM_REPLICA_URL: 's3://other/blog-1'}},
		/^replica-would-move: .*s3:\/\/other\/blog-1 at https/,
	],
	[
		'another endpoint',
		{config: ours, environment: {...running, LITESTREAM_ENDPOINT: 'https://s3.other.example'}},
		/^replica-would-move: .*at https:\/\/s3\.other\.example, not/,
	],
	[
		'no endpoint, so AWS',
		{config: ours, environment: without('LITESTREAM_ENDPOINT')},
		/^replica-would-move: .*at AWS, not/,
	],
	[
		'a place in its file that ignores the variable',
		{config: ours.replace(/\$\{LITESTREAM_REPLICA_URL\}/, 's3://blog-1-store/older')},
		/^replica-would-move: .*blog-1-store\/older/,
	],
	[
		'another host',
		{config: ours, environment: {...running, PHX_HOST: 'www.example.com'}},
		/^domain-would-change: .*www\.example\.com, not blog/,
	],
	[
		'no host, and a certificate for another domain',
		{config: ours, environment: without('PHX_HOST'), certificates: ['www.example.com']},
		/^domain-would-change: .*www\.example\.com/,
	],
	[
		'a domain that has a certificate, although phxfly set another one',
		{
			config: ours,
			environment: {...running, PHX_HOST: 'www.example.com'},
			certificates: ['www.example.com'],
			journal: {digestOf: () => 'd1'},
		},
		/^domain-would-change/,
	],
	[
		'an empty URL and Litestream running',
		{environment: {...running, LITESTREAM_REPLICA_URL: ''}},
		/^live-not-readable: .*its configuration was not found/,
	],
	[
		'a URL with a query',
		{config: ours, environment: {...running, LITESTREAM_REPLICA_URL: 's3://blog-1-store/blog-1?endpoint=x'}},
		/^live-not-readable: .*plain s3:/,
	],
	[
		'a value of two lines',
		{config: ours, environment: {...running, PHX_HOST: 'blog.example.com\nx'}},
		/^live-not-readable: .*printenv PHX_HOST/,
	],
	[
		'a value that looks like an answer',
		{config: ours, environment: {...running, PHX_HOST: 'PHX_HOST 1'}},
		/^live-not-readable: .*not a host name/,
	],
	[
		'Litestream 0.3, which ignores AWS_ENDPOINT_URL_S3',
		{
			config: ours,
			environment: {...without('LITESTREAM_ENDPOINT'), AWS_ENDPOINT_URL_S3: 'https://s3.example.com'},
			litestream: 'v0.3.13',
		},
		/^live-not-readable: .*AWS_ENDPOINT_URL_S3/,
	],
	['no shell', {environment: {...running, PATH: '/nowhere'}, config: ours}, /^live-not-readable/],
	['a file that is no configuration', {config: 'dbs: {'}, /^live-not-readable/],
];

test.each(moved)('a machine with %s: refused', async (_, world, says) => {
	expect((await judge(world)).is).toMatch(says);
});

test('a machine that Fly destroyed meanwhile is left out, and one that it still lists is not', async () => {
	expect((await judge({config: ours, afterFailure: ['m1']})).is).toBe('same');
	expect((await judge({config: ours, afterFailure: ['m0', 'm1']})).is).toContain('live-not-readable');
	// An empty list does not show that it is gone.
	expect((await judge({config: ours, afterFailure: []})).is).toContain('live-not-readable');
});

test('a secret that is part of a value is not repeated', async () => {
	for (const [name, value] of [
		['LITESTREAM_REPLICA_URL', 's3://KEYKEYKEY:hush@blog-1-store/blog-1'],
		['LITESTREAM_ENDPOINT', 'https://KEYKEYKEY:hush@s3.example.com'],
	] as const) {
		const {is} = await judge({config: ours, environment: {...running, [name]: value}});
		expect(is).toMatch(/^live-not-readable/);
		expect(is).not.toContain('hush');
	}
});

test('no path of a Dockerfile runs anything on the machine', async () => {
	const marker = join(folder, 'touched');
	const {is, calls} = await judge({target: `/etc/$(touch$IFS${marker})`});
	expect(is).toMatch(/^live-not-readable: .*path of litestream\.yml is not a plain one/);
	expect([calls, existsSync(marker)]).toEqual([0, false]);
});
