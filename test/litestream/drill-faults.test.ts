import {execFileSync} from 'node:child_process';
import {platform} from 'node:os';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {describeDrill} from '../../source/core/litestream/drill.ts';
import {drillOnMachine} from '../../source/drill/on-the-machine.ts';
import {drillHere} from '../helpers/drill-here.ts';
import {litestreams} from '../helpers/litestream.ts';
import {openLocalMachine} from '../helpers/local-machine.ts';
import {openProtectedApp, type ProtectedApp, until} from '../helpers/protected-app.ts';
import type {S3Server} from '../helpers/s3-server.ts';
import {openStore, storageSecrets} from '../helpers/storage-secrets.ts';

const hourMs = 3_600_000;

const listObjects = (server: S3Server) => server.buckets.get('store-1') ?? new Map();

/** Single transactions of 0.5, or pieces of the WAL of 0.3, the oldest first. */
const listPieces = (server: S3Server): readonly string[] =>
	[...listObjects(server).keys()].filter(key => /\/0000\/|\/wal\//.test(key)).sort();

/** What a compaction of 0.5 made of them. */
function deleteCompacted(server: S3Server): void {
	for (const key of [...listObjects(server).keys()])
		if (/\/000[1-8]\//.test(key)) listObjects(server).delete(key);
}

/** Starts an app and waits until its replica has several pieces. */
async function startApp(path: string, server: S3Server): Promise<ProtectedApp> {
	const app = openProtectedApp(path);
	app.start(storageSecrets(server));
	await until(() => app.acknowledged().length >= 60, {what: `60 rows\n${app.output()}`});
	await until(() => listPieces(server).length >= 4, {what: 'four pieces'});
	return app;
}

describe.each(litestreams)('Litestream $version', ({version, path}) => {
	const skip = !path || platform() !== 'linux';
	const is05 = version.startsWith('0.5');
	let server: S3Server;
	let app: ProtectedApp;
	beforeEach(async () => {
		server = await openStore();
		app = await startApp(path ?? '', server);
	});
	afterEach(async () => {
		await app.close();
		await server.close();
	});

	const drillThere = (options: Partial<Parameters<typeof openLocalMachine>[1]> = {}) => {
		const {plan, readers} = openLocalMachine(app, {endpoint: server.endpoint, ...options});
		return drillOnMachine(plan, readers);
	};
	const settle = async () => {
		app.pause(true);
		await until(() => Date.now() - (app.acknowledged().at(-1)?.at ?? 0) > 2500);
	};

	test.skipIf(skip)('a whole replica, restored here: without a gap, and as old as its last row', async () => {
		await settle();
		await app.kill();
		const found = await drillHere(app, server);
		expect(found).toMatchObject({gaps: 'none', isArrival: !is05});
		expect(found.rows?.counts.get('posts')).toBe(app.acknowledged().length);
		const ageMs = Date.now() - (app.acknowledged().at(-1)?.at ?? 0);
		expect(Math.abs((found.ageMs ?? 0) - ageMs)).toBeLessThan(3000);
		expect(describeDrill(found)).toMatch(
			is05
				? /, without a gap; .*; the last transaction is \d+ s old$/
				: /, without a gap; .*; its last change reached the storage \d+ s ago$/,
		);
	});

	test.skipIf(skip)('a middle object deleted: a gap', async () => {
		await app.kill();
		deleteCompacted(server);
		listObjects(server).delete(listPieces(server).at(-2) ?? '');
		await expect(drillHere(app, server)).rejects.toMatchObject({
			code: 'drill-failed',
			message: expect.stringMatching(
				is05 ? /an object in the middle is missing/ : /it has a gap: in WAL 0, byte \d+ is followed by byte/,
			),
		});
	});

	test.skipIf(skip)('the newest object deleted: not there to be missed here, so the age tells', async () => {
		await settle();
		await app.kill();
		deleteCompacted(server);
		listObjects(server).delete(listPieces(server).at(-1) ?? '');
		const found = await drillHere(app, server);
		const count = found.rows?.counts.get('posts') ?? 0;
		expect(count).toBeLessThan(app.acknowledged().length);
		const lastRow = app.acknowledged()[count - 1];
		expect(found.ageMs).toBeGreaterThan(Date.now() - (lastRow?.at ?? 0) - 3000);
	});

	test.skipIf(skip)('the newest object deleted: noticed where the database is', async () => {
		await settle();
		deleteCompacted(server);
		listObjects(server).delete(listPieces(server).at(-1) ?? '');
		await expect(drillThere()).rejects.toMatchObject({
			code: 'drill-failed',
			message: expect.stringContaining('deleted-object'),
		});
	});

	test.skipIf(skip)('the snapshot deleted: every row, or a failure', async () => {
		await settle();
		await app.kill();
		for (const key of [...listObjects(server).keys()])
			if (/\/0009\/|\/snapshots\//.test(key)) listObjects(server).delete(key);
		const drilled = drillHere(app, server);
		if (is05) expect((await drilled).rows?.counts.get('posts')).toBe(app.acknowledged().length);
		else await expect(drilled).rejects.toMatchObject({code: 'drill-failed'});
	});

	test.skipIf(skip)('a damaged object: it fails', async () => {
		await app.kill();
		deleteCompacted(server);
		const object = listObjects(server).get(listPieces(server).at(-2) ?? '');
		object?.body.fill(0x55, Math.floor(object.body.length / 2));
		await expect(drillHere(app, server)).rejects.toMatchObject({code: 'drill-failed'});
	});

	test.skipIf(skip)('objects of another writer: it fails', async () => {
		const other = openProtectedApp(path ?? '');
		try {
			// It restores the replica on its own volume, and continues from there.
			other.start(storageSecrets(server), 'foreign');
			await until(() => other.acknowledged().length >= 200, {what: `rows\n${other.output()}`});
			await other.kill();
			await app.kill();
			await expect(drillHere(app, server)).rejects.toMatchObject({
				code: 'drill-failed',
				message: expect.stringMatching(
					is05 ? /a second writer|another writer/ : /another writer sends to it: generation/,
				),
			});
		} finally {
			await other.close();
		}
	});

	test.skipIf(skip)(
		"this computer's clock an hour behind: said here, and the same result there",
		async () => {
			const wrong = {aheadMs: -hourMs};
			const live = await drillThere(wrong);
			expect(live.ageMs).toBeLessThan(60_000);
			expect(live.skews).toEqual([
				expect.stringMatching(/^this computer's clock is 3(?:599|600) s behind that of the machine$/),
				expect.stringMatching(/^this computer's clock is 3(?:599|600) s behind that of the storage$/),
			]);
			await app.kill();
			await expect(drillThere(wrong)).rejects.toMatchObject({
				message: expect.stringMatching(
					/ \d+ s (?:old|ago); this computer's clock .* the storage; this computer's clock .* the machine\.$/,
				),
			});
			// Litestream reads the clock of this computer too, so the storage rejects it.
			server.behaviour.skewMs = hourMs;
			const here = drillHere(app, server);
			const skew = /^this computer's clock is 3(?:599|600) s behind that of the storage$/;
			// Litestream 0.5 corrects what it signs, and 0.3 does not.
			if (is05) expect((await here).skews).toContainEqual(expect.stringMatching(skew));
			else
				await expect(here).rejects.toMatchObject({
					code: 'drill-unclear',
					exit: 'unproved',
					message: expect.stringMatching(
						/this computer's clock is 3(?:599|600) s behind that of the storage/,
					),
				});
		},
	);

	test.skipIf(skip)('a table whose module is missing is named, and the others are counted', async () => {
		await settle();
		const insert = `INSERT INTO sqlite_master VALUES ('table', 'places', 'places', 0, 'CREATE VIRTUAL TABLE places USING vec0(body float[4])')`;
		execFileSync('sqlite3', [
			app.databasePath,
			`PRAGMA busy_timeout = 5000; PRAGMA writable_schema = ON; ${insert}; PRAGMA schema_version = 4711`,
		]);
		const count = app.acknowledged().length;
		const live = await drillThere();
		expect(live.rows).toEqual({counts: new Map([['posts', count]]), unread: ['places']});
		expect(describeDrill(live)).toContain('not counted, since sqlite3 lacks their module: places');
		await app.kill();
		const copy = await drillHere(app, server);
		expect(copy.rows).toEqual({counts: new Map([['posts', count]]), unread: ['places']});
	});

	test.skipIf(skip)('rows are those of the copy, whatever was written after it', async () => {
		let isEmptied = false;
		const before = (command: string) => {
			if (isEmptied || !command.includes('prove.sh stop')) return;
			isEmptied = true;
			execFileSync('sqlite3', [app.databasePath, 'PRAGMA busy_timeout = 5000; DELETE FROM posts']);
		};
		const found = await drillThere({before});
		expect(isEmptied).toBe(true);
		expect(found.rows?.counts.get('posts')).toBeGreaterThanOrEqual(60);
	});

	test.skipIf(skip || !is05)('objects deleted between the list and the restore: a gap', async () => {
		await app.kill();
		const before = (command: string) => {
			if (!command.includes('restore') || !command.includes('-integrity-check')) return;
			deleteCompacted(server);
			for (const key of listPieces(server).slice(-2)) listObjects(server).delete(key);
		};
		await expect(drillHere(app, server, {before})).rejects.toMatchObject({
			code: 'drill-failed',
			message: expect.stringMatching(
				/^The replica has a gap: a restore ends at transaction \w+, but the bucket listed/,
			),
		});
	});

	test.skipIf(skip || !litestreams.every(each => each.path))(
		'the other version on this computer',
		async () => {
			await settle();
			await app.kill();
			const other = openProtectedApp(litestreams.find(each => each.version !== version)?.path ?? '');
			try {
				const drilled = drillHere({...app, folder: other.folder}, server);
				if (is05) {
					await expect(drilled).rejects.toMatchObject({
						code: 'drill-unclear',
						message: expect.stringContaining(
							'Litestream 0.5 wrote the replica, and this computer has 0.3.13',
						),
					});
				} else {
					const found = await drilled;
					expect(found).toMatchObject({gaps: 'none', ageMs: undefined});
					expect(found.rows?.counts.get('posts')).toBe(app.acknowledged().length);
				}
			} finally {
				await other.close();
			}
		},
	);
});

const newest = litestreams.find(({version}) => version.startsWith('0.5'))?.path;

test.skipIf(!newest || platform() !== 'linux')(
	'an object of another writer that a restore does not need: it fails',
	async () => {
		const server = await openStore();
		const app = openProtectedApp(newest ?? '', '\nlevels:\n  - interval: 1s\n  - interval: 10m\n');
		try {
			app.start(storageSecrets(server));
			const compacted = () =>
				[...listObjects(server).keys()]
					.filter(key => /\/0001\//.test(key))
					.sort()
					.at(-1) ?? '';
			await until(() => compacted() >= 'blog/0001/0000000000000003', {what: 'a compacted transaction'});
			await until(() => listPieces(server).length >= 4);
			await app.kill();
			expect(await drillHere(app, server)).toMatchObject({gaps: 'none', isChecked: true});
			listObjects(server)
				.get(listPieces(server)[1] ?? '')
				?.body.write('salts of', 64, 'latin1');
			await expect(drillHere(app, server)).rejects.toMatchObject({
				code: 'drill-failed',
				message: expect.stringContaining('its transactions come from two WALs by turns'),
			});
		} finally {
			await app.close();
			await server.close();
		}
	},
);
