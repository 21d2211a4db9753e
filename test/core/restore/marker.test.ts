import {expect, test} from 'vitest';
import {compareTables, showRestore} from '../../../source/core/restore/live-report.ts';
import {readRestoreState} from '../../../source/core/restore/marker.ts';

const disk =
	'Filesystem     1024-blocks    Used Available Capacity Mounted on\n/dev/vdc 1014000 200 900000 1% /data\n';

test('reads what the machine lists of restores', () => {
	const state = readRestoreState(
		[
			'able',
			'now 1700000000',
			disk.trimEnd(),
			'file /data/app.db.restore',
			'20261128150000 1699999999 2026-11-28T14:00:00.000Z',
			'file /data/app.db.restore.failed',
			'20261128140000 1700000900 2026-11-28T13:00:00.000Z',
			'the volume is full',
			'file /data/app.db.before-20261128130000/marker',
			'20261128130000 1700000900 2026-11-28T12:00:00.000Z',
			'2026-11-28T13:00:07Z',
			'restoring',
			'end',
		].join('\n'),
	);
	expect(state).toEqual({
		isAble: true,
		isRestoring: true,
		waiting: {id: '20261128150000', at: '2026-11-28T14:00:00.000Z', isTooOld: true},
		failed: {id: '20261128140000', at: '2026-11-28T13:00:00.000Z', why: 'the volume is full'},
		done: [{id: '20261128130000', at: '2026-11-28T12:00:00.000Z', swapped: '2026-11-28T13:00:07Z'}],
		freeBytes: 900_000 * 1024,
	});
});

test('an answer that is cut off is none, and not that there is nothing', () => {
	expect(readRestoreState(`able\nnow 1700000000\n${disk}`)).toBeUndefined();
	expect(readRestoreState('end\n')).toBeUndefined();
	expect(readRestoreState('')).toBeUndefined();
	expect(readRestoreState(`now 1700000000\nend\n`)).toMatchObject({isAble: false, freeBytes: undefined});
});

test('the plan names the tables that differ, also those that are new or gone', () => {
	const count = (rows: Readonly<Record<string, number>>) => ({
		counts: new Map(Object.entries(rows)),
		unread: [],
	});
	const tables = compareTables(count({posts: 3, gone: 7, same: 1}), count({posts: 5, same: 1, added: 2}));
	const lines = showRestore({
		type: 'restore-planned',
		app: 'blog-1',
		asked: '2026-11-28T14:03:05.000Z',
		exactSeconds: 30,
		zone: 'Europe/Berlin',
		litestream: '0.5.17',
		...(tables ? {tables} : {}),
		bytes: 57_344,
		downSeconds: 13,
		keptIn: '/data/app.db.before-20261128150000',
		isRehearsal: false,
	});
	expect(lines[0]).toBe('Restore of blog-1 to 2026-11-28 15:03:05 Europe/Berlin');
	expect(lines.slice(-5)).toEqual([
		'  rows       posts: 3 rows then, 5 now (2 fewer after the restore)',
		'             gone: 7 rows then, no such table now',
		'             added: no such table then, 2 rows now',
		'             1 table has as many rows as now',
		'',
	]);
	expect(compareTables(undefined, count({}))).toBeUndefined();
});
