import {readFileSync, writeFileSync} from 'node:fs';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {simulatedNow, type World} from '../../source/rehearsal/world/world.ts';
import {openFinished} from '../helpers/finished-worlds.ts';
import {asChildren, type Ended, type Rehearsal} from '../helpers/rehearsal.ts';
import {openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 300_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeEach(async () => {
	rehearsal = await openFinished('tigris');
});
afterEach(() => rehearsal.close());

const common = (speed = 400) => ['--rehearse', '--speed', String(speed), '--world', 'w.json'];
const restore = (...args: readonly string[]) => rehearsal.run(['restore', ...args, ...common()]);
const failureOf = ({events}: Ended) => events.find(({type}) => type === 'failed');
const firstPoint = async () => {
	const {events} = await restore('--list', '--json');
	const found = events.find(({type}) => type === 'points-found') as {readonly earliest?: string} | undefined;
	return String(found?.earliest);
};
const restarts = () =>
	rehearsal
		.world()
		.calls.filter(({mutates}) => mutates)
		.filter(({argv}) => argv.includes('restart')).length;
const restores = () => rehearsal.world().machines[0]?.restores ?? [];

function editWorld(edit: (world: World) => void): void {
	const world = JSON.parse(readFileSync(rehearsal.worldPath, 'utf8')) as World;
	edit(world);
	writeFileSync(rehearsal.worldPath, JSON.stringify(world));
}

test('shows the plan, asks, goes back, verifies, and its undo works', async () => {
	const at = await firstPoint();
	const dry = await restore('--at', at, '--dry-run');
	expect(dry.exit, dry.stderr).toBe(0);
	expect(dry.stdout).toMatch(/^Restore of blog-1 to .* UTC \(rehearsal\)$/m);
	expect(dry.stdout).toContain('stays      the old database, whole, in /data/wisp_prod.db.before-');
	expect(dry.stdout).toMatch(/^ {2}fly machine restart \w+ --skip-health-checks -a blog-1$/m);
	const unasked = await restore('--at', at, '--json');
	expect({exit: unasked.exit, code: failureOf(unasked)?.code}).toEqual({exit: 5, code: 'input-needed'});
	expect({restarts: restarts(), restores: restores()}).toEqual({restarts: 0, restores: []});

	const {exit, events, strayLines} = await restore('--at', at, '--yes', '--json');
	expect({exit, strayLines}).toEqual({exit: 0, strayLines: []});
	expect(events.find(({type}) => type === 'restore-planned')).toMatchObject({
		app: 'blog-1',
		tables: [
			{name: 'posts', rows: 3, live: 3},
			{name: 'schema_migrations', rows: 1, live: 1},
		],
		isRehearsal: true,
	});
	expect(events.filter(({id, status}) => id === 'replica' && status === 'proved')).toHaveLength(1);
	expect(restores()).toMatchObject([{at: new Date(at).toISOString(), swappedAt: expect.any(Number)}]);
	const swap = events.find(({id, status}) => id === 'restart-machine' && status === 'done') as
		| {readonly note?: string}
		| undefined;
	const note = String(swap?.note);
	const [, undo = ''] = /undo: phxfly restore --at (\S+) --rehearse$/.exec(note) ?? [];
	const undone = await restore('--at', undo, '--yes');
	expect(undone.exit, undone.stderr).toBe(0);
	expect(undone.stderr).toMatch(/^To undo the restore: phxfly restore --at \S+ --rehearse$/m);
	expect(restores()).toHaveLength(2);
});

test('times that cannot be used, and none: nothing is changed', async () => {
	for (const [args, code] of [
		[[], 'usage'],
		[['--at', '2099-01-01T00:00:00Z'], 'time-in-future'],
		[['--at', '2020-01-01T00:00:00Z'], 'time-too-early'],
		[['--at', '1 second ago'], 'time-too-late'],
	] as const) {
		const ended = await restore(...args, '--yes', '--json');
		expect({exit: ended.exit, code: failureOf(ended)?.code}).toEqual({exit: 2, code});
		if (code === 'time-too-early')
			expect(failureOf(ended)?.hint).toMatch(/phxfly restore --at \S+\. All of them/);
	}

	expect({restarts: restarts(), restores: restores()}).toEqual({restarts: 0, restores: []});
});

test.each([
	{
		name: 'an image with another entrypoint',
		edit: ({machines}: World) => {
			for (const {judgment} of machines) if (judgment) judgment.goesBack = false;
		},
		exit: 9,
		code: 'restore-not-offered',
		hint: /delete it, run phxfly, which writes the new one, and then phxfly deploy/,
	},
	{
		name: 'a machine that is stopped',
		edit: ({machines}: World) => {
			for (const machine of machines) machine.state = 'stopped';
		},
		exit: 9,
		code: 'restore-not-offered',
		hint: /^fly machine start \w+ -a blog-1$/,
	},
	{
		name: 'two machines',
		edit: ({machines}: World) => {
			const [first] = machines;
			if (first) machines.push({...structuredClone(first), id: 'aaaabbbbccccdd'});
		},
		exit: 6,
		code: 'several-machines',
		hint: /fly machine destroy ID --force -a blog-1/,
	},
	{
		name: 'a volume without room',
		edit: ({machines}: World) => {
			for (const machine of machines) machine.files = {'/data/uploads.tar': 1_030_000_000};
		},
		exit: 9,
		code: 'no-room',
		hint: /fly volumes extend ID --size GB -a blog-1/,
	},
])('$name: refused, with what to do', async ({edit, exit, code, hint}) => {
	const at = await firstPoint();
	editWorld(edit);
	const ended = await restore('--at', at, '--yes', '--json');
	expect({exit: ended.exit, code: failureOf(ended)?.code}).toEqual({exit, code});
	expect(failureOf(ended)?.hint).toMatch(hint);
	expect({restarts: restarts(), restores: restores()}).toEqual({restarts: 0, restores: []});
});

test('killed while the machine restarts, the same command finishes the restore, and does not begin another', async () => {
	const at = await firstPoint();
	const killed = rehearsal.start(['restore', '--at', at, ...common(20), '--yes', '--json'], {
		env: asChildren,
	});
	await killed.until(() => rehearsal.isCalling('machine', 'restart') || restarts() > 0);
	killed.kill('SIGKILL');
	await killed.ended;
	const {exit, events} = await restore('--at', at, '--yes', '--json');
	expect(exit, JSON.stringify(events.slice(-3))).toBe(0);
	expect(restores()).toMatchObject([{swappedAt: expect.any(Number)}]);
});

test('a request that an earlier run left is finished, not forgotten', async () => {
	const at = await firstPoint();
	const id = '20261128000000';
	editWorld(world => {
		const [machine] = world.machines;
		if (machine) machine.restores = [{id, at, untilMs: simulatedNow(world) + 86_400_000}];
	});
	const {exit} = await restore('--at', '2020-01-01T00:00:00Z', '--yes', '--json');
	expect(exit).toBe(0);
	expect(restores()).toMatchObject([{id, swappedAt: expect.any(Number)}]);
});

test('on a terminal it asks once, and a no changes nothing', async () => {
	const at = await firstPoint();
	const {environment, folder, packageFolder} = rehearsal;
	const open = () =>
		openTerminal(process.execPath, [`${packageFolder}/dist/cli.js`, 'restore', '--at', at, ...common(200)], {
			cwd: folder,
			env: environment,
			rows: 60,
		});
	const no = open();
	await no.waitFor(/Take blog-1 back to .* now\?/, 120_000);
	no.type('n\r');
	expect(await no.exits(60_000)).toBe(130);
	expect(restarts()).toBe(0);

	const yes = open();
	await yes.waitFor(/Take blog-1 back to .* now\?/, 120_000);
	yes.type('y\r');
	await yes.waitFor(/blog-1 is running and backed up/, 240_000);
	yes.type('q');
	expect(await yes.exits(60_000)).toBe(0);
	expect(yes.scrollback()).toContain('To undo the restore: phxfly restore --at ');
	expect(restores()).toHaveLength(1);
});
