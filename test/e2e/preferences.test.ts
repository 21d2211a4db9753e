import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {answerFlags, rehearseArgs} from '../helpers/answers.ts';
import {type FlyWrapper, makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {type OpenTerminal, openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
let wrapper: FlyWrapper;
let terminal: OpenTerminal | undefined;
beforeEach(() => {
	rehearsal = openRehearsal();
	wrapper = makeFlyWrapper(rehearsal);
});
afterEach(async () => {
	terminal?.kill('SIGKILL');
	await rehearsal.close();
});

const file = () => join(rehearsal.stateHome, 'phxfly', 'preferences.json');
const environment = () => ({...rehearsal.environment, FLY_CONFIG_DIR: wrapper.configFolder});

function makeProject(name: string): string {
	const project = join(rehearsal.folder, name);
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	return project;
}

test('the answers of one setup are proposed to a person in the next, and answer nothing without one', async () => {
	const args = ['--yes', '--wait', '0s', '--fly', wrapper.path, ...answerFlags(), '--domain', 'none'];
	const app = `phxfly-e2e-${rehearsal.folder.replaceAll(/[^a-z]/g, '').slice(-8)}-nowhere`;
	const first = await rehearsal.run([...args, '--region', 'fra', '--app', app], {
		cwd: makeProject('first'),
		env: {FLY_CONFIG_DIR: wrapper.configFolder},
	});
	// The name of the app points nowhere, so that not everything can be verified.
	expect(first.exit).toBe(3);
	expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({
		answers: {org: 'personal', region: 'fra', storage: 'tigris'},
	});

	const second = makeProject('second');
	const flyToml = join(second, 'fly.toml');
	writeFileSync(flyToml, readFileSync(flyToml, 'utf8').replace(/^primary_region.*\n/m, ''));
	const open = ['--fly', wrapper.path, '--app', 'blog-2', '--org', 'personal', '--storage', 'tigris'];
	const alone = await rehearsal.run([...open, '--yes', '--domain', 'none', '--no-mail'], {
		cwd: second,
		env: {FLY_CONFIG_DIR: wrapper.configFolder},
	});
	expect(alone.stderr).toMatch(/^failed \(input-needed\): Missing answer: Region/m);
	expect(alone.exit).toBe(5);

	// Also the look of the screens.
	const look = {ascii: true, noColor: false, screenReader: false};
	writeFileSync(file(), JSON.stringify({...JSON.parse(readFileSync(file(), 'utf8')), look}));
	terminal = openTerminal(process.execPath, [join(rehearsal.packageFolder, 'dist', 'cli.js'), ...open], {
		cwd: second,
		env: environment(),
	});
	const asked = await terminal.waitFor(/region[\s\S]*last time/, 90_000);
	expect(asked).toMatch(/> fra +Frankfurt/);
	expect(asked).not.toMatch(/[›●○]/);
	terminal.type('\u0003');
	await terminal.exits(60_000);
	expect(terminal.scrollback()).toContain('The screens looked as last time: --ascii.');
});

test('a rehearsal remembers nothing', async () => {
	expect((await rehearsal.run(rehearseArgs(1000))).exit).toBe(0);
	expect(existsSync(file())).toBe(false);
});
