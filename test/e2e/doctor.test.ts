import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, onTestFinished, test, vi} from 'vitest';
import {openFinished} from '../helpers/finished-worlds.ts';
import {openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeAll(() => {
	rehearsal = openRehearsal();
});
afterAll(() => rehearsal.close());

function makeProject(name: string, injectFault: (project: string) => void = () => undefined): string {
	const project = join(rehearsal.folder, name);
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	injectFault(project);
	return project;
}

const idsOf = (events: readonly {readonly type: string; readonly id?: string}[]) =>
	events.flatMap(({type, id}) => (type === 'check-changed' && id !== undefined ? [id] : []));

test('the sample has no problems after a finished rehearsal', async () => {
	const setUp = await openFinished('tigris');
	onTestFinished(() => setUp.close());
	const none = await setUp.run(['doctor', '--rehearse', '--world', 'other.json', '--json']);
	expect(none.exit).toBe(2);
	const {exit, events, strayLines} = await setUp.run(['doctor', '--rehearse', '--world', 'w.json', '--json']);
	expect(events.map(({type}) => type)).toEqual(['finished']);
	expect(exit).toBe(0);
	expect(strayLines).toEqual([]);
});

describe('--fix', () => {
	test('writes nothing in non-interactive mode, and leaves no state', async () => {
		const project = makeProject('unasked');
		const before = readFileSync(join(project, 'fly.toml'), 'utf8');
		const {exit, stdout, stderr} = await rehearsal.run([
			'doctor',
			project,
			'--fix',
			'--state-dir',
			'unasked-state',
		]);
		expect(exit).toBe(9);
		expect(stdout).toContain('+++ b/fly.toml');
		expect(stderr).toContain('--yes');
		expect(readFileSync(join(project, 'fly.toml'), 'utf8')).toBe(before);
		expect(existsSync(join(rehearsal.folder, 'unasked-state'))).toBe(false);
	});

	test('writes what it showed, keeps every existing line, and checks again', async () => {
		const project = makeProject('asked');
		const path = join(project, 'fly.toml');
		const before = readFileSync(path, 'utf8');
		const first = await rehearsal.run(['doctor', project, '--json']);
		expect(idsOf(first.events)).toEqual(['no-vm', 'sample-host', 'health-check-redirect']);
		const fixed = await rehearsal.run([
			'doctor',
			project,
			'--fix',
			'--yes',
			'--json',
			'--state-dir',
			'fix-state',
		]);
		expect(idsOf(fixed.events)).toEqual(['sample-host']);
		expect(fixed.exit).toBe(9);
		expect(fixed.strayLines).toEqual([]);
		const after = readFileSync(path, 'utf8').split('\n');
		expect(before.split('\n').filter(line => !after.includes(line))).toEqual([]);
		const state = join(rehearsal.folder, 'fix-state');
		const [own = ''] = readdirSync(state);
		const [backup = ''] = readdirSync(join(state, own, 'backups'));
		expect(readFileSync(join(state, own, 'backups', backup), 'utf8')).toBe(before);
	});
});

test.each([
	['y', 'Updated fly.toml', true],
	['n', 'Nothing was written', false],
] as const)('on a terminal --fix asks first: %s', async (typed, says, isWritten) => {
	const project = makeProject(`terminal-${typed}`);
	const before = readFileSync(join(project, 'fly.toml'), 'utf8');
	const terminal = openTerminal(
		process.execPath,
		[join(rehearsal.packageFolder, 'dist', 'cli.js'), 'doctor', project, '--fix'],
		{env: {...rehearsal.environment, CI: ''}, rows: 60},
	);
	await terminal.waitFor(/Write these changes\? \[y\/N\]/, 20_000);
	expect(readFileSync(join(project, 'fly.toml'), 'utf8')).toBe(before);
	terminal.type(`${typed}\r`);
	await terminal.waitFor(new RegExp(says), 20_000);
	expect(await terminal.exits(20_000)).toBe(9);
	// Who declines has seen the changes, and does not get the whole list again.
	expect(/\d+ problem/.test(terminal.scrollback())).toBe(isWritten);
	expect(readFileSync(join(project, 'fly.toml'), 'utf8') !== before).toBe(isWritten);
});

const big = (project: string, path: string) => {
	writeFileSync(join(project, path), '');
	truncateSync(join(project, path), 10 * 1024 * 1024);
};
const relink = (project: string, path: string, target: string) => {
	rmSync(join(project, path), {recursive: true});
	symlinkSync(target, join(project, path));
};

describe('bad input is an answer, not a crash:', () => {
	test.each<{what: string; injectFault: (project: string) => void; exit: number; ids?: readonly string[]}>([
		{what: 'an empty folder', injectFault: project => empty(project), exit: 2},
		{what: 'no fly.toml', injectFault: project => rmSync(join(project, 'fly.toml')), exit: 2},
		{
			what: 'an umbrella',
			injectFault(project) {
				empty(project);
				writeFileSync(
					join(project, 'mix.exs'),
					'defmodule A do\n  def project, do: [apps_path: "apps"]\nend\n',
				);
				writeFileSync(join(project, 'fly.toml'), 'app = "a"\n');
				mkdirSync(join(project, 'apps/web'), {recursive: true});
				writeFileSync(join(project, 'apps/web/mix.exs'), '{:ecto_sqlite3, "~> 0.22"}');
			},
			exit: 9,
			ids: ['no-mix-lock'],
		},
		{
			what: 'files of 10 MB',
			injectFault(project) {
				for (const path of ['fly.toml', 'mix.exs', 'Dockerfile', 'config/runtime.exs', '.dockerignore'])
					big(project, path);
			},
			exit: 9,
			ids: ['unreadable'],
		},
		{
			what: 'links in a circle',
			injectFault(project) {
				relink(project, 'Dockerfile', 'Dockerfile');
				relink(project, 'lib', '.');
				relink(project, 'config', '../links/config');
			},
			exit: 9,
			ids: ['unreadable'],
		},
		{
			what: 'bytes that are no text, and a folder where a file should be',
			injectFault(project) {
				writeFileSync(join(project, 'etc/litestream.yml'), Buffer.from([0xff, 0xfe, 0x00, 0x80]));
				rmSync(join(project, 'Dockerfile'));
				mkdirSync(join(project, 'Dockerfile'));
			},
			exit: 9,
			ids: ['unreadable'],
		},
		{
			what: 'Elixir that it cannot read',
			injectFault: project =>
				writeFileSync(
					join(project, 'config/prod.exs'),
					'import Config\nconfig :wisp, WispWeb.Endpoint, force_ssl: ssl()\n',
				),
			exit: 9,
			ids: ['redirect-loop'],
		},
	])('$what', async ({what, injectFault, exit: wanted, ids = []}) => {
		const project = makeProject(what.replaceAll(/\W/g, '-'), injectFault);
		const {exit, events, stderr} = await rehearsal.run(['doctor', project, '--json']);
		expect(stderr).toBe('');
		expect(exit).toBe(wanted);
		expect(idsOf(events)).toEqual(expect.arrayContaining([...ids]));
		expect(events.at(-1)).toMatchObject({type: 'finished', exit: wanted});
	});
});

function empty(project: string): void {
	rmSync(project, {recursive: true});
	mkdirSync(project);
}
