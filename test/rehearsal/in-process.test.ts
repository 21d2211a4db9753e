import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {type ProcessRequest, type ProcessResult, runProcess} from '../../source/adapters/process.ts';
import {startInProcess} from '../../source/rehearsal/engine/in-process.ts';
import {readWorld} from '../../source/rehearsal/engine/world-file.ts';
import {type FakeFly, openFakeFly, until, writeAppFiles} from '../helpers/fake-fly.ts';
import {runtimeSecrets, wispToml} from '../helpers/fly-texts.ts';

let fly: FakeFly;
const script = new URL('../../dist/fly.js', import.meta.url).pathname;
const deploy = ['deploy', '--ha=false', '--dns-checks=false', '--image', 'registry.fly.io/wisp:1'];

beforeEach(async () => {
	fly = await openFakeFly();
});
afterEach(() => fly.close());

type Mode = 'in process' | 'as a child';

/** The same call through the same runner, the one way or the other. */
function run(
	mode: Mode,
	args: readonly string[],
	{environment, ...more}: Partial<ProcessRequest> = {},
): Promise<ProcessResult> {
	return runProcess({
		command: process.execPath,
		args: mode === 'in process' ? args : [script, ...args],
		environment: {
			PATH: process.env.PATH ?? '',
			HOME: fly.folder,
			PHXFLY_WORLD: fly.worldPath,
			PHXFLY_SPEED: '200',
			FLY_CONFIG_DIR: fly.configFolder,
			FLY_API_TOKEN: 'x',
			LOG_LEVEL: 'error',
			...environment,
		},
		cwd: join(fly.folder, 'app'),
		timeoutMs: 60_000,
		graceMs: 5000,
		keepBytes: 1_000_000,
		...more,
		...(mode === 'in process'
			? {start: (launch, onOutput) => startInProcess([process.execPath, script], launch, onOutput)}
			: {}),
	});
}

async function openApp(): Promise<void> {
	await run('in process', ['apps', 'create', 'blog-1', '--org', 'personal']);
	await run('in process', ['secrets', 'import', '--stage', '-a', 'blog-1'], {input: runtimeSecrets});
	writeAppFiles(fly, {'fly.toml': wispToml, 'etc/litestream.yml': ''});
}

/** What differs from one call to the next: ids, times, tokens. */
const mask = (text: string) =>
	text
		.replaceAll(fly.folder, 'FOLDER')
		.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
		.replace(/\bt(id|sec)_\w+/g, 'KEY')
		.replace(/\b(?:vol|rel)_[0-9a-f]+|\b[0-9A-HJKMNP-TV-Z]{26}\b|\b[0-9a-f]{4,64}\b/g, 'ID')
		.replace(/\d+ms|[\d.]+s\b/g, 'DURATION');

const at = ['-a', 'blog-1'];
const sequence: readonly (readonly [args: readonly string[], more?: Partial<ProcessRequest>])[] = [
	[['version', '--json']],
	[['nonsense']],
	[['volumes', 'nonsense']],
	[['volumes', 'create', 'wisp_data', '--size', '1GB', ...at]],
	[['apps', 'list'], {environment: {FLY_API_TOKEN: ''}}],
	[['apps', 'list'], {environment: {FLY_API_TOKEN: 'bad'}}],
	[['apps', 'create', 'blog-1', '--org', 'personal']],
	[['apps', 'create', 'blog-1', '--org', 'personal']],
	[['apps', 'create', 'taken-app', '--org', 'personal']],
	[['status', '--json', '-a', 'nowhere']],
	[['apps', 'destroy', 'blog-1']],
	[['secrets', 'import', '--stage', ...at], {input: runtimeSecrets}],
	[['secrets', 'set', 'PHX_HOST=-', '--stage', ...at], {input: 'blog.example.com'}],
	[['secrets', 'list', '--json', ...at]],
	[['secrets', 'list', '--json'], {environment: {FLY_APP: 'blog-1'}}],
	[['volumes', 'create', 'wisp_data', '-r', 'sjc', '--yes', '--json', ...at]],
	[['storage', 'create', '-n', 'blog-1-store', '--yes', ...at]],
	[['ips', 'allocate-v6', ...at]],
	[['ips', 'allocate-v4', '--shared', ...at]],
	[['certs', 'add', 'blog.example.com', '--json', ...at]],
	[
		['ips', 'list', '--json', ...at],
		{environment: {PHXFLY_FAULTS: '[{"command": "", "fault": "half-json"}]'}},
	],
	[['volumes', 'list', '--json', ...at], {environment: {PHXFLY_FAULTS: '[{"command": "", "fault": "5xx"}]'}}],
	[['ips', 'list', '--json', ...at], {environment: {PHXFLY_FAULTS: 'no JSON'}}],
	[['version'], {environment: {PHXFLY_WORLD: ''}}],
	[['version'], {environment: {PHXFLY_WORLD: '/nowhere/w.json'}}],
	[['version'], {environment: {FLY_CONFIG_DIR: '/dev/null/x'}}],
	[deploy],
	[['machine', 'list', '--json', ...at]],
	[['status', '--json', ...at]],
	[['config', 'show', ...at]],
	[['releases', '--json', ...at]],
];

test('every call prints, ends, and changes like the separate program', async () => {
	const told = new Map<Mode, unknown>();
	for (const mode of ['as a child', 'in process'] as const) {
		writeAppFiles(fly, {'fly.toml': wispToml, 'etc/litestream.yml': ''});
		const ends: unknown[] = [];
		for (const [args, more] of sequence) {
			const {stdout, stderr, ...end} = await run(mode, args, more);
			ends.push({args, ...end, stdout: mask(stdout), stderr: mask(stderr)});
		}

		const {calls} = await fly.world();
		// The world makes the DNS records itself as time passes, and the two ways take different times.
		const untold = {clock: undefined, calls: undefined, account: undefined, dns: undefined};
		const counts = {...(await fly.world()), ...untold};
		told.set(mode, {
			ends,
			calls: calls.map(({id: _, ...call}) => call),
			counts: Object.entries(counts).map(([name, list]) => [name, Array.isArray(list) ? list.length : 0]),
		});
		fly.close();
		fly = await openFakeFly();
	}

	expect(told.get('in process')).toEqual(told.get('as a child'));
});

test('it sees only the environment and the folder of its call', async () => {
	process.env.FLY_APP = 'somebody-elses';
	try {
		const {exit, stderr} = await run('in process', ['secrets', 'list', '--json']);
		expect(exit).toBe(1);
		expect(stderr).toContain('missing an app name');
	} finally {
		delete process.env.FLY_APP;
	}
});

test('several at once write one world, each of them once', async () => {
	await run('in process', ['apps', 'create', 'blog-1', '--org', 'personal']);
	const create = (mode: Mode) =>
		run(mode, ['volumes', 'create', 'wisp_data', '-r', 'sjc', '--yes', '--json', ...at]);
	const modes: readonly Mode[] = [
		...Array<Mode>(12).fill('in process'),
		...Array<Mode>(3).fill('as a child'),
	];
	const ends = await Promise.all(modes.map(create));
	expect(ends.map(({exit}) => exit)).toEqual(modes.map(() => 0));
	const {volumes, calls} = await fly.world();
	expect(new Set(volumes.map(({id}) => id)).size).toBe(15);
	expect(calls.map(({exit}) => exit)).toEqual(Array(16).fill(0));
});

test('its debug log holds the secrets, unless logs is a regular file', async () => {
	await openApp();
	const logs = join(fly.configFolder, 'logs');
	const text = readdirSync(logs)
		.map(name => readFileSync(join(logs, name), 'utf8'))
		.join('');
	expect(text).toContain('"SECRET_KEY_BASE":"abc"');
	expect(statSync(fly.configFolder).mode & 0o777).toBe(0o700);
	const silent = join(fly.folder, 'silent');
	mkdirSync(silent, {mode: 0o700});
	writeFileSync(join(silent, 'logs'), '');
	const done = await run('in process', ['secrets', 'set', 'A=1', '--stage', ...at], {
		environment: {FLY_CONFIG_DIR: silent},
	});
	expect(done.exit).toBe(0);
	expect(readFileSync(join(silent, 'logs'), 'utf8')).toBe('');
});

describe('stops like a child', () => {
	const whenDeploying = (act: () => void) =>
		until(async () => (await fly.world()).machines.length > 0).then(act);

	test('canceled in a deploy: 127, release interrupted, lease held, no Error line', async () => {
		await openApp();
		const stop = new AbortController();
		void whenDeploying(() => stop.abort());
		const {exit, endedBy, stdout, stderr} = await run('in process', deploy, {signal: stop.signal});
		expect({exit, endedBy}).toEqual({exit: 127, endedBy: 'cancel'});
		expect(stdout).toContain('interrupt signal received');
		expect(stderr).not.toContain('Error:');
		const world = await fly.world();
		expect(world.releases).toMatchObject([{status: 'interrupted'}]);
		expect(world.calls.at(-1)).toMatchObject({exit: 127});
		expect(world.machines[0]?.lease).toBeDefined();
	});

	test('canceled before it starts', async () => {
		const {exit, endedBy} = await run('in process', deploy, {signal: AbortSignal.abort()});
		expect({exit, endedBy}).toEqual({exit: 1, endedBy: 'cancel'});
	});

	test('past its time limit, it is asked to stop, and does', async () => {
		const {exit, endedBy} = await run('in process', ['apps', 'create', 'blog-1', '--org', 'personal'], {
			timeoutMs: 300,
			environment: {PHXFLY_FAULTS: '[{"command": "", "fault": "hang"}]'},
		});
		expect({exit, endedBy}).toEqual({exit: 127, endedBy: 'time-out'});
		expect(await fly.world()).toMatchObject({apps: [], calls: [{exit: 127}]});
	});

	test('killed in a deploy: the release keeps running, the call is open, no write comes after', async () => {
		await openApp();
		const program = await startInProcess(
			[process.execPath, script],
			{
				args: deploy,
				environment: {
					HOME: fly.folder,
					PHXFLY_WORLD: fly.worldPath,
					PHXFLY_SPEED: '200',
					FLY_CONFIG_DIR: fly.configFolder,
					FLY_API_TOKEN: 'x',
				},
				cwd: join(fly.folder, 'app'),
			},
			() => undefined,
		);
		await whenDeploying(() => program.send('SIGKILL'));
		expect(await program.exited).toBeUndefined();
		const bytes = readFileSync(fly.worldPath);
		expect(await readWorld(fly.worldPath)).toMatchObject({releases: [{status: 'running'}]});
		// Other processes can write at once: it holds no lock.
		await run('in process', ['apps', 'list']);
		const {calls} = await fly.world();
		expect(calls.at(-2)).toMatchObject({argv: deploy, exit: null, mutates: true});
		expect(calls.at(-1)).toMatchObject({argv: ['apps', 'list'], exit: 0});
		expect(JSON.parse(bytes.toString()).releases).toEqual((await fly.world()).releases);
	});

	test('200 MB are cut at the limit, and can be canceled midway', async () => {
		await run('in process', ['apps', 'create', 'blog-1', '--org', 'personal']);
		const environment = {PHXFLY_FAULTS: '[{"command": "volumes list", "fault": "huge"}]'};
		const stop = new AbortController();
		let lines = 0;
		const {stdout, isCut, endedBy} = await run('in process', ['volumes', 'list', '--json', ...at], {
			environment,
			graceMs: 0,
			signal: stop.signal,
			onLine() {
				lines++;
				if (lines === 100_000) stop.abort();
			},
		});
		expect({isCut, endedBy, bytes: stdout.length}).toEqual({
			isCut: true,
			endedBy: 'cancel',
			bytes: 1_000_000,
		});
		expect(lines).toBeLessThan(3_000_000);
	});
});

test('a lost call arrives later, in a detached process', async () => {
	await run('in process', ['apps', 'create', 'blog-1', '--org', 'personal']);
	const args = ['volumes', 'create', 'wisp_data', '-r', 'sjc', '--yes', ...at];
	const {exit, stderr} = await run('in process', args, {
		environment: {PHXFLY_FAULTS: '[{"command": "volumes create", "fault": "late"}]'},
	});
	expect({exit, stderr}).toMatchObject({exit: 1, stderr: expect.stringContaining('EOF')});
	await until(async () => (await fly.world()).calls.at(-1)?.exit === 0);
	expect(await fly.world()).toMatchObject({
		volumes: [{name: 'wisp_data'}],
		calls: [{}, {argv: args, exit: 1}, {argv: args}],
	});
});
