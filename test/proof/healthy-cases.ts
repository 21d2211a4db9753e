import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {cp, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {until} from '../helpers/protected-app.ts';
import {shells} from '../helpers/shells.ts';
import {storageSecrets} from '../helpers/storage-secrets.ts';
import {ask, type ProofCase} from './case.ts';

/** What else takes five minutes: that Litestream 0.5 drops what it has sent. */
export const soon =
	'l0-retention: 1s\nl0-retention-check-interval: 1s\nlevels:\n  - interval: 1s\n  - interval: 10m\n';

const busybox = shells.find(({name}) => name === 'busybox ash');

const cases: readonly ProofCase[] = [
	{
		name: '50 rows a second',
		sample: ['0.3', '0.5'],
		right: ['proved'],
		run: async scene => {
			await scene.start();
		},
	},
	{
		name: 'idle',
		right: ['proved'],
		run: async scene => {
			await scene.start();
			await scene.settle();
		},
	},
	{
		name: 'idle, without sqlite3',
		right: ['proved'],
		run: async scene => {
			scene.replacePrograms({sqlite3: undefined});
			await scene.start();
			await scene.settle();
		},
	},
	{
		name: '50 rows a second, without sqlite3',
		right: ['proved', 'could-not-tell moved'],
		run: async scene => {
			scene.replacePrograms({sqlite3: undefined});
			await scene.start();
		},
	},
	{
		name: 'as many rows as possible',
		right: ['proved'],
		run: async scene => {
			scene.variables.ROW_WAIT = '0';
			await scene.start();
			await scene.write(500);
		},
	},
	{
		name: 'small table, rows changed in place',
		right: ['proved'],
		run: async scene => {
			scene.variables.ROW_KIND = 'update';
			scene.variables.ROW_WAIT = '5';
			await scene.start();
			await wait(1500);
		},
	},
	{
		name: 'no table at all',
		right: ['proved'],
		run: async scene => {
			scene.variables.ROW_KIND = 'none';
			await scene.start();
		},
	},
	{
		name: 'fts5, rtree, WITHOUT ROWID, generated columns, odd names',
		right: ['proved'],
		run: async scene => {
			await scene.start();
			scene.sql(
				'CREATE VIRTUAL TABLE words USING fts5(body)',
				'CREATE VIRTUAL TABLE places USING rtree(id, left, right)',
				'CREATE TABLE pairs (a PRIMARY KEY, b, c AS (a + b)) WITHOUT ROWID',
				`CREATE TABLE "it's a 'table'" ("a b" TEXT)`,
				"INSERT INTO words VALUES ('one two three')",
				'INSERT INTO places VALUES (1, 2, 3)',
				'INSERT INTO pairs VALUES (1, 2)',
				`INSERT INTO "it's a 'table'" VALUES ('x')`,
			);
			await scene.settle();
		},
	},
	{
		name: 'VACUUM and a schema change meanwhile',
		right: ['proved', 'could-not-tell moved'],
		run: async scene => {
			await scene.start();
			await scene.write(50);
			const asked = ask(scene);
			await wait(1200);
			scene.sql('ALTER TABLE posts ADD COLUMN more TEXT', 'VACUUM');
			return [await asked];
		},
	},
	{
		name: 'after VACUUM and a schema change',
		right: ['proved'],
		run: async scene => {
			await scene.start();
			scene.sql('DELETE FROM posts WHERE id % 3 = 0', 'CREATE INDEX posts_at ON posts (at)', 'VACUUM');
			await scene.settle();
		},
	},
	{
		name: 'checkpoints of another program all the time',
		right: ['proved', 'could-not-tell moved'],
		run: async scene => {
			await scene.start();
			const timer = setInterval(() => scene.sql('PRAGMA wal_checkpoint(PASSIVE)'), 100);
			try {
				return [await ask(scene)];
			} finally {
				clearInterval(timer);
			}
		},
	},
	{
		name: 'WAL truncated by another program, then idle',
		right: ['proved'],
		run: async scene => {
			await scene.start();
			await scene.settle();
			scene.sql('PRAGMA wal_checkpoint(TRUNCATE)');
			await wait(1500);
		},
	},
	{
		name: 'restarted, nothing written since',
		right: ['proved'],
		run: async scene => {
			await scene.start();
			await scene.settle();
			await scene.app.stop();
			scene.app.start({...storageSecrets(scene.server), ...scene.variables});
			await until(() => existsSync(`${scene.app.databasePath}-shm`));
			await wait(1500);
		},
	},
	{
		name: 'after a kill and a lost volume',
		right: ['proved'],
		run: async scene => {
			await scene.start();
			await scene.write(50);
			await scene.settle();
			await scene.app.kill();
			scene.app.wipeVolume();
			scene.app.start({...storageSecrets(scene.server), ...scene.variables});
			await until(() => scene.app.rows().length > 0);
			await wait(1500);
		},
	},
	{
		name: 'first objects compacted away',
		settings: soon,
		only: '0.5',
		right: ['proved'],
		run: async scene => {
			await scene.start();
			await scene.write(200);
			await scene.settle();
			await wait(3000);
		},
	},
	{
		name: 'no control socket',
		only: '0.5',
		right: ['proved'],
		run: async scene => {
			const path = scene.app.environment.LITESTREAM_CONFIG ?? '';
			writeFileSync(path, readFileSync(path, 'utf8').replace('enabled: true', 'enabled: false'));
			await scene.start();
		},
	},
	{
		name: "moved to an empty bucket by phxfly's entrypoint",
		right: ['proved'],
		run: async scene => {
			await scene.start();
			await scene.write(60);
			await scene.app.kill();
			await scene.start('ours', 'store-2');
			await scene.settle();
		},
	},
	{
		name: 'volume back from an older snapshot, local state dropped',
		right: ['proved'],
		run: async scene => {
			await scene.start();
			await scene.settle();
			await scene.app.stop();
			const volume = dirname(scene.app.databasePath);
			await cp(volume, join(scene.app.folder, 'snapshot'), {recursive: true});
			scene.app.pause(false);
			await scene.start();
			await scene.write(60);
			await scene.settle();
			await scene.app.stop();
			await rm(volume, {recursive: true});
			await cp(join(scene.app.folder, 'snapshot'), volume, {recursive: true});
			await rm(join(volume, '.app.db-litestream'), {recursive: true});
			scene.app.pause(true);
			scene.app.start({...storageSecrets(scene.server), ...scene.variables});
			await until(() => existsSync(`${scene.app.databasePath}-shm`));
			await scene.settle();
			await wait(1500);
		},
	},
	{
		name: 'the storage throttles for a while',
		right: ['proved'],
		run: async scene => {
			await scene.start();
			scene.server.behaviour.throttled = 5;
		},
	},
	...(busybox?.words
		? [
				{
					name: 'programs and shell of busybox',
					sample: ['0.5'],
					right: ['proved'],
					run: async scene => {
						busybox.linkPrograms(join(scene.app.folder, 'bin'));
						await scene.start();
					},
				} satisfies ProofCase,
			]
		: []),
];

/** Nothing is wrong: `wrong` would be an accusation. Where the WAL cannot be held, phxfly may say that it could not tell. */
export const healthyCases: readonly ProofCase[] = cases.map(each => ({...each, isHealthy: true}));
