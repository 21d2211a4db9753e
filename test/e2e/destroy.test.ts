import {cpSync, existsSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi} from 'vitest';
import {openFinished} from '../helpers/finished-worlds.ts';
import {asChildren, type Ended, listProcesses, type Rehearsal} from '../helpers/rehearsal.ts';
import {openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeAll(async () => {
	rehearsal = await openFinished('tigris');
	move(rehearsal.folder, join(rehearsal.home, 'world'));
	move(rehearsal.stateHome, join(rehearsal.home, 'state'));
});
afterAll(() => rehearsal.close());

/** Each test finds the setup as it was finished. */
beforeEach(() => {
	move(join(rehearsal.home, 'world'), rehearsal.folder);
	move(join(rehearsal.home, 'state'), rehearsal.stateHome);
});

function move(from: string, to: string): void {
	rmSync(to, {recursive: true, force: true});
	cpSync(from, to, {recursive: true});
}

const args = (speed: number, ...more: readonly string[]) => [
	...['destroy', '--rehearse', '--speed', String(speed), '--world', 'w.json', ...more],
];
const destroy = (...more: readonly string[]) => rehearsal.run(args(1000, ...more));
const mutating = () => rehearsal.world().calls.filter(({mutates}) => mutates);
const hasJournal = () => existsSync(join(rehearsal.stateFolder(), 'journal.json'));
const readSection = () => {
	const text = readFileSync(join(rehearsal.stateFolder(), 'journal.json'), 'utf8');
	const {apps} = JSON.parse(text) as {
		readonly apps: readonly {readonly ids: Readonly<Record<string, string>>}[];
	};
	return apps[0] ?? {ids: {}};
};
const failure = ({events}: Ended) => events.find(({type}) => type === 'failed');

function expectNothingLeft(): void {
	const {apps, volumes, secrets, buckets, objects, certificates, addresses, machines, releases} =
		rehearsal.world();
	const left = [apps, volumes, secrets, buckets, objects, certificates, addresses, machines, releases];
	expect(left.flat()).toEqual([]);
	expect(hasJournal()).toBe(false);
	expect(readdirSync(rehearsal.stateFolder()).filter(name => /^fly-|^lock/.test(name))).toEqual([]);
	expect(listProcesses(rehearsal.worldPath)).toEqual([]);
}

test('with --yes everything goes in its order, a call each, and the journal is archived', async () => {
	const before = mutating().length;
	const {machines, volumes, addresses} = rehearsal.world();
	const {exit, events, strayLines} = await destroy('--yes', '--json');
	expect({exit, strayLines}).toEqual({exit: 0, strayLines: []});
	const calls = mutating()
		.slice(before)
		.map(({argv}) => argv.join(' '));
	expect(calls).toEqual([
		'certs remove blog.example.com -a blog-1 --yes',
		...addresses.map(({address}) => `ips release ${address} -a blog-1`),
		`machine destroy ${machines[0]?.id} --force -a blog-1`,
		`volumes destroy ${volumes[0]?.id} -a blog-1 --yes`,
		'storage destroy blog-1-store --yes',
		'apps destroy blog-1 --yes',
	]);
	expect(events.at(-1)).toMatchObject({
		type: 'finished',
		exit: 0,
		resources: expect.arrayContaining([{kind: 'volume', id: volumes[0]?.id, detail: 'removed'}]),
	});
	expectNothingLeft();
	const again = await destroy('--yes', '--json');
	expect(failure(again)).toMatchObject({code: 'app-not-known'});
	expect(again.exit).toBe(7);
});

test('without a yes, or with another name, nothing is deleted', async () => {
	const before = mutating().length;
	const unasked = await destroy('--json');
	expect(unasked.exit).toBe(5);
	expect(unasked.events.find(({type}) => type === 'input-needed')).toMatchObject({
		flag: '--yes',
		next: expect.stringMatching(/^phxfly destroy .*--yes$/),
	});
	const other = await destroy('--yes', '--json', '--app', 'other-1');
	expect(failure(other)).toMatchObject({code: 'app-not-known', message: expect.stringContaining('blog-1')});
	expect(other.exit).toBe(7);
	expect(mutating().length).toBe(before);
});

test('the app stays with what others created in it, until they delete that', async () => {
	await rehearsal.fly('volumes', 'create', 'wisp_data', '-a', 'blog-1', '--region', 'sjc', '--yes');
	const id = rehearsal.world().volumes.at(-1)?.id;
	const partly = await destroy('--yes', '--json');
	expect(failure(partly)).toMatchObject({
		code: 'not-made-here',
		hint: expect.stringContaining(`fly volumes destroy ${id} -a blog-1`),
	});
	expect(partly.exit).toBe(7);
	const {apps, volumes, machines, buckets} = rehearsal.world();
	expect(volumes.filter(({state}) => state === 'created').map(each => each.id)).toEqual([id]);
	expect([apps.map(({name}) => name), machines.filter(({state}) => state !== 'destroyed'), buckets]).toEqual([
		['blog-1'],
		[],
		[],
	]);
	expect(hasJournal()).toBe(true);

	await rehearsal.fly('volumes', 'destroy', id ?? '', '-a', 'blog-1', '--yes');
	expect((await destroy('--yes', '--json')).exit).toBe(0);
	expectNothingLeft();
	expect(hasJournal()).toBe(false);
});

test('--keep-data keeps app, volume and bucket, and what the journal says of them', async () => {
	const {volumes, buckets, objects} = rehearsal.world();
	const kept = await destroy('--yes', '--keep-data');
	expect(kept.exit).toBe(0);
	expect(kept.stdout).toContain('blog-1 itself stays');
	const world = rehearsal.world();
	expect([world.machines, world.certificates, world.addresses]).toEqual([[], [], []]);
	expect(world.volumes.map(({id}) => id)).toEqual(volumes.map(({id}) => id));
	expect([world.buckets, world.objects]).toEqual([buckets, objects]);
	expect(readSection()).toMatchObject({
		ids: {'create-app': 'blog-1', 'create-volume': volumes[0]?.id, 'create-bucket': 'blog-1-store'},
		calls: [],
	});
	expect(Object.keys(readSection().ids)).not.toContain('deploy');
});

test('on a terminal the name must be typed', async () => {
	const {environment, folder, packageFolder} = rehearsal;
	const before = mutating().length;
	const open = () => {
		const terminal = openTerminal(process.execPath, [`${packageFolder}/dist/cli.js`, ...args(1000)], {
			...{cwd: folder, env: environment, rows: 60},
		});
		onTestFinished(() => terminal.kill('SIGKILL'));
		return terminal;
	};
	const wrong = open();
	const screen = await wrong.waitFor(/Type the app name to confirm/, 60_000);
	expect(screen).toContain('the database on it is lost');
	wrong.type('y\r');
	await wrong.waitFor(/That is not blog-1\.[\s\S]*Type the app name to confirm: *$/);
	wrong.type('\r');
	expect(await wrong.exits(60_000)).toBe(130);
	expect(wrong.screen()).toContain('Nothing was deleted.');
	expect(mutating().length).toBe(before);
	const right = open();
	await right.waitFor(/Type the app name to confirm/, 60_000);
	right.type('blog\r');
	await right.waitFor(/That is not blog-1\.[\s\S]*Type the app name to confirm: *$/);
	right.type('blog-1\r');
	await right.waitFor(/remove-certificate: done/, 60_000);
	expect(rehearsal.world().certificates).toEqual([]);
});

test('killed in the middle of any removal, the same command ends the same', async () => {
	const moments = [
		['machine', 'destroy'],
		['apps', 'destroy'],
	];
	for (const words of moments) {
		const running = rehearsal.start(args(50, '--yes', '--json'), {env: asChildren});
		const isOver = () => running.events.some(({type}) => type === 'finished');
		await running.until(() => rehearsal.isCalling(...words) || isOver());
		running.kill('SIGKILL');
		expect((await running.ended).exit, words.join(' ')).toBeUndefined();
	}

	const {exit, events} = await destroy('--yes', '--json');
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 0});
	expect(exit).toBe(0);
	expectNothingLeft();
});
