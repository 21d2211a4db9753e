import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import {openFinished} from '../helpers/finished-worlds.ts';
import {openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeAll(async () => {
	rehearsal = await openFinished('tigris');
});
afterAll(() => rehearsal.close());

const common = ['--rehearse', '--speed', '1000', '--world', 'w.json'];
const run = (command: string, ...args: readonly string[]) => rehearsal.run([command, ...common, ...args]);
const lastCall = () => rehearsal.world().calls.at(-1);

test('logs --no-tail prints the lines of the app and ends', async () => {
	const {exit, stdout} = await run('logs', '--no-tail');
	expect({exit, argv: lastCall()?.argv}).toEqual({
		exit: 0,
		argv: ['logs', '--no-tail', '-a', 'blog-1'],
	});
	const machine = rehearsal.world().machines[0]?.id ?? '';
	expect(stdout).toContain(`app[${machine}] sjc [info]`);
});

test('logs streams line by line until an interrupt, which is its exit code', async () => {
	const running = rehearsal.start(['logs', ...common, '--json']);
	await running.until(() => running.events.some(({type, id}) => type === 'line-printed' && id === 'logs'));
	running.kill('SIGINT');
	const {exit, events, strayLines} = await running.ended;
	expect({exit, strayLines}).toEqual({exit: 130, strayLines: []});
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 130});
	expect(lastCall()).toMatchObject({argv: ['logs', '-a', 'blog-1'], exit: 127});
});

test('logs hides what it knows to be a secret, in both outputs', async () => {
	const word = 'firecracker';
	expect((await run('logs', '--no-tail')).stdout).toContain(word);
	const env = {RESEND_API_KEY: word};
	for (const face of [[], ['--json']]) {
		const ended = await rehearsal.run(['logs', ...common, '--no-tail', ...face], {env});
		expect(ended.exit).toBe(0);
		expect(ended.stdout).not.toContain(word);
		expect(ended.stdout).toContain('[RESEND_API_KEY]');
	}
});

test('ssh passes pipes through, and fails as flyctl does', async () => {
	const good = await rehearsal.run(['ssh', ...common], {stdin: 'echo hello\nls /app\n'});
	expect({exit: good.exit, stdout: good.stdout}).toEqual({
		exit: 0,
		stdout: 'hello\nbin\nerts-16.1\nlib\nreleases\n',
	});
	const bad = await rehearsal.run(['ssh', ...common], {stdin: 'ls /nowhere\n'});
	expect(bad.exit).toBe(1);
	expect(bad.stderr).toContain('Process exited with status 2');
	expect(lastCall()).toMatchObject({argv: ['ssh', 'console', '-a', 'blog-1'], exit: 1});
});

test('ssh gives the terminal to the shell, interrupts included, and takes no JSON', async () => {
	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	const open = () =>
		openTerminal(process.execPath, [cli, 'ssh', ...common], {
			cwd: rehearsal.folder,
			env: rehearsal.environment,
			rows: 24,
			columns: 80,
		});
	const first = open();
	await first.waitFor(/\/app#/);
	first.type('echo inside\r');
	await first.waitFor(/^inside/m);
	first.type('exit\r');
	expect(await first.exits(60_000)).toBe(0);

	const second = open();
	await second.waitFor(/\/app#/);
	second.type('\u0003');
	expect(await second.exits(60_000)).toBe(130);

	const {exit, events} = await run('ssh', '--json');
	expect({exit, code: events[0]?.code}).toEqual({exit: 2, code: 'usage'});
});

test('open says which address it opens', async () => {
	const {exit, stdout, stderr} = await run('open');
	expect({exit, stdout}).toEqual({exit: 0, stdout: 'Opening https://blog-1.fly.dev/\n'});
	expect(stderr).toContain('no browser was opened');
	const {events} = await run('open', '--json');
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 0, url: 'https://blog-1.fly.dev'});
});

test('ssh to a machine that does not run, and an app that Fly does not have, are errors', async () => {
	const {machines} = rehearsal.world();
	await rehearsal.fly('machine', 'stop', machines[0]?.id ?? '', '-a', 'blog-1');
	const stopped = await rehearsal.run(['ssh', ...common], {stdin: 'true\n'});
	expect({exit: stopped.exit, stderr: stopped.stderr}).toEqual({
		exit: 1,
		stderr: expect.stringContaining('has no started VMs'),
	});
	await rehearsal.fly('machine', 'start', machines[0]?.id ?? '', '-a', 'blog-1');
	for (const command of ['logs', 'ssh', 'open']) {
		const {exit, stderr} = await run(command, '--app', 'elsewhere');
		expect({command, exit, stderr}).toEqual({
			command,
			exit: 1,
			stderr: expect.stringContaining('failed (app-missing)'),
		});
	}
});

test('an app that phxfly did not set up is found by its fly.toml; without one there is no app', async () => {
	const other = openRehearsal();
	try {
		copySample(other.packageFolder, other.folder);
		const place = ['--rehearse', '--speed', '1000', '--world', 'w.json'];
		const before = await other.run(['open', ...place]);
		expect({exit: before.exit, stderr: before.stderr}).toEqual({
			exit: 1,
			stderr: expect.stringContaining('failed (app-missing)'),
		});
		const toml = join(other.folder, 'fly.toml');
		writeFileSync(toml, 'app = "by-hand"\n[http_service]\n  internal_port = 4000\n');
		await other.run(['open', ...place]);
		const created = await other.fly('apps', 'create', 'by-hand', '--org', 'personal');
		expect(created.exit).toBe(0);
		const opened = await other.run(['open', ...place]);
		expect({exit: opened.exit, stdout: opened.stdout}).toEqual({
			exit: 0,
			stdout: 'Opening https://by-hand.fly.dev/\n',
		});
	} finally {
		await other.close();
	}
});
