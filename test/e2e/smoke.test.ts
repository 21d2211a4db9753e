import {join} from 'node:path';
import {beforeAll, expect, onTestFinished, test, vi} from 'vitest';
import {answerFlags, providerAnswers, rehearseArgs} from '../helpers/answers.ts';
import {awkwardKey, openFinished} from '../helpers/finished-worlds.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';
import {openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

/** What a setup with Tigris leaves. */
let wanted: ReturnType<typeof normaliseWorld>;
beforeAll(async () => {
	const rehearsal = await openFinished('tigris');
	wanted = normaliseWorld(rehearsal.world());
	await rehearsal.close();
});

const closed = (rehearsal: Rehearsal): Rehearsal => {
	onTestFinished(() => rehearsal.close());
	return rehearsal;
};
const place = ['--rehearse', '--speed', '1000', '--world', 'w.json'];

test('Wisp: a setup ends with each thing once, and no key is printed or kept', async () => {
	const rehearsal = closed(openRehearsal());
	const env = {...providerAnswers.s3.env, RESEND_API_KEY: 're_canaryQ8vX2mW5kT9rL3pB7nD'};
	const args = rehearseArgs(1000, 's3').filter(word => word !== '--no-mail');
	const {exit, events, strayLines, stdout, stderr} = await rehearsal.run(args, {env});
	expect({exit, strayLines, stderr}).toEqual({exit: 0, strayLines: [], stderr: ''});
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 0, url: 'https://blog-1.fly.dev'});
	const world = normaliseWorld(rehearsal.world());
	expect(world).toMatchObject({
		apps: [{name: 'blog-1', org: 'personal'}],
		volumes: [{name: 'wisp_data', region: 'sjc', sizeGb: 1, isAttached: true}],
		certificates: [{hostname: 'blog.example.com', status: 'active'}],
		machines: [{state: 'started', region: 'sjc', isLeased: false}],
		newestReleases: [{status: 'complete'}],
		probes: [],
	});
	for (const name of Object.keys(env))
		expect(world.secrets).toContainEqual({app: 'blog-1', name, status: 'Deployed'});

	const files = [...readTree(join(rehearsal.folder, '..'))].filter(([path]) => !path.startsWith('package/'));
	const places = [...files.map(([path, bytes]) => [path, bytes.toString('latin1')] as const), ['', stdout]];
	for (const value of Object.values(env))
		expect(places.filter(([, text]) => text?.includes(value)).map(([path]) => path)).toEqual([]);
});

test('Phoenix: a setup ends with one machine and its key, and verify proves it', async () => {
	const rehearsal = closed(await openFinished('phoenix'));
	expect(normaliseWorld(rehearsal.world())).toMatchObject({
		...{volumes: [], buckets: []},
		machines: [{state: 'started', region: 'ams', mounts: []}],
		newestReleases: [{status: 'complete'}],
	});
	const {exit, events} = await rehearsal.run(['verify', 'chat', ...place, '--json']);
	const last = new Map(
		events.filter(({type}) => type === 'check-changed').map(({id, status}) => [id, status]),
	);
	expect(new Set(last.values())).toEqual(new Set(['proved']));
	expect(exit).toBe(0);
	for (const bytes of readTree(rehearsal.stateHome).values()) expect(bytes.includes(awkwardKey)).toBe(false);
});

test('the wizard walks through the questions, starts and closes', async () => {
	const rehearsal = closed(openRehearsal());
	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	const args = [cli, 'rehearse', '--speed', '400', '--wait', '1h', '--world', 'w.json'];
	const terminal = openTerminal(process.execPath, args, {cwd: rehearsal.folder, env: rehearsal.environment});
	onTestFinished(() => terminal.kill('SIGKILL'));
	for (const question of ['app', 'region', 'volume', 'machine']) {
		await terminal.waitFor(new RegExp(`› ${question}`), 90_000);
		terminal.type('\r');
	}

	await terminal.waitFor(/› domain/, 90_000);
	terminal.type('blog.example.com\r');
	await terminal.waitFor(/› mail/, 90_000);
	terminal.type('\r');
	await terminal.waitFor(/Press\s+Enter\s+again\s+to\s+skip/, 90_000);
	terminal.type('\r');
	await terminal.waitFor(/› storage/, 90_000);
	terminal.type('\r');

	expect(await terminal.waitFor(/Review .*[\s\S]*Start/, 90_000)).toContain('Change an answer');
	expect(rehearsal.world().calls.filter(({mutates}) => mutates)).toEqual([]);
	terminal.type('\r');
	expect(await terminal.exits(150_000)).toBe(0);
	expect(terminal.scrollback()).toContain('https://blog.example.com');
	expect(rehearsal.world()).toMatchObject({machines: [{state: 'started'}], releases: [{status: 'complete'}]});
});

test('killed while it sends the secrets, the same command ends as an undisturbed one', async () => {
	const rehearsal = closed(openRehearsal());
	const running = rehearsal.start(rehearseArgs(20));
	await running.until(() => rehearsal.isCalling('secrets', 'import'));
	running.kill('SIGKILL');
	expect((await running.ended).exit).toBeUndefined();
	const {exit, events} = await rehearsal.run(rehearseArgs(1000));
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 0});
	expect(exit).toBe(0);
	expect(normaliseWorld(rehearsal.world())).toEqual(wanted);
});

test('a saved plan, applied, leaves what a setup leaves', async () => {
	const rehearsal = closed(openRehearsal());
	const planned = await rehearsal.run(['plan', ...place, ...answerFlags(), '--out', 'plan.json']);
	expect(planned.exit).toBe(0);
	expect(rehearsal.world().calls.filter(({mutates}) => mutates)).toEqual([]);
	const applied = await rehearsal.run(['apply', 'plan.json', ...place, '--wait', '1h', '--yes', '--json']);
	expect(applied.events.at(-1)).toMatchObject({type: 'finished', exit: 0});
	expect(normaliseWorld(rehearsal.world())).toEqual(wanted);
});

test('destroy removes everything that a setup has made', async () => {
	const rehearsal = closed(await openFinished('tigris'));
	const {exit, events} = await rehearsal.run(['destroy', ...place, '--yes', '--json']);
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 0});
	expect(exit).toBe(0);
	const {apps, volumes, secrets, buckets, certificates, addresses, machines} = rehearsal.world();
	expect([apps, volumes, secrets, buckets, certificates, addresses, machines].flat()).toEqual([]);
});
