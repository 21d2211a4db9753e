import {mkdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {changeWorld} from '../../source/rehearsal/engine/world-file.ts';
import {answerFlags} from '../helpers/answers.ts';
import {makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {asChildren, listProcesses, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {type OpenTerminal, openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

const [enter, esc, ctrlC, right] = ['\r', '\u001b', '\u0003', '\u001b[C'];
const loggedOut = {command: 'auth whoami', fault: 'logged-out'};

let rehearsal: Rehearsal;
let terminal: OpenTerminal | undefined;
beforeEach(() => {
	rehearsal = openRehearsal();
});
afterEach(async () => {
	terminal?.kill('SIGKILL');
	await rehearsal.close();
});

type Options = {
	readonly size?: {readonly columns: number; readonly rows: number};
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
};

function open(args: readonly string[], {size, env, cwd}: Options = {}): OpenTerminal {
	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	const opened = openTerminal(process.execPath, [cli, ...args], {
		cwd: cwd ?? rehearsal.folder,
		env: {...rehearsal.environment, ...env},
		...size,
	});
	terminal = {...opened, waitFor: (wanted, timeoutMs = 60_000) => opened.waitFor(wanted, timeoutMs)};
	return terminal;
}

const rehearse = (speed: number, faults: readonly object[], options: Options = {}) =>
	open(['rehearse', '--speed', String(speed), '--wait', '1h', '--world', 'w.json'], {
		...options,
		env: {PHXFLY_FAULTS: JSON.stringify(faults), ...options.env},
	});
const callsOf = (...words: readonly string[]) =>
	rehearsal.world().calls.filter(({argv}) => words.every((word, at) => argv[at] === word));

describe.each([
	{columns: 80, rows: 24},
	{columns: 40, rows: 10},
])('at $columns × $rows', size => {
	test('not logged in: the failure is shown although other reads still run, and ends them', async () => {
		const shown = rehearse(20, [loggedOut, {command: 'platform regions', fault: 'hang'}], {
			size,
			env: asChildren,
		});
		const screen = await shown.waitFor(/✕ Cannot continue/);
		expect(screen).toMatch(/› Log in +Try again +Log +Quit/);
		expect(screen).toMatch(/not logged in/);
		// Whatever else was running has ended, and has not drawn over the failure.
		await expect.poll(() => listProcesses(rehearsal.worldPath), {timeout: 30_000}).toEqual([]);
		expect(shown.screen()).toBe(screen);
		expect(rehearsal.isCalling('platform', 'regions')).toBe(false);
		shown.type(ctrlC);
		expect(await shown.exits(60_000)).toBe(4);
		expect(shown.scrollback().replaceAll(/\s+/g, ' ')).toContain('fly auth login, or set FLY_API_TOKEN');
	});

	test('Log in gives the terminal to fly auth login, and continues with a new look', async () => {
		const shown = rehearse(20, [loggedOut], {size});
		await shown.waitFor(/› Log in/);
		shown.type(enter);
		await shown.waitFor(/› app/);
		expect(shown.scrollback()).toContain('successfully logged in as dev@');
		expect(callsOf('auth', 'login')).toMatchObject([{exit: 0}]);
		// The keyboard is phxfly's again.
		shown.type(enter);
		await shown.waitFor(/› region/);
		shown.type(ctrlC);
		expect(await shown.exits(60_000)).toBe(130);
	});

	test('a look that hangs shows for how long; esc leaves it and ends it; Try again starts over', async () => {
		const shown = rehearse(20, [{command: 'platform regions', fault: 'hang', on: 1}], {
			size,
			env: asChildren,
		});
		await shown.waitFor(/regions +looking, \d+ s/);
		await shown.waitFor(/regions +looking, 1 min \d+ s/);
		shown.type(esc);
		const screen = await shown.waitFor(/✕ Stopped/);
		expect(screen).toMatch(/› Try again +Log +Quit/);
		await expect.poll(() => listProcesses(rehearsal.worldPath), {timeout: 30_000}).toEqual([]);
		shown.type(enter);
		await shown.waitFor(/› app/);
		shown.type(ctrlC);
		expect(await shown.exits(60_000)).toBe(130);
	});
});

test('ctrl-c ends fly auth login and returns to the failure; quitting there changes nothing', async () => {
	const shown = rehearse(1, [loggedOut]);
	await shown.waitFor(/› Log in/);
	shown.type(enter);
	await shown.waitFor(/paste code here/);
	shown.type(ctrlC);
	const screen = await shown.waitFor(/The login did not finish/);
	expect(screen).toMatch(/^ ✕ Cannot continue$/m);
	expect(callsOf('auth', 'login')).toMatchObject([{exit: 127}]);
	shown.type(right + right + right + enter);
	expect(await shown.exits(60_000)).toBe(4);
	expect(callsOf('apps', 'create')).toEqual([]);
});

test('SIGTERM during fly auth login ends both', async () => {
	const shown = rehearse(1, [loggedOut]);
	await shown.waitFor(/› Log in/);
	shown.type(enter);
	await shown.waitFor(/paste code here/);
	process.kill(shown.pid, 'SIGTERM');
	expect(await shown.exits(60_000)).toBe(4);
	expect(callsOf('auth', 'login')).toMatchObject([{exit: 127}]);
	expect(listProcesses(rehearsal.worldPath)).toEqual([]);
});

test('with a flyctl that has no access token: Log in writes one, and the wizard continues', async () => {
	const project = join(rehearsal.folder, 'blog');
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	const wrapper = makeFlyWrapper(rehearsal);
	const login = join(wrapper.configFolder, 'config.yml');
	rmSync(login);
	const shown = open(['--fly', wrapper.path], {
		cwd: project,
		env: {FLY_CONFIG_DIR: wrapper.configFolder, RESEND_API_KEY: 're_ofTheCallerAndNobodyElse1'},
	});
	const screen = await shown.waitFor(/› Log in/);
	expect(screen).toContain('no access token available');
	shown.type(enter);
	await shown.waitFor(/successfully logged in[\s\S]*› app/);
	expect(readFileSync(login, 'utf8')).toContain('access_token: ');
	// What has the terminal is a child of flyctl's kind all the same: it gets no secret.
	for (const environment of wrapper.environments()) expect(environment.has('RESEND_API_KEY')).toBe(false);
	expect(rehearsal.world().calls.filter(({mutates}) => mutates)).toEqual([]);
});

test('with a rejected token in the environment, which outranks a login, Log in is not offered', async () => {
	const shown = rehearse(20, [], {env: {FLY_API_TOKEN: 'bad-token-of-the-caller'}});
	const screen = await shown.waitFor(/✕ Cannot continue/);
	expect(screen).toMatch(/› Try again +Log +Quit/);
	expect(screen).toContain('token-refused');
	expect(shown.raw()).not.toContain('bad-token-of-the-caller');
});

test('without a network: Try again continues', async () => {
	const shown = rehearse(20, [{command: 'orgs list', fault: 'reset', on: [1, 2, 3]}]);
	expect(await shown.waitFor(/✕ Cannot continue/)).toMatch(/› Try again/);
	shown.type(enter);
	await shown.waitFor(/› app/);
});

test('logged out in the middle of a run: a login as another account is refused, as the same it continues', async () => {
	const shown = open(
		['rehearse', ...answerFlags(), ...['--domain', 'none', '--speed', '200', '--world', 'w.json']],
		{
			env: {PHXFLY_FAULTS: JSON.stringify([{command: 'volumes create', fault: 'logged-out'}])},
			size: {columns: 80, rows: 40},
		},
	);
	await shown.waitFor(/› machine/);
	shown.type(enter);
	await shown.waitFor(/› Start/);
	shown.type(enter);
	await shown.waitFor(/✕ Create the volume failed[\s\S]*› Log in/);
	const email = rehearsal.world().account.email;
	const become = (other: string) =>
		changeWorld(rehearsal.worldPath, ({account}) => {
			account.email = other;
		});
	await become('another@example.com');
	shown.type(enter);
	await shown.waitFor(/You started this setup as dev@example\.com[\s\S]*› Log in/);
	expect(callsOf('volumes', 'create')).toHaveLength(1);
	await become(email);
	shown.type(enter);
	await shown.waitFor(/blog-1 is running and backed up/, 120_000);
	expect(await shown.exits(60_000)).toBe(0);
});

test('a command that is not the wizard says what to run', async () => {
	for (const command of ['deploy', 'status', 'verify']) {
		const shown = open([command, '--rehearse', ...answerFlags(), '--world', 'w.json', '--speed', '200'], {
			env: {PHXFLY_FAULTS: JSON.stringify([loggedOut])},
		});
		expect(await shown.exits(60_000)).toBe(4);
		expect(shown.scrollback()).toMatch(/failed \(not-logged-in\)[\s\S]*what to do: fly auth login/);
	}
});
