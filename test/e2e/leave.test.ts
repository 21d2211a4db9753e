import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {answerFlags} from '../helpers/answers.ts';
import {openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {type OpenTerminal, openTerminal} from '../helpers/terminal.ts';

vi.setConfig({testTimeout: 240_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
let terminal: OpenTerminal | undefined;
beforeEach(() => {
	rehearsal = openRehearsal();
});
afterEach(async () => {
	terminal?.kill('SIGKILL');
	await rehearsal.close();
});

function open(args: readonly string[], cwd = rehearsal.folder, env = {}): OpenTerminal {
	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	terminal = openTerminal(process.execPath, [cli, ...args], {cwd, env: {...rehearsal.environment, ...env}});
	return terminal;
}

const rehearse = ['rehearse', '--speed', '200', '--world', 'w.json'];

test('the review saves the plan, changes nothing, and says how to run it', async () => {
	const wizard = open([...rehearse, ...answerFlags(), '--vm-size', 'shared-cpu-1x']);
	await wizard.waitFor(/Save as plan/, 90_000);
	wizard.type('\u001b[C\u001b[C');
	await wizard.waitFor(/› Save as plan/);
	wizard.type('\r');
	expect(await wizard.exits(60_000)).toBe(0);
	expect(wizard.scrollback().replaceAll(/\s+/g, ' ')).toContain('phxfly apply plan.json --rehearse');
	expect(wizard.scrollback()).not.toContain('Quit.');
	expect(rehearsal.world().calls.filter(({mutates}) => mutates)).toEqual([]);

	const applied = await rehearsal.run(['apply', 'plan.json', ...rehearse.slice(1), '--rehearse', '--yes']);
	expect(applied.exit, applied.stderr).toBe(0);
	expect(JSON.parse(readFileSync(join(rehearsal.folder, 'plan.json'), 'utf8'))).toMatchObject({
		kind: 'phxfly-plan',
	});
});

test('a person who quits reads once that the answers are saved', async () => {
	const wizard = open(rehearse);
	await wizard.waitFor(/› app/, 90_000);
	wizard.type('\u0003');
	expect(await wizard.exits(60_000)).toBe(130);
	expect(wizard.scrollback().match(/answers are saved/g)).toHaveLength(1);
});

test('an error before the first question does not say that you quit', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'phxfly-empty-'));
	try {
		const wizard = open([], folder);
		expect(await wizard.exits(60_000)).toBe(2);
		expect(wizard.scrollback()).toContain('There is no mix.exs');
		expect(wizard.scrollback()).not.toContain('Quit');
		expect(existsSync(join(folder, 'fly.toml'))).toBe(false);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
});

test('a locale without other characters gets ASCII', async () => {
	const wizard = open(rehearse, rehearsal.folder, {LC_ALL: 'C'});
	const screen = await wizard.waitFor(/> app/, 90_000);
	expect(screen).toMatch(/^[ -~\n]*$/);
	wizard.type('\u0003');
	expect(await wizard.exits(60_000)).toBe(130);
});

test.each(['verify', 'drill'])('%s without an app says so, and asks for no answer first', async command => {
	const {exit, stderr} = await rehearsal.run([command, '--rehearse', '--world', 'w.json']);
	expect(exit).toBe(1);
	expect(stderr).toMatch(/^failed \(app-missing\): There is no app named wisp-sample/m);
});
