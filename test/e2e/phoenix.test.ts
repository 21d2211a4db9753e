import {createHash} from 'node:crypto';
import {cpSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {chatAnswers as answers, awkwardKey as awkward, openFinished} from '../helpers/finished-worlds.ts';
import {makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {openRehearsal, type Rehearsal, readTree, type StartOptions} from '../helpers/rehearsal.ts';
import {chatFolder} from '../helpers/template-files.ts';
import {type OpenTerminal, openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

const [enter, down, esc] = ['\r', '\u001b[B', '\u001b'];
const place = ['--world', 'w.json', '--speed', '300'];

let rehearsal: Rehearsal;
let terminal: OpenTerminal | undefined;
beforeEach(() => {
	rehearsal = openRehearsal();
	cpSync(chatFolder, join(rehearsal.folder, 'chat'), {recursive: true});
});
afterEach(async () => {
	terminal?.kill('SIGKILL');
	await rehearsal.close();
});

/** The chat as it is when its setup has ended. */
async function takeFinished(): Promise<void> {
	await rehearsal.close();
	rehearsal = await openFinished('phoenix');
}

const setUp = (more: readonly string[], options?: StartOptions) =>
	rehearsal.run(['rehearse', 'chat', '--yes', '--json', ...answers, ...more, ...place], options);
const withKey = (value: string) => ({env: {ANTHROPIC_API_KEY: value}});
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** Without a world no flyctl was called. */
const changes = () =>
	(existsSync(rehearsal.worldPath) ? rehearsal.world().calls : [])
		.filter(({mutates}) => mutates)
		.map(({argv}) => argv.slice(0, 2).join(' '));
const write = (path: string, text: string) => writeFileSync(join(rehearsal.folder, 'chat', path), text);

function open(args: readonly string[], size: {columns?: number; rows?: number} = {}): OpenTerminal {
	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	const opened = openTerminal(process.execPath, [cli, 'rehearse', 'chat', ...args, ...place], {
		cwd: rehearsal.folder,
		env: rehearsal.environment,
		...size,
	});
	terminal = {...opened, waitFor: (wanted, timeoutMs = 90_000) => opened.waitFor(wanted, timeoutMs)};
	return terminal;
}

test('a LiveView app without a database gets one machine, nothing on disk, and its key to the byte', async () => {
	const ended = await setUp([], withKey(awkward));
	expect(ended.strayLines).toEqual([]);
	expect(ended.exit).toBe(0);
	expect(normaliseWorld(rehearsal.world())).toMatchObject({
		volumes: [],
		buckets: [],
		machines: [{state: 'started', region: 'ams', mounts: []}],
		newestReleases: [{status: 'complete'}],
	});
	const [machine] = rehearsal.world().machines;
	expect(machine?.config).toMatchObject({
		guest: {cpu_kind: 'shared', cpus: 1, memory_mb: 512},
		services: [{autostop: false, min_machines_running: 1}],
	});
	const stored = rehearsal.world().secrets.map(({name, sha256, status}) => ({name, sha256, status}));
	expect(stored).toContainEqual({
		name: 'ANTHROPIC_API_KEY',
		sha256: sha256(awkward),
		status: 'Deployed',
	});
	expect(stored.map(({name}) => name).sort()).toEqual(['ANTHROPIC_API_KEY', 'PHX_HOST', 'SECRET_KEY_BASE']);
	expect(ended.events.flatMap(({type, id}) => (type === 'check-changed' ? [id] : []))).not.toContain(
		'replica',
	);
	expect(changes()).not.toContain('volumes create');
	expect(changes()).not.toContain('storage create');
	const everything = JSON.stringify([ended.events, ended.stderr, rehearsal.world().calls]);
	expect(everything).not.toContain('sk-ant');
});

describe('a key that the code reads as optional', () => {
	test('is asked for all the same: exit 5, and nothing was changed', async () => {
		const ended = await setUp([]);
		expect(ended.exit).toBe(5);
		expect(ended.events.at(-1)).toMatchObject({type: 'finished', exit: 5});
		expect(ended.events.find(({type}) => type === 'input-needed')).toMatchObject({
			question: 'secret_ANTHROPIC_API_KEY',
			message: expect.stringMatching(
				/config\/runtime\.exs:9 .*--secret-file ANTHROPIC_API_KEY=PATH, or --skip-secret ANTHROPIC_API_KEY/,
			),
			next: expect.stringMatching(/--secret-file ANTHROPIC_API_KEY=PATH$/),
		});
		expect(changes()).toEqual([]);
	});

	test('is left out by name, and the next run does not ask again', async () => {
		expect((await setUp(['--skip-secret', 'ANTHROPIC_API_KEY'], withKey('in-the-shell'))).exit).toBe(0);
		expect(rehearsal.world().secrets.map(({name}) => name)).not.toContain('ANTHROPIC_API_KEY');
		expect((await setUp([])).exit).toBe(0);
	});

	test('is kept if it is already set, also by hand', async () => {
		await takeFinished();
		expect((await rehearsal.run(['forget', 'chat', '--yes', '--rehearse', ...place])).exit).toBe(0);
		const before = changes().length;
		expect((await setUp(['--adopt'])).exit).toBe(0);
		// PHX_HOST is set again, since its earlier value is unknown.
		expect(changes().slice(before)).toEqual(['secrets import', 'secrets deploy']);
		const key = rehearsal.world().secrets.find(({name}) => name === 'ANTHROPIC_API_KEY');
		expect(key?.sha256).toBe(sha256(awkward));
	});

	test('comes from a file, beside one that no file reads', async () => {
		write('key.txt', `${awkward}\n`);
		write('other.txt', 'two\nlines\n');
		const ended = await setUp([
			...['--secret', 'OTHER', '--secret-file', 'OTHER=chat/other.txt'],
			...['--secret-file', 'ANTHROPIC_API_KEY=chat/key.txt'],
		]);
		expect(ended.exit).toBe(0);
		const stored = new Map(rehearsal.world().secrets.map(({name, sha256}) => [name, sha256]));
		expect(stored.get('ANTHROPIC_API_KEY')).toBe(sha256(awkward));
		expect(stored.get('OTHER')).toBe(sha256('two\nlines'));
	});

	test('is given to no child, found or named, and is in no file of the state folder', async () => {
		const wrapper = makeFlyWrapper(rehearsal);
		const project = join(rehearsal.folder, 'chat');
		const ended = await rehearsal.run(
			['--yes', '--wait', '0s', '--verbose', '--fly', wrapper.path, '--secret', 'OTHER', ...answers],
			{
				cwd: project,
				env: {FLY_CONFIG_DIR: wrapper.configFolder, ANTHROPIC_API_KEY: awkward, OTHER: 'sk-ant-other'},
			},
		);
		// Nothing here is reachable from outside, so some checks stay pending.
		expect([0, 1, 3]).toContain(ended.exit);
		expect(rehearsal.world().secrets.map(({name}) => name)).toContain('OTHER');
		expect(wrapper.environments().length).toBeGreaterThan(10);
		for (const environment of wrapper.environments()) {
			expect(environment.has('ANTHROPIC_API_KEY') || environment.has('OTHER')).toBe(false);
			expect([...environment.values()].join('\n')).not.toContain('sk-ant');
		}

		for (const bytes of readTree(rehearsal.stateHome).values()) expect(bytes.includes('sk-ant')).toBe(false);
		expect(ended.stdout + ended.stderr).not.toContain('sk-ant');
	});

	test('is asked for by --secret alone with Wisp, which does not ask for what it finds', async () => {
		write('fly.toml', 'app = "parley-1"\n\n[[mounts]]\n  source = "data"\n  destination = "/data"\n');
		const runtime = readFileSync(join(chatFolder, 'config/runtime.exs'), 'utf8');
		write('config/runtime.exs', `${runtime}\nconfig :parley, database: System.get_env("DATABASE_PATH")\n`);
		const wisp = ['--storage', 'tigris', '--no-mail', '--volume-size', '1'];
		const ended = await setUp([...wisp, '--secret', 'ANTHROPIC_API_KEY']);
		expect(ended.events.find(({type}) => type === 'input-needed')).toMatchObject({
			question: 'secret_ANTHROPIC_API_KEY',
		});
		const plan = await rehearsal.run(['plan', 'chat', '--rehearse', ...answers, ...wisp, ...place]);
		expect(plan).toMatchObject({exit: 0, stdout: expect.not.stringContaining('ANTHROPIC')});
	});
});

test.each([
	{args: ['--skip-secret', 'NOBODY_READS'], says: 'does not use a secret named NOBODY_READS'},
	{args: ['--secret-file', 'NOBODY_READS=chat/mix.exs'], says: 'does not use a secret named NOBODY_READS'},
	{args: ['--secret', 'KEY=sk-ant-typed-here'], says: 'letters, digits, and underscores'},
	{args: ['--skip-secret', 'KEY=sk-ant-typed-here'], says: 'does not use a secret of that name'},
	{args: ['--secret', 'PHX_HOST'], says: 'phxfly sets PHX_HOST itself'},
	{args: ['--secret', 'FLY_API_TOKEN'], says: 'belongs to Fly'},
	{
		args: ['--skip-secret', 'ANTHROPIC_API_KEY', '--secret-file', 'ANTHROPIC_API_KEY=chat/mix.exs'],
		says: 'Use --skip-secret ANTHROPIC_API_KEY or --secret-file ANTHROPIC_API_KEY, not both',
	},
])('$args is refused: $says', async ({args, says}) => {
	const ended = await setUp(args, withKey('k'));
	expect(ended.exit).toBe(2);
	expect(JSON.stringify(ended.events)).toContain(says);
	expect(JSON.stringify(ended.events) + ended.stderr).not.toContain('typed-here');
	expect(changes()).toEqual([]);
});

test('an answers file may leave a secret out, and holds none', async () => {
	write('answers.json', '{"secret_ANTHROPIC_API_KEY": "none"}');
	expect((await setUp(['--answers', 'chat/answers.json'])).exit).toBe(0);
	write('answers.json', '{"secret_ANTHROPIC_API_KEY": "sk-ant-in-a-file"}');
	const refused = await setUp(['--answers', 'chat/answers.json']);
	expect(refused.exit).toBe(2);
	expect(refused.events.at(-2)).toMatchObject({type: 'failed', code: 'secret-in-answers'});
	expect(JSON.stringify(refused.events)).not.toContain('sk-ant');
});

test('Postgres stops the setup, and what is missing is named, unless --profile insists', async () => {
	write(
		'mix.exs',
		'defmodule P do\n def project, do: [app: :parley, deps: [{:phoenix, "~> 1.8"}, {:postgrex, "~> 0.20"}]]\nend\n',
	);
	const refused = await setUp([], withKey('k'));
	expect(refused.exit).toBe(2);
	expect(refused.events.find(({type}) => type === 'failed')).toMatchObject({
		code: 'database-not-covered',
		message: expect.stringMatching(/postgrex.*DATABASE_URL, migrations, or backups/),
		hint: expect.stringContaining('--profile phoenix --secret DATABASE_URL'),
	});
	expect(changes()).toEqual([]);
	const insisted = await setUp(['--profile', 'phoenix', '--secret', 'DATABASE_URL'], {
		env: {ANTHROPIC_API_KEY: 'k', DATABASE_URL: 'ecto://db/parley'},
	});
	expect(insisted.exit).toBe(0);
	expect(rehearsal.world().secrets.map(({name}) => name)).toContain('DATABASE_URL');
});

test('keys that limit nothing are explained, and what they mean is done', async () => {
	write(
		'fly.toml',
		'app = "parley-1"\n\n[http_service]\n  internal_port = 8080\n  max_machines = 1 # one\n  max_machines_running = 1\n',
	);
	const plain = ['rehearse', 'chat', '--yes', ...answers, ...place];
	const ended = await rehearsal.run(plain, withKey('k'));
	expect(ended.exit).toBe(0);
	expect(ended.stderr).toMatch(/max_machines is not a fly\.toml key.*--ha=false/);
	expect(ended.stderr).toMatch(/max_machines_running is not a fly\.toml key/);
	expect(rehearsal.world().machines).toHaveLength(1);
});

test('an origin and a url that name another host are reported with the plan', async () => {
	write(
		'config/prod.exs',
		'import Config\nconfig :parley, ParleyWeb.Endpoint, check_origin: ["https://old.example.com"]\n',
	);
	const ended = await rehearsal.run(['plan', 'chat', '--rehearse', ...answers, ...place], withKey('k'));
	expect(ended.exit).toBe(0);
	expect(ended.stderr).toMatch(
		/check-origin: config\/prod\.exs:2: check_origin does not include parley-1\.fly\.dev/,
	);
	expect(ended.stderr).toMatch(/loses its in-memory state whenever the machine restarts/);
});

describe('an app that runs on two machines', () => {
	beforeEach(async () => {
		await takeFinished();
		expect((await rehearsal.fly('scale', 'count', '2', '--yes', '-a', 'parley-1')).exit).toBe(0);
		expect(rehearsal.world().machines).toHaveLength(2);
	});

	test('in non-interactive mode: exit 6, both are named, and the command', async () => {
		const before = changes().length;
		const ended = await setUp([]);
		expect(ended.exit).toBe(6);
		const failed = ended.events.find(({type}) => type === 'failed');
		expect(failed).toMatchObject({
			code: 'several-machines',
			message: expect.stringMatching(/--single-machine, or fly scale count 1 yourself/),
			hint: expect.stringMatching(/^phxfly rehearse .*--single-machine$/),
		});
		for (const {id} of rehearsal.world().machines) expect(failed?.message).toContain(id);
		expect(changes().slice(before)).toEqual([]);
	});

	test('--single-machine brings it to one, and is not remembered for the next time', async () => {
		expect((await setUp(['--single-machine'])).exit).toBe(0);
		expect(rehearsal.world().machines).toHaveLength(1);
		expect(changes().at(-1)).toBe('scale count');
		await rehearsal.fly('scale', 'count', '3', '--yes', '-a', 'parley-1');
		expect((await setUp([])).exit).toBe(6);
	});

	test('on the screen it is a question: stop leaves them, yes brings it to one', async () => {
		const first = open(answers);
		await first.waitFor(/› machines[\s\S]*runs on 2 machines/);
		first.type(enter);
		expect(await first.exits(90_000)).toBe(130);
		expect(rehearsal.world().machines).toHaveLength(2);

		const second = open(answers);
		await second.waitFor(/› machines/);
		second.type(`${down}${enter}`);
		expect(await second.waitFor(/Review [\s\S]*Start/)).toContain('keep one of 2');
		second.type(enter);
		expect(await second.exits(90_000)).toBe(0);
		expect(rehearsal.world().machines).toHaveLength(1);
	});
});

test('on the screen the key is asked once, masked, and a later run continues without it', async () => {
	const first = open([]);
	await first.waitFor(/› app/);
	first.type(`parley-1${enter}`);
	await first.waitFor(/› region/);
	first.type(`ams${enter}`);
	await first.waitFor(/› machine/);
	first.type(enter);
	await first.waitFor(/› domain/);
	first.type(`none${enter}`);
	const asked = await first.waitFor(/› ANTHROPIC/);
	expect(asked.replaceAll(/\s+/g, ' ')).toMatch(/config\/runtime\.exs:9 reads ANTHROPIC_API_KEY/);
	first.type(enter);
	await first.waitFor(/Press\s+Enter\s+again\s+to\s+skip\s+it/);
	first.type(esc);
	await first.waitFor(/› domain/);
	first.type(enter);
	await first.waitFor(/› ANTHROPIC/);
	first.type(`\u001b[200~${awkward}\u001b[201~`);
	await first.waitFor(/› ANTHROPIC\S* +[•*]/);
	first.type(enter);
	const review = await first.waitFor(/Review [\s\S]*Start/);
	expect(review).toContain('ANTHROPIC_API_KEY, ends in');
	first.type(enter);
	expect(await first.exits(90_000)).toBe(0);
	expect(first.raw()).not.toContain('sk-ant');
	const key = rehearsal.world().secrets.find(({name}) => name === 'ANTHROPIC_API_KEY');
	expect(key).toMatchObject({sha256: sha256(awkward), status: 'Deployed'});
	expect(rehearsal.world()).toMatchObject({volumes: [], buckets: []});

	const before = changes().length;
	const again = open([]);
	expect(await again.waitFor(/Review |› \w+/)).toMatch(/Review /);
	again.type(enter);
	expect(await again.exits(90_000)).toBe(0);
	expect(changes().slice(before)).toEqual([]);
});
