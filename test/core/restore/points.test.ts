import {describe, expect, test} from 'vitest';
import {
	endsTooEarly,
	findNearest,
	readSegmentPoints,
	readTransactionPoints,
	settleTime,
} from '../../../source/core/restore/points.ts';
import {showCopy, showPoints} from '../../../source/core/restore/report.ts';

const ltx = (level: number, txid: string, time: string) => ({
	level,
	min_txid: txid.padStart(16, '0'),
	max_txid: txid.padStart(16, '0'),
	size: 2048,
	timestamp: `2026-11-28T${time}Z`,
});

describe('Litestream 0.5', () => {
	const found = readTransactionPoints(
		JSON.stringify([
			ltx(0, '30', '11:23:59'),
			ltx(0, '31', '11:24:00'),
			ltx(1, '5', '11:23:20'),
			ltx(1, '30', '11:24:00'),
			ltx(2, '30', '11:24:10'),
			ltx(9, '1', '11:23:15'),
			ltx(1, '1', '11:23:15'),
		]),
	);

	test('a point for each transaction that ends an object, at the end of its second', () => {
		expect(found?.points.map(({atMs, kind}) => [new Date(atMs).toISOString().slice(11, 19), kind])).toEqual([
			['11:23:16', 'snapshot'],
			['11:23:21', 'steps'],
			['11:24:00', 'seconds'],
			['11:24:01', 'seconds'],
		]);
	});

	test('a restore that ends before what was stored long before the time lacks an object', () => {
		const isShort = (time: string, txid: bigint | undefined) =>
			found && endsTooEarly(found, Date.parse(`2026-11-28T${time}Z`), txid);
		expect(isShort('11:25:00', 0x5n)).toBe(true);
		expect(isShort('11:25:00', 0x31n)).toBe(false);
		// Within what Litestream merges.
		expect(isShort('11:24:20', 0x5n)).toBe(false);
		expect(isShort('11:25:00', undefined)).toBe(false);
	});

	test('finds the point that a restore to a time ends with', () => {
		const find = (time: string) => found && findNearest(found, Date.parse(`2026-11-28T${time}Z`)).kind;
		expect(['11:23:16', '11:23:59', '11:24:00', '12:00:00'].map(find)).toEqual([
			...['snapshot', 'steps', 'seconds', 'seconds'],
		]);
	});

	test('without a snapshot there is no point, whatever else is listed', () => {
		expect(readTransactionPoints(JSON.stringify([ltx(0, '2', '11:23:59')]))).toBeUndefined();
		for (const text of ['', '[]', 'null', '[1, null, {"level": 9}]', 'no JSON']) {
			expect(readTransactionPoints(text)).toBeUndefined();
		}
	});

	test('what is older than the first snapshot cannot be restored', () => {
		const older = readTransactionPoints(JSON.stringify([ltx(1, '1', '10:00:00'), ltx(9, '9', '11:00:00')]));
		expect(older?.points).toHaveLength(1);
	});
});

describe('Litestream 0.3', () => {
	const snapshots = (...rows: readonly string[]) =>
		['replica  generation        index  size  created', ...rows, ''].join('\n');
	const row = (generation: string, time: string) =>
		`s3       ${generation}  0      1076  2026-11-28T${time}Z`;
	const segment = (generation: string, time: string) =>
		`s3       ${generation}  0      0        3891  2026-11-28T${time}Z`;
	const [one, two] = ['ce6969c8d45826b3', 'aaaaaaaaaaaaaaaa'];

	test('from the newest snapshot to the last segment, of each generation until the next one', () => {
		const found = readSegmentPoints(
			snapshots(row(one, '11:00:00'), row(one, '11:10:00'), row(two, '10:00:00')),
			snapshots(
				...['11:09:00', '11:10:00', '11:10:05', '11:10:09'].map(time => segment(one, time)),
				segment(two, '10:30:00'),
				// Another writer's, beside the newer one.
				segment(two, '11:05:00'),
			),
		);
		expect(found?.points.map(({atMs, kind}) => [new Date(atMs).toISOString().slice(11, 19), kind])).toEqual([
			['10:00:01', 'snapshot'],
			['10:30:00', 'seconds'],
			['11:10:01', 'snapshot'],
			['11:10:05', 'seconds'],
			['11:10:09', 'seconds'],
		]);
		// 0.3 restores nothing for a time after its last segment.
		expect(found?.latestMs).toBe(Date.parse('2026-11-28T11:10:09Z'));
		const settle = (time: string) =>
			found && new Date(settleTime(found, Date.parse(`2026-11-28T${time}Z`))).toISOString().slice(11, 19);
		// Nor between two generations: what was stored last is what there was.
		expect(['10:20:00', '10:40:00', '11:10:07'].map(settle)).toEqual(['10:20:00', '10:30:00', '11:10:07']);
	});

	test('without a snapshot there is no point', () => {
		expect(readSegmentPoints(snapshots(), snapshots(segment(one, '11:00:00')))).toBeUndefined();
		expect(
			readSegmentPoints(snapshots(row(two, '10:00:00')), snapshots(segment(one, '11:00:00'))),
		).toBeUndefined();
	});
});

test('the list shows times of the zone, and no transaction', () => {
	const point = (
		time: string,
		kind: 'snapshot' | 'seconds' | 'steps',
		ageSeconds: number,
		exactSeconds: number,
	) => ({
		at: `2026-11-28T${time}Z`,
		...{kind, ageSeconds, exactSeconds},
	});
	const lines = showPoints({
		type: 'points-found',
		...{app: 'blog-1', litestream: '0.5.17', where: 'here', zone: 'Europe/Berlin'},
		earliest: '2026-11-28T10:00:00Z',
		latest: '2026-11-28T11:24:01Z',
		points: [
			point('10:00:00', 'snapshot', 5045, 0),
			point('10:00:30', 'steps', 5015, 30),
			point('11:18:30', 'steps', 335, 30),
			point('11:24:00', 'seconds', 5, 1),
			point('11:24:01', 'seconds', 4, 1),
		],
	});
	expect(`\n${lines.join('\n')}`).toMatchInlineSnapshot(`
		"
		Restore points of blog-1, listed by Litestream 0.5.17 here. Times are in Europe/Berlin.
		  earliest  2026-11-28 11:00:00  1 h 24 min ago
		  latest    2026-11-28 12:24:01  4 s ago

		  from                 to                   age             points  kind         gives back
		  2026-11-28 11:00:00                       1 h 24 min ago  1       snapshot     exactly that time
		  2026-11-28 11:00:30  2026-11-28 12:18:30  5 min ago       2       merged       up to 30 s before
		  2026-11-28 12:24:00  2026-11-28 12:24:01  4 s ago         2       each second  up to 1 s before"
	`);
});

test('a restored file says what was asked, what was reached, and what may be missing', () => {
	const lines = showCopy({
		type: 'copy-made',
		...{app: 'blog-1', file: '/home/ada/before.db', bytes: 1_200_000, where: 'here', litestream: '0.5.17'},
		...{
			zone: 'Europe/Berlin',
			integrity: 'intact',
			gaps: 'none',
			compared: 'not-compared',
			isRehearsal: false,
		},
		asked: '2026-11-28T13:03:00.000Z',
		reached: '2026-11-28T13:02:41Z',
		exactSeconds: 30,
		tables: [
			{name: 'posts', rows: 120},
			{name: 'users', rows: 4},
		],
	});
	expect(`\n${lines.join('\n')}`).toMatchInlineSnapshot(`
		"
		Restored blog-1 to /home/ada/before.db (1 MB).
		  asked      2026-11-28 14:03:00 Europe/Berlin (13:03:00 UTC)
		  reached    2026-11-28 14:02:41 Europe/Berlin (13:02:41 UTC): its newest change
		  exactness  Litestream keeps changes there so that up to 30 s before the time you asked for may be missing
		  integrity  intact; without a gap
		  rows       posts 120, users 4
		  restored   on this computer; the file is whole without a -wal beside it
		  keep       it contains all of the app's data: keep it out of git and out of the image"
	`);
});

test('a pulled file says its age, and how it compares; without sqlite3 it says so', () => {
	const lines = showCopy({
		type: 'copy-made',
		...{app: 'blog-1', file: '/home/ada/now.db', bytes: 8192, where: 'machine', litestream: 'v0.3.13'},
		...{zone: 'UTC', integrity: 'unchecked', gaps: 'unknown', compared: 'different', isRehearsal: false},
		note: 'The replica does not give back the database',
		ageSeconds: 3,
	});
	expect(`\n${lines.join('\n')}`).toMatchInlineSnapshot(`
		"
		Restored blog-1 to /home/ada/now.db (8 KB).
		  age        its newest change is 3 s old
		  integrity  not checked: there is no sqlite3; not checked for gaps: run it here, with the keys
		  compared   the replica differs from the live database: The replica does not give back the database
		  rows       not counted: there is no sqlite3
		  restored   on the machine; the file is whole without a -wal beside it
		  keep       it contains all of the app's data: keep it out of git and out of the image"
	`);
});
