import {readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {changeWorld} from '../../source/rehearsal/engine/world-file.ts';
import type {World} from '../../source/rehearsal/world/world.ts';
import {openFinished} from '../helpers/finished-worlds.ts';
import type {Rehearsal} from '../helpers/rehearsal.ts';

let rehearsal: Rehearsal;
let finished: string;

beforeAll(async () => {
	rehearsal = await openFinished('tigris');
	finished = JSON.stringify(rehearsal.world());
});
afterAll(() => rehearsal.close());

const dayMs = 86_400_000;
type Machine = World['machines'][number];
const first = (world: World): Machine => {
	const [machine] = world.machines;
	if (!machine) throw new Error('There is no machine.');
	return machine;
};

/** What `verify` says of one check, after something in the account was changed behind its back. */
async function verifyAfter(change: (world: World, nowMs: number) => void, env: Record<string, string> = {}) {
	writeFileSync(rehearsal.worldPath, finished);
	await changeWorld(rehearsal.worldPath, change);
	const args = ['verify', '--rehearse', '--speed', '400', '--world', 'w.json', '--json', '--wait', '0s'];
	const ended = await rehearsal.run(args, {env});
	const said = new Map(
		ended.events
			.filter(({type}) => type === 'check-changed')
			.map(event => [event.id, event as unknown as {status: string; detail: string}]),
	);
	return {...ended, said};
}

const endOf = (timestamp: number, exit: object) => ({
	type: 'exit',
	status: 'stopped',
	request: {exit_event: exit},
	source: 'flyd',
	timestamp,
});

describe('each is found alone, and nothing else is', () => {
	test.each<{
		name: string;
		id: string;
		status: string;
		exit: number;
		detail: RegExp;
		change: (world: World, nowMs: number) => void;
	}>([
		{
			name: 'a migration that has not run',
			id: 'migrations',
			status: 'wrong',
			exit: 1,
			detail: /^the database is at 20200101000000, but the latest here is 20260114093000$/,
			change: world => {
				first(world).migration = '20200101000000';
			},
		},
		{
			name: 'no migration at all',
			id: 'migrations',
			status: 'wrong',
			exit: 1,
			detail: /^the database is at none/,
			change: world => void delete first(world).migration,
		},
		{
			name: 'an end for lack of memory',
			id: 'exits',
			status: 'wrong',
			exit: 1,
			detail: /^out of memory with 1024 MB, crashed 2 times, last at 20/,
			change: (world, nowMs) => {
				first(world).events.unshift(
					endOf(nowMs, {exit_code: 137, oom_killed: true}),
					endOf(nowMs - 1, {exit_code: 137, oom_killed: true}),
				);
			},
		},
		{
			name: 'a crash that Fly got over',
			id: 'exits',
			status: 'wrong',
			exit: 1,
			detail: /^crashed once with exit code 1/,
			change: (world, nowMs) => void first(world).events.unshift(endOf(nowMs, {exit_code: 1})),
		},
		{
			name: 'a start that found a second writer',
			id: 'exits',
			status: 'wrong',
			exit: 1,
			detail: /with exit code 75, last at 20.*: the start found that another machine writes to the replica/,
			change: (world, nowMs) => void first(world).events.unshift(endOf(nowMs, {exit_code: 75})),
		},
		{
			name: 'a full volume',
			id: 'volume-room',
			status: 'wrong',
			exit: 1,
			detail: /^100 % full$/,
			change: world => {
				first(world).files = {'/data/lost+found/x': 2 ** 30};
			},
		},
		{
			name: 'an upload',
			id: 'volume-files',
			status: 'could-not-tell',
			exit: 3,
			detail: /^not replicated: \/data\/uploads\/a\.png$/,
			change: world => {
				first(world).files = {'/data/uploads/a.png': 1};
			},
		},
		{
			name: 'snapshots that are turned off',
			id: 'snapshots',
			status: 'could-not-tell',
			exit: 3,
			detail: /^vol_\w+ has snapshots turned off/,
			change: world => {
				for (const volume of world.volumes) volume.auto_backup_enabled = false;
			},
		},
	])('$name', async ({id, status, exit, detail, change}) => {
		const ended = await verifyAfter(change);
		expect(ended.said.get(id)).toMatchObject({status, detail: expect.stringMatching(detail)});
		const others = [...ended.said].filter(([other]) => other !== id);
		expect(others.filter(([, {status: said}]) => said !== 'proved')).toEqual([]);
		expect(ended.exit).toBe(exit);
	});
});

test('what was asked for, was before the release, or belongs to the database is nothing to report', async () => {
	const {said, exit} = await verifyAfter((world, nowMs) => {
		first(world).events.unshift(endOf(nowMs, {exit_code: 143, requested_stop: true}));
		first(world).events.push(endOf(1000, {exit_code: 1}));
		first(world).files = {'/data/.app_prod.db-litestream/generation': 10, '/data/lost+found/#12': 4};
		first(world).migration = '29990101000000';
	});
	expect(said.get('exits')).toMatchObject({status: 'proved'});
	expect(said.get('migrations')).toMatchObject({status: 'proved', detail: expect.stringContaining('newer')});
	expect(said.get('volume-files')).toMatchObject({
		status: 'could-not-tell',
		detail: expect.not.stringContaining('lost+found'),
	});
	expect(exit).toBe(3);
});

test('a volume on a machine that no deploy made is not attached to the app', async () => {
	const {said} = await verifyAfter(world => {
		const machine = structuredClone(first(world));
		world.machines.push({...machine, id: 'byhand', config: {...machine.config, metadata: {}}});
		for (const volume of world.volumes) volume.attached_machine_id = 'byhand';
	});
	expect(said.get('volume')).toMatchObject({status: 'wrong', detail: expect.stringContaining('byhand')});
});

test('shows the age of the newest snapshot', async () => {
	const {said} = await verifyAfter((world, nowMs) => {
		for (const volume of world.volumes) volume.created_at = new Date(nowMs - 4.5 * dayMs).toISOString();
	});
	expect(said.get('snapshots')).toMatchObject({
		status: 'proved',
		detail: expect.stringMatching(/^4, the newest 1[23] h old$/),
	});
});

test('without sqlite3 migrations cannot be checked, and it says so', async () => {
	const {said} = await verifyAfter(world => {
		const {judgment} = first(world);
		if (judgment) judgment.hasSqlite = false;
	});
	expect(said.get('migrations')).toMatchObject({
		status: 'could-not-tell',
		detail: expect.stringContaining('does not include sqlite3'),
	});
});

describe('mail', () => {
	test.each([
		['re_123456789012345678901234', 'proved', /verified at Resend/],
		['re_unverified', 'not-yet', /not started/],
		['re_restricted', 'could-not-tell', /can only send/],
		['re_invalid', 'wrong', /does not recognize this key/],
	])('%s: %s', async (key, status, detail) => {
		const {said, events, stdout} = await verifyAfter(() => undefined, {RESEND_API_KEY: key});
		expect(said.get('mail-domain')).toMatchObject({status, detail: expect.stringMatching(detail)});
		const records = events.filter(({type}) => type === 'record-needed').map(event => ({...event}));
		if (status === 'not-yet') {
			expect(records).toContainEqual(
				expect.objectContaining({
					recordType: 'MX',
					name: 'send.blog.example.com',
					value: '10 feedback-smtp.us-east-1.amazonses.com',
				}),
			);
		}

		expect(stdout).not.toContain(key);
	});
});

test('a folder with a newer migration than the database has is recognized by its number', async () => {
	const folder = join(rehearsal.stateFolder(), 'project', 'priv', 'repo', 'migrations');
	expect(readdirSync(folder)).toHaveLength(1);
	const path = join(folder, '20990101000000_later.exs');
	writeFileSync(path, '');
	const {said} = await verifyAfter(() => undefined);
	rmSync(path);
	expect(said.get('migrations')).toMatchObject({
		status: 'wrong',
		detail: expect.stringContaining('20990101000000'),
	});
});
