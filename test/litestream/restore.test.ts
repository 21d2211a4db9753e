import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {platform, tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import Database from 'libsql';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {litestreams} from '../helpers/litestream.ts';
import {until} from '../helpers/protected-app.ts';
import {eventOf} from '../helpers/rehearsal.ts';
import {openServedApp, type ServedApp} from '../helpers/served-app.ts';

vi.setConfig({testTimeout: 400_000, hookTimeout: 400_000});

/** Merges after seconds what Litestream otherwise merges after half a minute. */
const fastLevels = `
levels:
  - interval: 5s
  - interval: 20s
l0-retention: 10s
l0-retention-check-interval: 2s
`;
const stepMs = 5000;

type Rows = {readonly count: number; readonly last: number; readonly at: number};

/** Reads the rows of a file without the program under test, from a copy: SQLite writes beside what it opens. */
function readRows(path: string): Rows {
	const copy = join(mkdtempSync(join(tmpdir(), 'rows-')), 'copy.db');
	copyFileSync(path, copy);
	const database = new Database(copy, {readonly: true});
	try {
		expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{integrity_check: 'ok'}]);
		const sql = 'SELECT count(*) AS count, max(id) AS last, max(at) AS at FROM posts';
		return database.prepare(sql).get() as Rows;
	} finally {
		database.close();
		rmSync(dirname(copy), {recursive: true});
	}
}

describe.skipIf(platform() !== 'linux').each(litestreams.filter(({path}) => path !== undefined))(
	'Litestream $version',
	({version, path}) => {
		const is05 = !version.startsWith('0.3');
		let app: ServedApp;
		beforeAll(async () => {
			const settings = is05 ? fastLevels : '';
			app = await openServedApp({litestream: path ?? '', version, settings});
			await app.scene.start();
			const startMs = Date.now();
			await until(() => Date.now() - startMs > 40_000, {withinMs: 60_000});
		});
		afterAll(() => app.close());

		const out = (name: string) => join(app.project, '..', name);
		const restoreAt = (at: string, name: string, env?: Readonly<Record<string, string>>) =>
			app.run(['restore', '--at', at, '--to', out(name), '--json'], env);
		const leftovers = () =>
			readdirSync(join(app.project, '..')).filter(
				name => name.includes('.phxfly-') || /-(?:wal|shm)$/.test(name),
			);
		const isoAgo = (ms: number) => new Date(Date.now() - ms).toISOString();

		test('five points of the history: the rows of that time, no gap, and never more than the version allows', async () => {
			for (const backMs of [3000, 8000, 15_000, 25_000, 36_000]) {
				const at = isoAgo(backMs);
				const askedMs = Date.parse(at);
				const name = `at-${backMs}.db`;
				const ended = await restoreAt(at, name);
				expect(ended.exit, JSON.stringify(ended.events.slice(-2))).toBe(0);
				const rows = readRows(out(name));
				expect(rows.count).toBe(rows.last);
				// Exact or before, within what is kept; 0.3 may be half a second late.
				expect(rows.at).toBeLessThanOrEqual(askedMs + (is05 ? 0 : 600));
				expect(rows.at).toBeGreaterThan(askedMs - (is05 && backMs > 5000 ? stepMs + 3000 : 3000));
				const made = eventOf(ended, 'copy-made');
				expect(made).toMatchObject({
					file: out(name),
					asked: at,
					where: 'here',
					litestream: version,
					integrity: 'intact',
					gaps: 'none',
					tables: [{name: 'posts', rows: rows.count}],
				});
				// Of 0.3 the storage tells, to the second; merged changes of 0.5 have one date.
				const reachedMs = Date.parse(String(made.reached));
				expect(reachedMs).toBeGreaterThan(rows.at - (is05 ? stepMs : 0) - 1500);
				expect(reachedMs).toBeLessThan(rows.at + (is05 ? stepMs : 0) + 2000);
				expect(reachedMs).toBeLessThanOrEqual(askedMs);
				expect(statSync(out(name)).mode & 0o777).toBe(0o600);
			}

			expect(leftovers()).toEqual([]);
		});

		test('the list has times with age, kind, and exactness, and no transaction; its ends can be restored', async () => {
			const listed = eventOf(await app.run(['restore', '--list', '--json']), 'points-found');
			const points = listed.points as readonly {at: string; kind: string; ageSeconds: number}[];
			expect(JSON.stringify(listed)).not.toMatch(/[\da-f]{16}/);
			expect(points.map(({at}) => at)).toEqual([...points.map(({at}) => at)].sort());
			expect(points[0]).toMatchObject({at: listed.earliest, kind: 'snapshot', exactSeconds: 0});
			expect(points.at(-1)).toMatchObject({at: listed.latest, kind: 'seconds', exactSeconds: 1});
			expect(points.at(-1)?.ageSeconds).toBeLessThan(15);
			if (is05) expect(points.some(({kind}) => kind === 'steps')).toBe(true);
			expect((await restoreAt(String(listed.earliest), 'first.db')).exit).toBe(0);
			expect((await restoreAt(String(listed.latest), 'last.db')).exit).toBe(0);
			expect(readRows(out('first.db')).at).toBeLessThan(readRows(out('last.db')).at);
			const {stdout} = await app.run(['restore', '--list']);
			expect(stdout).toMatch(
				/^Restore points of blog-1, listed by Litestream \S+ here\. Times are in UTC\.$/m,
			);
			expect(stdout).toMatch(/^ {2}earliest {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}\d+ (?:s|min) ago$/m);
		});

		test('times that cannot be used: a code for each, and a command that works', async () => {
			const codes: readonly (readonly [string, string])[] = [
				['2099-01-01T00:00:00Z', 'time-in-future'],
				['2020-01-01T00:00:00Z', 'time-too-early'],
				['soon', 'time-unclear'],
				['2025-10-26 02:30 Europe/Berlin', 'time-ambiguous'],
				['2025-03-30 02:30 Europe/Berlin', 'time-nonexistent'],
			];
			for (const [at, code] of codes) {
				const ended = await restoreAt(at, 'none.db');
				expect(ended.exit, at).toBe(2);
				expect(eventOf(ended, 'failed')).toMatchObject({code});
			}

			const hint = String(eventOf(await restoreAt('2020-01-01T00:00:00Z', 'none.db'), 'failed').hint);
			const [, first = ''] = /--at (\S+) --to/.exec(hint) ?? [];
			expect((await restoreAt(first, 'earliest.db')).exit).toBe(0);
			expect(leftovers()).toEqual([]);
		});

		test('a file that exists stays as it is', async () => {
			writeFileSync(out('mine.db'), 'mine');
			const ended = await restoreAt('5 seconds ago', 'mine.db');
			expect(ended.exit).toBe(9);
			expect(eventOf(ended, 'failed')).toMatchObject({code: 'file-exists'});
			expect(readFileSync(out('mine.db'), 'utf8')).toBe('mine');
		});

		test('no room: refused before anything is restored', async () => {
			const tools = join(app.project, '..', 'tools');
			mkdirSync(tools, {recursive: true});
			writeFileSync(
				join(tools, 'df'),
				'#!/bin/sh\necho "Filesystem 1024-blocks Used Available Capacity Mounted on"\necho "x 8000 7000 1000 88% /"\n',
			);
			chmodSync(join(tools, 'df'), 0o755);
			const {LITESTREAM_ACCESS_KEY_ID: id = '', LITESTREAM_SECRET_ACCESS_KEY: secret = ''} =
				app.scene.app.environment;
			const ended = await restoreAt('5 seconds ago', 'full.db', {
				LITESTREAM_ACCESS_KEY_ID: id,
				LITESTREAM_SECRET_ACCESS_KEY: secret,
				PATH: `${tools}:${app.scene.app.environment.PATH}`,
			});
			expect(ended.exit).toBe(9);
			expect(eventOf(ended, 'failed')).toMatchObject({
				code: 'no-room',
				message: expect.stringContaining('has 1000 KB free'),
			});
			expect(leftovers()).toEqual([]);
		});

		test('interrupted or killed in the middle: no file, and nothing is left after the next run', async () => {
			for (const signal of ['SIGINT', 'SIGKILL'] as const) {
				app.scene.server.behaviour.delayMs = 300;
				try {
					const words = ['restore', '--at', isoAgo(6000), '--to', out('cut.db'), '--json'];
					const running = app.start(words);
					await running.untilEvent(({type, id}) => type === 'line-printed' && id === 'restore');
					running.kill(signal);
					const {exit} = await running.ended;
					expect(exit).toBe(signal === 'SIGINT' ? 130 : undefined);
				} finally {
					app.scene.server.behaviour.delayMs = 0;
				}

				expect(readdirSync(join(app.project, '..'))).not.toContain('cut.db');
				if (signal === 'SIGINT') expect(leftovers()).toEqual([]);
			}

			expect((await restoreAt('6 seconds ago', 'cut.db')).exit).toBe(0);
			expect(leftovers()).toEqual([]);
		});

		test('without keys here: restored on the machine, and brought here whole', async () => {
			const at = isoAgo(6000);
			const ended = await restoreAt(at, 'machine.db', app.withoutKeys);
			// Whether 0.3 left something out cannot be told there.
			expect(ended.exit, JSON.stringify(ended.events.slice(-2))).toBe(is05 ? 0 : 3);
			const rows = readRows(out('machine.db'));
			expect(rows.count).toBe(rows.last);
			expect(rows.at).toBeLessThanOrEqual(Date.parse(at) + (is05 ? 0 : 600));
			expect(eventOf(ended, 'copy-made')).toMatchObject({
				...{where: 'machine', integrity: 'intact', gaps: is05 ? 'none' : 'unknown'},
			});
			const [scratch = ''] =
				/\/tmp\/phxfly-drill-\d+\.db/.exec(app.commands.findLast(each => each.includes('base64')) ?? '') ??
				[];
			expect(scratch).not.toBe('');
			expect(readdirSync('/tmp').filter(name => name.startsWith(basename(scratch)))).toEqual([]);
		});

		test('over the running app, at a time before the first point: refused, with a time that works', async () => {
			const ended = await app.run(['restore', '--at', '10 minutes ago', '--json']);
			expect(ended.exit).toBe(2);
			expect(eventOf(ended, 'failed')).toMatchObject({
				code: 'time-too-early',
				hint: expect.stringMatching(/phxfly restore --at \S+Z\./),
			});
		});

		test('a dry run says what it would do, and writes nothing', async () => {
			const ended = await app.run(['restore', '--at', '6 seconds ago', '--to', out('dry.db'), '--dry-run']);
			expect(ended.exit).toBe(0);
			expect(ended.stdout).toMatch(
				/^Would restore blog-1 as of .* UTC, with Litestream \S+ on this computer, into /,
			);
			expect(readdirSync(join(app.project, '..'))).not.toContain('dry.db');
			expect(leftovers()).toEqual([]);
		});

		test('pull: compared with the live database first, whole, with its age', async () => {
			const ended = await app.run(['pull', out('pulled.db'), '--json']);
			expect(ended.exit, JSON.stringify(ended.events.slice(-2))).toBe(0);
			const made = eventOf(ended, 'copy-made');
			expect(made).toMatchObject({
				compared: 'equal',
				integrity: 'intact',
				where: 'here',
				note: expect.stringMatching(/^as of [\d:]{8} UTC, \d+ pages$/),
			});
			expect(made.ageSeconds).toBeLessThan(20);
			const rows = readRows(out('pulled.db'));
			expect(rows.count).toBe(rows.last);
			expect(leftovers()).toEqual([]);
		});

		test('pull from the machine, where only it has the keys', async () => {
			const ended = await app.run(['pull', out('from-machine.db'), '--json'], app.withoutKeys);
			expect(ended.exit, JSON.stringify(ended.events.slice(-2))).toBe(0);
			expect(eventOf(ended, 'copy-made')).toMatchObject({where: 'machine', compared: 'equal'});
			const rows = readRows(out('from-machine.db'));
			expect(rows.count).toBe(rows.last);
		});

		test('a damaged object in the middle: a time after it fails, one before it is restored', async () => {
			const beforeMs = Date.now() - 8000;
			await app.scene.settle();
			await app.scene.app.kill();
			const objects = app.scene.objects();
			const byTime = [...objects].sort(([, a], [, b]) => a.modifiedMs - b.modifiedMs);
			const damaged = byTime.filter(
				([key, {modifiedMs}]) => /\/000[0-8]\/|\/wal\//.test(key) && modifiedMs > beforeMs,
			);
			expect(damaged.length).toBeGreaterThan(0);
			for (const [, object] of damaged) object.body.fill(0x55, Math.floor(object.body.length / 2));
			const after = await restoreAt(new Date(beforeMs + 7000).toISOString(), 'after.db');
			expect(after.exit, JSON.stringify(after.events.slice(-2))).toBe(1);
			expect(eventOf(after, 'failed')).toMatchObject({code: 'drill-failed'});
			const before = await restoreAt(new Date(beforeMs - 8000).toISOString(), 'before.db');
			expect(before.exit, JSON.stringify(before.events.slice(-2))).toBe(0);
			expect(readRows(out('before.db')).at).toBeLessThan(beforeMs);
			expect(leftovers()).toEqual([]);
		});

		test('after the last point: refused, with the last one', async () => {
			const {hint, code} = eventOf(await restoreAt('0 s ago', 'late.db'), 'failed');
			expect(code).toBe('time-too-late');
			expect(hint).toMatch(/^For the last one: phxfly restore --at \S+ --to /);
		});

		test.skipIf(!is05)('a bucket that does not answer: no result, nothing left', async () => {
			app.scene.server.behaviour.delayMs = 600_000;
			const ended = await restoreAt('20 seconds ago', 'silent.db');
			expect(ended.exit).toBe(3);
			expect(eventOf(ended, 'failed')).toMatchObject({code: 'drill-too-long'});
			expect(leftovers()).toEqual([]);
		});
	},
);
