import {platform} from 'node:os';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {litestreams} from '../helpers/litestream.ts';
import {type Row, readWholeRows, until} from '../helpers/protected-app.ts';
import {eventOf} from '../helpers/rehearsal.ts';
import {openServedApp, type ServedApp} from '../helpers/served-app.ts';

vi.setConfig({testTimeout: 600_000, hookTimeout: 400_000});

describe.skipIf(platform() !== 'linux').each(litestreams.filter(({path}) => path !== undefined))(
	'Litestream $version',
	({version, path}) => {
		const is05 = !version.startsWith('0.3');
		let app: ServedApp;
		beforeAll(async () => {
			app = await openServedApp({litestream: path ?? '', version});
			await app.scene.start();
		});
		afterAll(() => app.close());

		const goBack = async (at: string) => {
			const ended = await app.run(['restore', '--at', at, '--yes', '--json', '--wait', '0s']);
			const isSwap = (event: (typeof ended.events)[number]) =>
				event.type === 'step-changed' && event.id === 'restart-machine' && event.status === 'done';
			const swap = ended.events.find(isSwap) as {readonly note?: string} | undefined;
			const said = `${JSON.stringify(ended.events)}\n${ended.stderr}\n${app.scene.app.output()}`;
			expect(swap?.note, said).toContain('undo: ');
			const replica = ended.events.findLast(
				event => event.type === 'check-changed' && event.id === 'replica',
			);
			expect(replica).toMatchObject({status: 'proved'});
			const planned = eventOf(ended, 'restore-planned');
			const swapped = / --at (\S+)$/.exec(String(swap?.note))?.[1] ?? '';
			const kept = String(planned.keptIn).replace('/data/wisp_prod.db', app.scene.app.databasePath);
			return {planned, swapped, swappedMs: Date.parse(swapped), kept: `${kept}/app.db`};
		};
		/** Rows that were there at a moment of this history, and what a restore may lack or have more of them. */
		const expectRows = (
			restored: readonly Row[],
			history: readonly Row[],
			askedMs: number,
			lackMs: number,
		) => {
			expect(restored).toEqual(history.slice(0, restored.length));
			expect(restored.at(-1)?.at).toBeLessThanOrEqual(askedMs + (is05 ? 0 : 600));
			const missing = history.slice(restored.length).filter(({at}) => at < askedMs - lackMs);
			expect(missing).toEqual([]);
		};

		let beforeLast: {readonly rows: readonly Row[]; readonly swapped: string};

		test('five times of a running writer: its rows of that time, the old database whole, and the proof', async () => {
			const {app: served} = app.scene;
			let eraMs = Date.now();
			for (const [backMs, waitMs] of [
				[18_000, 26_000],
				[4000, 8000],
				[3000, 7000],
				[5000, 9000],
				[4000, 8000],
			] as const) {
				await until(() => Date.now() - eraMs > waitMs, {withinMs: 60_000});
				const history = served.rows();
				const askedMs = Date.now() - backMs;
				const {planned, swapped, swappedMs, kept} = await goBack(new Date(askedMs).toISOString());
				const now = served.rows();
				const restored = now.filter(({at}) => at < swappedMs);
				expectRows(restored, history, askedMs, 3000);
				expect(planned.tables).toMatchObject([{name: 'posts', rows: restored.length}]);
				const old = readWholeRows(kept);
				expect(old.slice(0, history.length)).toEqual(history);
				expect(old.length).toBeGreaterThan(history.length);
				beforeLast = {rows: old, swapped};
				eraMs = swappedMs;
			}
		});

		test('the undo that it prints brings back what the old database has', async () => {
			const {rows, swapped} = beforeLast;
			const {swappedMs} = await goBack(swapped);
			const restored = app.scene.app.rows().filter(({at}) => at < swappedMs);
			expectRows(restored, rows, rows.at(-1)?.at ?? 0, is05 ? 0 : 2500);
		});

		test('a volume that is lost afterwards comes back, but for the last 2 s', async () => {
			await app.scene.write(100);
			const whole = app.scene.app.rows();
			const {back} = await app.scene.loseVolume();
			const lastMs = whole.at(-1)?.at ?? 0;
			expect(back.slice(0, whole.length)).toEqual(whole.slice(0, back.length));
			expect(whole.slice(back.length).filter(({at}) => at < lastMs - 2000)).toEqual([]);
		});
	},
);
