import {existsSync, readdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import type {World} from '../../source/rehearsal/world/world.ts';
import {answerFlags} from '../helpers/answers.ts';
import {type Ended, openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';
import {type OpenTerminal, openTerminal} from '../helpers/terminal.ts';

vi.setConfig({testTimeout: 180_000, hookTimeout: 60_000});

const planted = {
	RESEND_API_KEY: 're_canaryQ8vX2mW5kT9rL3pB7nD',
	LITESTREAM_ACCESS_KEY_ID: 'AKIACANARYQ8VX2MW5KT',
	LITESTREAM_SECRET_ACCESS_KEY: 'canaryQ8vX2mW5kT9rL3pB7nD/4sF6gH1jK+0zAbC',
};
const answers = answerFlags('s3').filter(word => word !== '--no-mail');
const args = (command: string, ...more: readonly string[]) => [
	...[command, '--rehearse', '--speed', '400', '--world', 'w.json', '--wait', '1h', ...answers, ...more],
];

let rehearsal: Rehearsal;
let terminal: OpenTerminal | undefined;
beforeEach(() => {
	rehearsal = openRehearsal();
});
afterEach(async () => {
	terminal?.kill('SIGKILL');
	terminal = undefined;
	await rehearsal.close();
});

const withFaults = (...faults: readonly object[]) => ({
	env: {...planted, PHXFLY_FAULTS: JSON.stringify(faults)},
});

function editWorld(edit: (world: World) => void): void {
	const world = rehearsal.world();
	edit(world);
	writeFileSync(rehearsal.worldPath, JSON.stringify(world));
}

/** Expects no value in any form: in files of HOME, state, and project, in flyctl's arguments, and in the output. */
function expectNoTrace(printed: Readonly<Record<string, string>>): void {
	const files = [...readTree(join(rehearsal.folder, '..'))].filter(([path]) => !path.startsWith('package/'));
	const calls = existsSync(rehearsal.worldPath) ? JSON.stringify(rehearsal.world().calls) : '';
	const places = [
		...files.map(([path, bytes]) => [path, bytes.toString('latin1')] as const),
		...Object.entries({...printed, calls}),
	];
	const leaks = places.flatMap(([where, text]) =>
		Object.entries(planted).flatMap(([name, value]) =>
			[value, encodeURIComponent(value), Buffer.from(value).toString('base64'), value.slice(0, 16)]
				.filter(form => text.includes(form))
				.map(() => `${name} in ${where}`),
		),
	);
	expect(leaks).toEqual([]);
}

const textOf = (name: string, {stdout, stderr}: Ended) => ({
	[`${name} stdout`]: stdout,
	[`${name} stderr`]: stderr,
});

test('leaks no key in plans, failures of every kind, a crash, and a good run', async () => {
	const env = planted;
	const printed: Record<string, string> = {};
	const run = async (
		name: string,
		words: readonly string[],
		options: Parameters<Rehearsal['run']>[1] = {env},
	) => {
		const end = await rehearsal.run(words, options);
		Object.assign(printed, textOf(name, end));
		return end;
	};
	await run('plan', args('plan'));
	await run('plan json', args('plan', '--json'));
	// flyctl itself prints what it got.
	const echo = {command: 'secrets import', fault: 'echo-input', on: 1};
	const echoed = await run('echo', args('setup', '--yes', '--verbose'), withFaults(echo));
	expect(echoed.stderr).toMatch(/\[(?:RESEND_API_KEY|LITESTREAM_SECRET_ACCESS_KEY)\]/);
	const strange = await run(
		'garbage',
		args('setup', '--yes', '--json'),
		withFaults({command: 'secrets list', fault: 'garbage'}),
	);
	expect(strange.events.at(-2)).toMatchObject({code: 'flyctl-not-understood'});

	const templates = join(rehearsal.packageFolder, 'templates', 'wisp', 'fly.toml');
	const text = readFileSync(templates);
	rmSync(join(rehearsal.packageFolder, 'templates', 'wisp'), {recursive: true});
	const crashed = await run('crash', args('setup', '--yes', '--verbose'));
	expect(crashed.stderr).toMatch(/failed \(bug\): This is a bug in phxfly/);
	const [, report = ''] = /The report is in (\S+crash-\S+\.txt)/.exec(crashed.stderr) ?? [];
	expect(readFileSync(report, 'utf8')).toContain('ENOENT');
	expect(text.length).toBeGreaterThan(0);
	expectNoTrace(printed);
});

test('leaks no key on a terminal', async () => {
	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	terminal = openTerminal(process.execPath, [cli, ...args('setup').slice(1), '--wait', '0s'], {
		cwd: rehearsal.folder,
		env: {...rehearsal.environment, ...planted},
		rows: 40,
	});
	await terminal.waitFor(/› machine/, 60_000);
	terminal.type('\r');
	await terminal.waitFor(/› Start/, 60_000);
	terminal.type('c');
	await terminal.waitFor(/secrets import|fly apps create/, 60_000);
	terminal.type('c');
	await terminal.waitFor(/› Start/, 60_000);
	terminal.type('\r');
	await terminal.waitFor(/Deploy/, 60_000);
	terminal.type('\u0003');
	await terminal.exits(60_000).catch(() => terminal?.kill('SIGKILL'));
	expectNoTrace({screen: terminal.raw()});
});

test('an answer of 200 MB: not understood, mostly dropped, and nothing changed after it', async () => {
	const end = await rehearsal.run(
		args('setup', '--yes', '--json'),
		withFaults({command: 'volumes list', fault: 'huge'}),
	);
	expect(end.events.at(-2)).toMatchObject({code: 'flyctl-not-understood'});
	expect(rehearsal.world().volumes).toEqual([]);
	expect(readFileSync(join(rehearsal.stateFolder(), 'not-understood.txt')).length).toBeLessThan(250_000);
});

test('a call that takes effect after its answer was lost: recognizes it, and does not repeat it', async () => {
	const words = args('setup', '--yes', '--json').map(word => (word === '400' ? '20' : word));
	const running = rehearsal.start(words, withFaults({command: 'volumes create', fault: 'late', on: 1}));
	await running.untilEvent(
		({id, status}) => id === 'create-volume' && (status === 'done' || status === 'failed'),
	);
	expect(rehearsal.world().volumes).toHaveLength(1);
	expect(running.events.find(({id, status}) => id === 'create-volume' && status === 'done')).toBeDefined();
	running.kill('SIGKILL');
	await running.ended;
});

test('one that takes effect long after its repetition: exit 7, both ids, and the command for the unattached one', async () => {
	const running = rehearsal.start(
		args('setup', '--yes', '--json'),
		withFaults({command: 'volumes create', fault: '5xx', on: 1}),
	);
	await running.untilEvent(({id, status}) => id === 'create-volume' && status === 'done');
	await rehearsal.fly('volumes', 'create', 'wisp_data', '-a', 'blog-1', '--region', 'sjc', '--yes');
	const end = await running.ended;
	const volumes = rehearsal.world().volumes;
	expect([end.exit, volumes.length]).toEqual([7, 2]);
	const failed = end.events.at(-2);
	expect(failed).toMatchObject({type: 'failed', code: 'two-candidates'});
	const free = volumes.filter(({attached_machine_id}) => !attached_machine_id);
	for (const {id} of volumes) expect(failed?.message).toContain(id);
	for (const {id} of free) expect(failed?.hint).toContain(`fly volumes destroy ${id} -a blog-1`);
	expect(end.events.at(-1)).toMatchObject({type: 'finished', exit: 7});
});

test('escape sequences in names from Fly and DNS reach no output', async () => {
	const evil = 'Evil\u001b]0;owned\u0007\u001b[2J\u202e name';
	await rehearsal.run(args('plan', '--json'), {env: planted});
	editWorld(world => {
		for (const org of world.orgs) org.name = evil;
		world.orgs.push({id: 'second', slug: 'second', name: evil, type: 'SHARED'});
		world.account.name = evil;
	});
	const open = args('plan').filter((word, at, all) => word !== '--org' && all[at - 1] !== '--org');
	for (const words of [open, [...open, '--json']]) {
		const {stdout, stderr} = await rehearsal.run(words, {env: planted});
		expect(`${stdout}${stderr}`).not.toMatch(/owned|\u001b|\u202e|\\u001b|\\u202e/);
	}
	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	terminal = openTerminal(
		process.execPath,
		[
			cli,
			...args('setup')
				.slice(1)
				.filter((word, at, all) => word !== '--org' && all[at - 1] !== '--org'),
		],
		{
			cwd: rehearsal.folder,
			env: {...rehearsal.environment, ...planted},
		},
	);
	await terminal.waitFor(/Evil/, 60_000);
	expect(terminal.raw()).not.toMatch(/\u001b\]0;owned|\u202e|owned/);
});

test('follows no link out of the project', async () => {
	await rehearsal.run(args('plan', '--json'), {env: planted});
	const project = join(rehearsal.stateFolder(), 'project');
	const outside = join(rehearsal.folder, 'outside.toml');
	writeFileSync(outside, readFileSync(join(project, 'fly.toml')));
	const before = readFileSync(outside, 'utf8');
	unlinkSync(join(project, 'fly.toml'));
	symlinkSync(outside, join(project, 'fly.toml'));
	const {events, exit} = await rehearsal.run(args('setup', '--yes', '--json'), {env: planted});
	expect(events.at(-2)).toMatchObject({type: 'failed', code: 'outside-project'});
	expect(exit).toBe(9);
	expect(readFileSync(outside, 'utf8')).toBe(before);
	expect(rehearsal.world().apps).toEqual([]);
	expect(readdirSync(rehearsal.folder)).toContain('outside.toml');
});
