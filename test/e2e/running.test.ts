import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi} from 'vitest';
import {openFinished} from '../helpers/finished-worlds.ts';
import {type FlyWrapper, makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {type Ended, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 300_000, hookTimeout: 300_000});

let rehearsal: Rehearsal;
let project: string;
let wrapper: FlyWrapper;
let app: string;

/** Runs a command as a fresh runner does, with the answers of the first setup and then these. */
async function runFresh(command: readonly string[], more: readonly string[] = []): Promise<Ended> {
	rmSync(rehearsal.stateHome, {recursive: true, force: true});
	const answers = [
		...['--app', app, '--org', 'personal', '--region', 'sjc', '--no-mail'],
		...['--storage', 'tigris', '--bucket', 'blog-1-store', '--domain', 'blog.example.com'],
	];
	const args = command[0] === 'apply' ? command : [...command, ...answers, ...more];
	const env = {FLY_CONFIG_DIR: wrapper.configFolder, FLY_API_TOKEN: 'fo1_of_the_job'};
	return rehearsal.run([...args, '--fly', wrapper.path], {cwd: project, env});
}

const setup = ['setup', '--yes', '--json', '--wait', '0s'];
const deploy = ['deploy', '--yes', '--json', '--wait', '0s'];
const flyToml = () => readFileSync(join(project, 'fly.toml'), 'utf8');
const changes = () => rehearsal.world().calls.filter(({mutates}) => mutates).length;
const failureOf = ({events}: Ended) => events.find(({type}) => type === 'failed');

beforeAll(async () => {
	rehearsal = openRehearsal();
	project = join(rehearsal.folder, 'blog');
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	wrapper = makeFlyWrapper(rehearsal);
	// This app does not exist, so its site is unreachable from here.
	app = `phxfly-e2e-${rehearsal.folder.replaceAll(/[^a-z]/g, '').slice(-8)}-nowhere`;
	const {exit, stdout, stderr} = await runFresh(setup);
	expect(exit, stdout + stderr).toBe(3);
});
afterAll(() => rehearsal.close());

let before: {readonly changes: number; readonly flyToml: string};
beforeEach(() => {
	before = {changes: changes(), flyToml: flyToml()};
});

const expectUnchanged = () => expect({changes: changes(), flyToml: flyToml()}).toEqual(before);

test('a fresh runner moves neither domain nor replica of a running app', async () => {
	const both = await runFresh(setup, ['--domain', 'none', '--prefix', 'elsewhere']);
	expect(failureOf(both)).toMatchObject({code: 'replica-would-move'});
	const domain = await runFresh(setup, ['--domain', 'none']);
	expect(failureOf(domain)).toMatchObject({code: 'domain-would-change'});
	const region = await runFresh(setup, ['--region', 'fra']);
	expect(failureOf(region)).toMatchObject({code: 'region-would-change'});
	expect([both.exit, domain.exit, region.exit]).toEqual([9, 9, 9]);
	expectUnchanged();
});

test('a deploy on a fresh runner obeys the same rule', async () => {
	const domain = await runFresh(deploy, ['--domain', 'none']);
	expect(failureOf(domain)).toMatchObject({code: 'domain-would-change'});
	const region = await runFresh(deploy, ['--region', 'fra']);
	expect(failureOf(region)).toMatchObject({code: 'region-would-change'});
	expect([domain.exit, region.exit]).toEqual([9, 9]);
	expectUnchanged();
});

test('plan says first what would move; saved or as a script it ends with 9', async () => {
	const more = ['--prefix', 'elsewhere'];
	const shown = await runFresh(['plan'], more);
	expect(shown.exit).toBe(0);
	expect(shown.stdout).toMatch(/^! \S+ replicates to s3:\/\/blog-1-store\/\S+ at .*, not to .*elsewhere/m);
	const json = await runFresh(['plan', '--json'], more);
	expect(json.events.find(({type}) => type === 'plan-made')).toMatchObject({
		blocked: {code: 'replica-would-move'},
	});
	for (const how of [['--out', 'moved.json'], ['--script']])
		expect([how, (await runFresh(['plan', ...how], more)).exit]).toEqual([how, 9]);
	expectUnchanged();
});

test('apply refuses what was moved by hand after the plan was saved', async () => {
	expect((await runFresh(['plan', '--out', 'plan.json'])).exit).toBe(0);
	const world = rehearsal.world();
	const rename = (value: string) => {
		for (const {secrets} of world.machines)
			for (const secret of secrets) if (secret.name === 'PHX_HOST') secret.value = value;
		writeFileSync(rehearsal.worldPath, JSON.stringify(world));
	};
	rename('other.example.com');
	const applied = await runFresh(['apply', 'plan.json', '--yes', '--json', '--wait', '0s']);
	expect(failureOf(applied)).toMatchObject({code: 'domain-would-change'});
	expect(applied.exit).toBe(9);
	expectUnchanged();
	rename('blog.example.com');
});

test('a stopped machine: exit 9 with the command that starts it, which is enough', async () => {
	const [{id = ''} = {}] = rehearsal.world().machines;
	await rehearsal.fly('machine', 'stop', id, '-a', app);
	before = {...before, changes: changes()};
	for (const command of [setup, deploy]) {
		const stopped = await runFresh(command);
		expect(failureOf(stopped)).toMatchObject({
			code: 'machine-not-started',
			hint: expect.stringContaining(`fly machine start ${id} -a ${app}`),
		});
		expect(stopped.exit).toBe(9);
	}

	expectUnchanged();
	await rehearsal.fly('machine', 'start', id, '-a', app);
	const {exit, stdout, stderr} = await runFresh(setup);
	expect(exit, stdout + stderr).toBe(3);
});

test('the wizard looks at the running app, and leads back to the answer that would move it', async () => {
	const finished = await openFinished('tigris');
	onTestFinished(() => finished.close());
	const {environment, folder, packageFolder} = finished;
	const args = ['rehearse', '--speed', '4', '--world', 'w.json', '--domain', 'other.example.com'];
	const terminal = openTerminal(process.execPath, [`${packageFolder}/dist/cli.js`, ...args], {
		...{cwd: folder, env: environment, rows: 60},
	});
	onTestFinished(() => terminal.kill('SIGKILL'));
	await terminal.waitFor(/running app +blog-1: its domain, replica, and region/, 120_000);
	await terminal.waitFor(/blog-1 runs with the domain blog\.example\.com, not/, 60_000);
	expect(terminal.screen()).toContain('Nothing was changed.');
	terminal.type('\r');
	await terminal.waitFor(/Email links, passkeys, and LiveView use it/, 60_000);
});
