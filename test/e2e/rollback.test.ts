import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import type {World} from '../../source/rehearsal/world/world.ts';
import {answerFlags} from '../helpers/answers.ts';
import {openFinished} from '../helpers/finished-worlds.ts';
import {asChildren, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 300_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeEach(async () => {
	rehearsal = await openFinished('tigris');
});
afterEach(() => rehearsal.close());

const common = (speed = 400) => ['--rehearse', '--speed', String(speed), '--world', 'w.json'];
const run = (command: string, ...args: readonly string[]) => rehearsal.run([command, ...args, ...common()]);
const deploy = async () => expect((await run('deploy', '--yes', '--json')).exit).toBe(0);
const mutating = () => rehearsal.world().calls.filter(({mutates}) => mutates);
const imageOf = (version: number) =>
	rehearsal.world().releases.find(each => each.version === version)?.imageRef ?? '';
const failureOf = (events: Awaited<ReturnType<typeof run>>['events']) =>
	events.find(({type}) => type === 'failed');

/** The version of the migration in the folder that the rehearsal deploys. */
const added = '20990101000000';
function addMigration(): void {
	const folder = join(rehearsal.stateFolder(), 'project', 'priv', 'repo', 'migrations');
	writeFileSync(join(folder, `${added}_later.exs`), 'defmodule Later do\nend\n');
}

function editWorld(edit: (world: World) => void): void {
	const world = JSON.parse(readFileSync(rehearsal.worldPath, 'utf8')) as World;
	edit(world);
	writeFileSync(rehearsal.worldPath, JSON.stringify(world));
}

test('lists the releases with their time, image, and migrations since, and changes nothing', async () => {
	addMigration();
	await deploy();
	const before = mutating().length;
	const {exit, stdout} = await run('rollback');
	expect(exit).toBe(0);
	expect(stdout).toMatch(
		/^ {3}2 {2}\d{4}-\d\d-\d\d \d\d:\d\d UTC, complete, the current one, image deployment-/m,
	);
	expect(stdout).toMatch(new RegExp(`^ {3}1  .*complete, image .*1 migration since then: ${added}$`, 'm'));
	const {events} = await run('rollback', '--json');
	expect(events.at(-1)).toMatchObject({
		type: 'finished',
		exit: 0,
		resources: [
			{kind: 'release', id: '2'},
			{kind: 'release', id: '1', detail: expect.stringContaining(added)},
		],
	});
	expect(mutating().length).toBe(before);
	const unclear = await run('rollback', '--yes', '--json');
	expect({exit: unclear.exit, code: failureOf(unclear.events)?.code}).toEqual({exit: 2, code: 'usage'});
});

test('deploys the image of an earlier release, verifies it, and prints the way back, which works', async () => {
	await deploy();
	const [first, second] = [imageOf(1), imageOf(2)];
	expect(first).not.toBe(second);
	const before = mutating().length;
	const plan = await run('rollback', '1', '--dry-run');
	expect(plan.exit).toBe(0);
	expect(plan.stdout).toContain(`--image ${first}`);
	expect(plan.stdout).toContain('undo       phxfly rollback 2 --rehearse');
	expect(mutating().length).toBe(before);

	const unasked = await run('rollback', '1', '--json');
	expect(unasked.exit).toBe(5);
	const {exit, events, strayLines} = await run('rollback', '1', '--yes', '--json');
	expect({exit, strayLines}).toEqual({exit: 0, strayLines: []});
	expect(events.find(({type}) => type === 'line-printed')?.line).toBe(
		'To undo: phxfly rollback 2 --rehearse',
	);
	expect(
		mutating()
			.slice(before)
			.map(({argv}) => argv.join(' ')),
	).toEqual([`deploy -a blog-1 --ha=false --dns-checks=false --wait-timeout 5m --image ${first}`]);
	expect(rehearsal.world().machines).toMatchObject([{image: first, state: 'started'}]);
	expect(events.filter(({status}) => status === 'proved').length).toBeGreaterThan(8);

	const again = await run('rollback', '1', '--yes', '--json');
	expect(again.exit).toBe(0);
	expect(mutating().length).toBe(before + 1);

	const undone = await run('rollback', '2', '--yes');
	expect({exit: undone.exit, stderr: undone.stderr}).toEqual({
		exit: 0,
		stderr: expect.stringContaining('To undo the rollback: phxfly rollback 3 --rehearse'),
	});
	expect(rehearsal.world().machines).toMatchObject([{image: second}]);

	// The image was for that time only.
	await deploy();
	expect([first, second]).not.toContain(rehearsal.world().machines[0]?.image);
});

test('migrations since then, or none that can be read, need more than --yes', async () => {
	addMigration();
	await deploy();
	const before = mutating().length;
	const refused = await run('rollback', '1', '--yes', '--json');
	expect(refused.exit).toBe(9);
	expect(failureOf(refused.events)).toMatchObject({
		code: 'migrations-since',
		message: expect.stringContaining(`1 migration since then: ${added}`),
		hint: expect.stringContaining('--allow-migrations'),
	});
	expect(mutating().length).toBe(before);
	const allowed = await run('rollback', '1', '--yes', '--json', '--allow-migrations');
	expect(allowed.exit).toBe(0);
	expect(rehearsal.world().machines).toMatchObject([{image: imageOf(1), migration: added}]);
});

test('on a terminal it shows the plan and asks once; with migrations since, for the number', async () => {
	addMigration();
	await deploy();
	const before = mutating().length;
	const {environment, folder, packageFolder} = rehearsal;
	const open = () =>
		openTerminal(process.execPath, [`${packageFolder}/dist/cli.js`, 'rollback', '1', ...common(200)], {
			cwd: folder,
			env: environment,
			rows: 60,
		});
	const no = open();
	const screen = await no.waitFor(/Type 1 to roll back nevertheless:/, 120_000);
	expect(screen).toContain('Rollback of blog-1 to release 1');
	no.type('y\r');
	expect(await no.exits(60_000)).toBe(130);
	expect(mutating().length).toBe(before);

	const yes = open();
	await yes.waitFor(/Type 1 to roll back nevertheless:/, 120_000);
	yes.type('1\r');
	await yes.waitFor(/blog-1 is running and backed up/, 240_000);
	yes.type('q');
	expect(await yes.exits(60_000)).toBe(0);
	expect(yes.scrollback()).toContain('To undo the rollback: phxfly rollback 2 --rehearse');
	expect(mutating().length).toBe(before + 1);
});

test('killed while it deploys, the same command ends as undisturbed, also with a machine that is down', async () => {
	addMigration();
	await deploy();
	const args = ['rollback', '1', ...common(20), '--yes', '--json', '--allow-migrations'];
	const killed = rehearsal.start(args, {env: asChildren});
	await killed.until(() => rehearsal.isCalling('deploy'));
	killed.kill('SIGKILL');
	await killed.ended;
	// Its consent is known: the call that it gave is in the journal.
	const {exit, events} = await run('rollback', '1', '--yes', '--json');
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 0});
	expect(exit).toBe(0);
	const {machines, releases} = rehearsal.world();
	expect(machines).toMatchObject([{state: 'started', image: imageOf(1)}]);
	expect(releases.toSorted((a, b) => b.version - a.version)[0]).toMatchObject({
		status: 'complete',
		imageRef: imageOf(1),
	});
});

test('an app whose machine is down goes back, as long as only the image changes', async () => {
	await deploy();
	await rehearsal.fly('machine', 'stop', rehearsal.world().machines[0]?.id ?? '', '-a', 'blog-1');
	const refused = await run('rollback', '1', '--yes', '--json');
	expect(failureOf(refused.events)).toMatchObject({
		code: 'migrations-since',
		message: expect.stringContaining('no machine is started'),
	});
	const {exit} = await run('rollback', '1', '--yes', '--json', '--allow-migrations');
	expect(exit).toBe(0);
	expect(rehearsal.world().machines).toMatchObject([{state: 'started', image: imageOf(1)}]);
});

test('an image that is gone is its own error, and changes nothing', async () => {
	await deploy();
	editWorld(({releases}) => {
		for (const release of releases) if (release.version === 1) release.imageRef = 'registry.fly.io/nope:1';
	});
	const image = rehearsal.world().machines[0]?.image;
	const {exit, events} = await run('rollback', '1', '--yes', '--json');
	expect(exit).toBe(1);
	expect(failureOf(events)).toMatchObject({
		code: 'image-gone',
		message: expect.stringContaining('registry.fly.io/nope:1'),
		hint: expect.stringContaining('phxfly deploy'),
	});
	expect(rehearsal.world().machines).toMatchObject([{state: 'started', image}]);
	expect(rehearsal.world().releases).toHaveLength(2);
	expect((await run('verify', '--json')).exit).toBe(0);
});

test('a release that is none, that failed, or with another image in the words is refused before anything', async () => {
	editWorld(({releases}) => {
		releases.push({
			...structuredClone(releases[0] as World['releases'][number]),
			version: 2,
			status: 'failed',
		});
	});
	const before = mutating().length;
	for (const [number, why] of [
		['9', 'lists no release 9'],
		['2', 'is failed'],
	] as const) {
		const {exit, events} = await run('rollback', number, '--yes', '--json');
		expect({exit, failure: failureOf(events)}).toMatchObject({
			exit: 2,
			failure: {code: 'release-not-found', message: expect.stringContaining(why)},
		});
	}

	const other = await run('rollback', '1', '--image', 'x', '--yes', '--json');
	expect(other.exit).toBe(2);
	expect(mutating().length).toBe(before);
});

test('an app that phxfly did not set up is listed, and changed only with its answers and --adopt', async () => {
	const other = openRehearsal();
	try {
		const args = ['rollback', '1', '--app', 'elsewhere', '--yes', '--json', ...common()];
		const {exit, events} = await other.run(args);
		expect({exit, code: failureOf(events)?.code}).toEqual({exit: 1, code: 'app-missing'});
	} finally {
		await other.close();
	}

	await deploy();
	await run('forget', '--yes');
	const before = mutating().length;
	expect((await run('rollback')).exit).toBe(0);
	const open = await run('rollback', '1', '--yes', '--json');
	expect([open.exit, failureOf(open.events)?.code]).toEqual([5, 'input-needed']);
	expect(mutating().length).toBe(before);
	const answered = await run('rollback', '1', '--yes', '--json', '--adopt', ...answerFlags('tigris'));
	expect({exit: answered.exit, failure: failureOf(answered.events)}).toEqual({exit: 0, failure: undefined});
	expect(rehearsal.world().machines).toMatchObject([{image: imageOf(1)}]);
});
