import {expect, test} from 'vitest';
import type {PlanContext} from '../../../source/core/plan/context.ts';
import type {Readers} from '../../../source/core/readers.ts';
import {makeRestoreSteps} from '../../../source/core/restore/live-steps.ts';

const restore = {
	...{app: 'blog-1', machineId: 'm1', databasePath: '/data/app.db', isRehearsal: false},
	...{id: '20261128150000', at: '2026-11-28T14:00:00.000Z'},
};
const plan = {} as PlanContext;
const request = `${restore.id} 1700000900 ${restore.at}`;
const now = 'now 1700000000';

/** A machine that lists these lines of its volume, one answer after the other. */
function openMachine(
	answers: readonly (readonly string[])[],
	{state = 'started', lease}: {state?: string; lease?: object} = {},
) {
	let asked = 0;
	const fly = {
		exec: async () => ({
			...{exit_code: 0, stderr: ''},
			stdout: (answers[Math.min(asked++, answers.length - 1)] ?? []).join('\n'),
		}),
		viewLease: async () => lease,
		listMachines: async () => [{id: 'm1', state}],
	};
	const clock = {elapsed: () => 0, sleep: async () => undefined};
	return {fly, clock} as unknown as Readers;
}

const [ask, restart] = makeRestoreSteps(restore);
const look = (step: typeof ask, readers: Readers) => step?.look(plan, readers, {} as never);
const list = async (step: typeof ask, readers: Readers) => {
	const finding = await look(step, readers);
	return (
		finding &&
		step
			?.actions(plan, finding)
			.map(action => (action.kind === 'fly' ? action.args.slice(0, 2).join(' ') : action.kind))
	);
};

test('nothing there: a marker, then a restart', async () => {
	expect(await list(ask, openMachine([[now, 'end']]))).toEqual(['machine exec']);
	const waiting = openMachine([[now, 'file /data/app.db.restore', request, 'end']]);
	expect(await look(ask, waiting)).toMatchObject({is: 'there'});
	expect(await list(restart, waiting)).toEqual(['machine restart']);
	expect(await list(restart, openMachine([], {state: 'stopped'}))).toEqual(['machine start']);
});

test('another deploy holds the machine: waits before the marker is written, since it would restart the machine, too', async () => {
	const lease = {owner: 'other@example.com', nonce: 'n', expiresAtMs: 1_700_000_060_000};
	expect(await list(ask, openMachine([[now, 'end']], {lease}))).toEqual(['wait-for-lease', 'machine exec']);
});

test('a marker that no longer holds is written again', async () => {
	const old = openMachine([['now 1800000000', 'file /data/app.db.restore', request, 'end']]);
	expect(await look(ask, old)).toEqual({is: 'absent'});
});

test('waits while the machine restores, then says where the old database is and how to undo it', async () => {
	const readers = openMachine([
		[now, 'file /data/app.db.restore', request, 'restoring', 'end'],
		['an answer that is cut off'],
		[now, `file /data/app.db.before-${restore.id}/marker`, request, '2026-11-28T15:00:07Z', 'end'],
	]);
	expect(await look(restart, readers)).toEqual({
		is: 'there',
		id: `${restore.id} ${restore.at}`,
		note: 'the old database is in /data/app.db.before-20261128150000; undo: phxfly restore --at 2026-11-28T15:00:07Z',
	});
});

test('a restore that failed at the start ends the run, with the reason', async () => {
	const failed = openMachine([
		[now, 'file /data/app.db.restore.failed', request, 'the volume is full', 'end'],
	]);
	expect(await look(restart, failed)).toMatchObject({
		is: 'conflict',
		code: 'drill-failed',
		why: expect.stringContaining('the volume is full. The database is as it was.'),
	});
});

test('a machine that does not answer is not one without a marker', async () => {
	await expect(look(ask, openMachine([['']]))).rejects.toMatchObject({code: 'drill-unclear'});
});
