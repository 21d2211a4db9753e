import {expect, test} from 'vitest';
import {openWorldInMemory} from '../helpers/fake-fly.ts';

const flyToml = `app = "blog-1"
primary_region = "sjc"
[env]
PHX_HOST = "env.example.com"
PORT = "8080"
[http_service]
internal_port = 8080
`;
const at = ['-a', 'blog-1'];

async function openMachine() {
	const world = openWorldInMemory();
	await world.call(['apps', 'create', 'blog-1', '--org', 'personal']);
	const stdin = 'SECRET_KEY_BASE="x"\nPHX_HOST="blog.example.com"\n';
	await world.call(['secrets', 'import', '--stage', ...at], {stdin});
	const files = {'fly.toml': flyToml};
	await world.call(['deploy', '--ha=false', '--image', 'ghcr.io/example/blog:1', ...at], {files});
	world.advance(60_000);
	const id = world.world.machines[0]?.id ?? '';
	const exec = (command: string) => world.json(['machine', 'exec', id, command, '--json', ...at]);
	return {...world, id, exec};
}

test('printenv: a secret wins over fly.toml, and without a value only the exit code tells', async () => {
	const {exec} = await openMachine();
	expect(await exec('printenv PHX_HOST')).toEqual({stdout: 'blog.example.com\n'});
	expect(await exec('printenv PORT')).toEqual({stdout: '8080\n'});
	expect(await exec('printenv NOT_SET')).toEqual({exit_code: 1});
	expect(await exec('printenv SECRET_KEY_BASE')).toMatchObject({
		exit_code: 2,
		stderr: expect.stringContaining('does not keep the value'),
	});
});

test('a shell runs commands one after another, knows the last exit code, and ends with it', async () => {
	const {exec} = await openMachine();
	expect(
		await exec(
			"sh -c 'printenv NOT_SET; echo NOT_SET $?; printenv PHX_HOST; echo PHX_HOST $?; cat /etc/litestream.yml'",
		),
	).toEqual({
		exit_code: 1,
		stdout: 'NOT_SET 1\nblog.example.com\nPHX_HOST 0\n',
		stderr: 'cat: /etc/litestream.yml: No such file or directory\n',
	});
});

test('machine stop and start: a stopped machine runs no command, and starts with the newest secrets', async () => {
	const {call, exec, id, world, advance} = await openMachine();
	expect(await call(['machine', 'stop', id, ...at])).toMatchObject({
		exit: 0,
		stdout: `Sending kill signal to machine ${id}...\n${id} has been successfully stopped\n`,
	});
	expect(world.machines).toMatchObject([{state: 'stopped'}]);
	expect(await call(['machine', 'exec', id, 'true', '--json', ...at])).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('machine not running'),
	});
	await call(['secrets', 'import', '--stage', ...at], {stdin: 'PHX_HOST="new.example.com"\n'});
	expect(await call(['machine', 'start', id, ...at])).toMatchObject({
		exit: 0,
		stdout: `${id} has been started\n`,
	});
	advance(10_000);
	expect(world.machines).toMatchObject([{state: 'started'}]);
	expect(await exec('printenv PHX_HOST')).toEqual({stdout: 'new.example.com\n'});
});
