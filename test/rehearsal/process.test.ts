import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {collect, type FakeFly, openFakeFly, until, writeAppFiles} from '../helpers/fake-fly.ts';
import {phoenixToml, runtimeSecrets, wispToml} from '../helpers/fly-texts.ts';

let fly: FakeFly;
const deploy = ['deploy', '--ha=false', '--dns-checks=false', '--image', 'registry.fly.io/wisp:1'];

beforeEach(async () => {
	fly = await openFakeFly();
});

afterEach(() => fly.close());

async function openApp(): Promise<void> {
	await fly.run(['apps', 'create', 'blog-1', '--org', 'personal']);
	await fly.run(['secrets', 'import', '--stage', '-a', 'blog-1'], {stdin: runtimeSecrets});
	writeAppFiles(fly, {'fly.toml': wispToml, 'etc/litestream.yml': ''});
}

test('without a world it names the missing variable', async () => {
	expect(await fly.run(['version'], {env: {PHXFLY_WORLD: ''}})).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('PHXFLY_WORLD'),
	});
	expect(await fly.run(['version'], {env: {PHXFLY_WORLD: '/nowhere/w.json'}})).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('/nowhere/w.json'),
	});
});

test('the setup sequence, side by side, ends in one of each thing', async () => {
	await openApp();
	const at = ['-a', 'blog-1'];
	const ends = await Promise.all([
		fly.run(['volumes', 'create', 'wisp_data', '-r', 'sjc', '--yes', '--json', ...at]),
		fly.run(['secrets', 'set', 'PHX_HOST=-', '--stage', ...at], {stdin: 'blog.example.com'}),
		fly.run(['storage', 'create', '-n', 'blog-1-store', '--yes', ...at]),
		fly.run(['ips', 'allocate-v6', ...at]),
		fly.run(['ips', 'allocate-v4', '--shared', ...at]),
		fly.run(['certs', 'add', 'blog.example.com', '--json', ...at]),
		fly.run(['status', '--json', ...at]),
		fly.run(['secrets', 'list', '--json', ...at]),
	]);
	expect(ends.map(({exit}) => exit)).toEqual(ends.map(() => 0));
	expect(await fly.run(deploy)).toMatchObject({exit: 0});
	const world = await fly.world();
	expect(world.volumes).toMatchObject([{attached_machine_id: world.machines[0]?.id}]);
	expect(
		[world.apps, world.buckets, world.certificates, world.machines, world.releases].map(list => list.length),
	).toEqual([1, 1, 1, 1, 1]);
	expect(world.addresses).toHaveLength(2);
	expect(world.calls.every(({exit}) => exit === 0)).toBe(true);
	expect(new Set(world.calls.map(({id}) => id)).size).toBe(world.calls.length);
	await until(async () => (await fly.world()).certificates[0]?.status === 'active');
});

test.each(['SIGINT', 'SIGTERM'] as const)(
	'%s in a deploy: 127, release interrupted, lease held, no Error line',
	async signal => {
		await openApp();
		const child = fly.start(deploy);
		const ended = collect(child);
		await until(async () => (await fly.world()).machines.length > 0);
		child.kill(signal);
		const {exit, stdout, stderr} = await ended;
		expect(exit).toBe(127);
		expect(stdout).toContain(
			signal === 'SIGINT' ? 'interrupt signal received' : 'terminated signal received',
		);
		expect(stderr).not.toContain('Error:');
		const world = await fly.world();
		expect(world.releases).toMatchObject([{status: 'interrupted'}]);
		expect(world.calls.at(-1)).toMatchObject({exit: 127});
		expect(world.machines[0]?.lease).toBeDefined();
		await until(async () => (await fly.world()).machines[0]?.state === 'started');
	},
);

test('SIGKILL in a deploy leaves the release running and the call open', async () => {
	await openApp();
	const child = fly.start(deploy);
	const ended = collect(child);
	await until(async () => (await fly.world()).machines.length > 0);
	child.kill('SIGKILL');
	expect(await ended).toMatchObject({exit: null, signal: 'SIGKILL'});
	const world = await fly.world();
	expect(world.releases).toMatchObject([{status: 'running'}]);
	expect(world.calls.at(-1)).toMatchObject({exit: null, mutates: true});
});

test('a closed pipe ends it midway', async () => {
	await openApp();
	writeAppFiles(fly, {'fly.toml': phoenixToml, Dockerfile: 'FROM scratch\n'});
	const child = fly.start(['deploy', '--ha=false']);
	child.stdout?.destroy();
	child.stderr?.destroy();
	const exit = await new Promise(resolve => child.on('exit', resolve));
	expect(exit).toBe(141);
	const world = await fly.world();
	expect(world.calls.at(-1)).toMatchObject({exit: null});
	expect(world.machines).toEqual([]);
});

test('each run writes a debug log with the secrets, unless logs is a regular file', async () => {
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
	const done = await fly.run(['secrets', 'set', 'A=1', '--stage', '-a', 'blog-1'], {
		env: {FLY_CONFIG_DIR: silent},
	});
	expect(done.exit).toBe(0);
	expect(readFileSync(join(silent, 'logs'), 'utf8')).toBe('');
});

test('every command fails if the config folder is read-only', async () => {
	const file = join(fly.folder, 'file');
	writeFileSync(file, '');
	const done = await fly.run(['version'], {env: {FLY_CONFIG_DIR: join(file, 'x')}});
	expect(done).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('Error: failed ensuring config directory perms'),
	});
});
