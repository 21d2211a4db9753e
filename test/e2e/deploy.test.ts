import {afterAll, beforeAll, expect, onTestFinished, test, vi} from 'vitest';
import {openFinished} from '../helpers/finished-worlds.ts';
import {asChildren, listProcesses, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeAll(async () => {
	rehearsal = await openFinished('tigris');
});
afterAll(() => rehearsal.close());

const common = (speed: number) => ['--rehearse', '--speed', String(speed), '--world', 'w.json'];
const deploy = (...args: readonly string[]) => rehearsal.run(['deploy', ...common(400), '--yes', ...args]);
const mutating = () => rehearsal.world().calls.filter(({mutates}) => mutates);
const versions = () => rehearsal.world().releases.map(({version}) => version);

test('deploys again although nothing changed, with the same call as setup, then verifies it', async () => {
	const [calls, machine, before] = [mutating().length, rehearsal.world().machines[0], versions()];
	const image = 'ghcr.io/example/blog:2';
	const {exit, events, strayLines} = await deploy('--json', '--image', image);
	expect({exit, strayLines}).toEqual({exit: 0, strayLines: []});
	expect(events.find(({type}) => type === 'plan-made')?.steps).toEqual([
		expect.objectContaining({id: 'deploy'}),
	]);
	expect(
		mutating()
			.slice(calls)
			.map(({argv}) => argv.join(' ')),
	).toEqual([`deploy -a blog-1 --ha=false --dns-checks=false --wait-timeout 5m --image ${image}`]);
	expect(versions().length).toBe(before.length + 1);
	expect(rehearsal.world().machines.map(({id}) => id)).toEqual([machine?.id]);
	const proved = events.filter(({type, status}) => type === 'check-changed' && status === 'proved');
	expect(proved.length).toBeGreaterThan(8);
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 0});
});

test('on a terminal it says that the machine restarts and asks once; an image was for that time only', async () => {
	const {environment, folder, packageFolder} = rehearsal;
	const open = () => {
		const args = [`${packageFolder}/dist/cli.js`, 'deploy', ...common(100)];
		const terminal = openTerminal(process.execPath, args, {cwd: folder, env: environment, rows: 60});
		onTestFinished(() => terminal.kill('SIGKILL'));
		return terminal;
	};
	const before = mutating().length;
	const no = open();
	const question = await no.waitFor(/Deploy blog-1 now\? \[y\/N\]/, 60_000);
	expect(question).toContain('This restarts the machine: expect a few seconds of downtime.');
	no.type('n\r');
	expect(await no.exits(60_000)).toBe(130);
	expect(no.screen()).toContain('Nothing was changed.');
	expect(mutating().length).toBe(before);

	const yes = open();
	await yes.waitFor(/\[y\/N\]/, 60_000);
	yes.type('y\r');
	await yes.waitFor(/blog-1 is running and backed up/, 120_000);
	yes.type('q');
	expect(await yes.exits(60_000)).toBe(0);
	expect(mutating().length).toBe(before + 1);
	expect(mutating().at(-1)?.argv).not.toContain('--image');
});

test('killed while it deploys, the same command ends the orphan and ends as undisturbed', async () => {
	const args = ['deploy', ...common(20), '--yes', '--json'];
	const killed = rehearsal.start(args, {env: asChildren});
	await killed.until(() => rehearsal.isCalling('deploy'));
	killed.kill('SIGKILL');
	await killed.ended;
	const {exit, events} = await deploy('--json');
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 0});
	expect(exit).toBe(0);
	const {machines, releases} = rehearsal.world();
	expect(machines).toMatchObject([{state: 'started'}]);
	expect(machines[0]?.lease).toBeUndefined();
	expect(releases.toSorted((a, b) => b.version - a.version)[0]).toMatchObject({status: 'complete'});
	expect(listProcesses(rehearsal.worldPath)).toEqual([]);
});

test('a second machine stops it before anything restarts', async () => {
	const clone = (words: readonly string[]) => rehearsal.fly(...words, '-a', 'blog-1');
	expect((await clone(['scale', 'count', '2', '--yes'])).exit).toBe(0);
	const before = mutating().length;
	const {exit, events} = await deploy('--json');
	expect(exit).toBe(6);
	expect(events.find(({type}) => type === 'failed')).toMatchObject({code: 'several-machines'});
	expect(mutating().length).toBe(before);
});

test('without an app that is set up it says so and names setup', async () => {
	const fresh = openRehearsal();
	onTestFinished(() => fresh.close());
	const none = await fresh.run(['deploy', ...common(400), '--yes', '--json']);
	expect(none.events.find(({type}) => type === 'failed')).toMatchObject({
		code: 'app-missing',
		hint: expect.stringContaining('Run phxfly to create it'),
	});
	expect(none.exit).toBe(1);
	await fresh.fly('apps', 'create', 'blog-1', '--org', 'personal');
	const bare = await fresh.run(['deploy', ...common(400), '--yes', '--json', '--app', 'blog-1']);
	expect(bare.events.find(({type}) => type === 'failed')).toMatchObject({code: 'not-set-up'});
	expect(bare.exit).toBe(6);
	expect(fresh.world().calls.filter(({mutates, argv}) => mutates && argv[0] !== 'apps')).toEqual([]);
});
