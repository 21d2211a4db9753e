import {existsSync, readFileSync} from 'node:fs';
import {setTimeout as wait} from 'node:timers/promises';
import Database from 'libsql';
import {until} from '../helpers/protected-app.ts';
import {storageSecrets} from '../helpers/storage-secrets.ts';
import {ask, askOnly, type ProofCase} from './case.ts';
import {makeLargeDatabase} from './large-database.ts';
import type {Scene} from './scene.ts';

/** Starts an app that has had a database for long, and does not wait for a snapshot. */
const startWith = async (scene: Scene, megabytes: number) => {
	makeLargeDatabase(scene.app.databasePath, megabytes);
	scene.app.start({...storageSecrets(scene.server), ...scene.variables});
	await until(() => scene.app.acknowledged().length > 0 && existsSync(`${scene.app.databasePath}-shm`));
};

const cases: readonly ProofCase[] = [
	{
		name: '800 rows of 1.8 KB a second',
		right: ['proved', 'could-not-tell busy', 'could-not-tell moved'],
		run: async scene => {
			scene.variables.ROW_WAIT = '0';
			scene.variables.ROW_BYTES = '1800';
			await scene.start();
			await scene.write(2000);
			const asked = await ask(scene);
			const log = readFileSync(scene.app.environment.ROW_LOG ?? '', 'utf8');
			if (log.includes('locked')) throw new Error('The check locked the app out of its database.');
			return [asked];
		},
	},
	{
		name: 'more than 20,000 frames in the WAL',
		right: ['could-not-tell busy', 'proved'],
		run: async scene => {
			await scene.start();
			scene.app.pause(true);
			const reader = new Database(scene.app.databasePath);
			try {
				// No checkpoint passes it.
				reader.exec('BEGIN');
				reader.prepare('SELECT count(*) FROM posts').all();
				scene.sql(
					'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 25000) INSERT INTO posts (at, body) SELECT i, hex(zeroblob(1900)) FROM n',
				);
				return [await ask(scene)];
			} finally {
				reader.close();
			}
		},
	},
	{
		name: 'the first copy of a large database on its way',
		right: ['not-yet sync'],
		run: async scene => {
			scene.server.behaviour.uploadBytesPerSecond = 150_000;
			await startWith(scene, 60);
			const asked = await askOnly(scene);
			scene.server.behaviour.uploadBytesPerSecond = Number.POSITIVE_INFINITY;
			return [asked];
		},
	},
	{
		name: 'the first copy of a large database on its way, and the app idle',
		right: ['not-yet sync'],
		run: async scene => {
			scene.server.behaviour.uploadBytesPerSecond = 150_000;
			await startWith(scene, 60);
			scene.app.pause(true);
			const asked = await askOnly(scene);
			scene.server.behaviour.uploadBytesPerSecond = Number.POSITIVE_INFINITY;
			return [asked];
		},
	},
	{
		name: 'the first copy of a large database, just arrived',
		right: ['proved'],
		run: async scene => {
			await startWith(scene, 60);
			await until(() => scene.objects().size > 0, {what: `an object\n${scene.app.output()}`});
			await wait(200);
		},
	},
];

/** Much to send, much in the WAL, or both. Nothing is wrong. */
export const loadCases: readonly ProofCase[] = cases.map(each => ({...each, isHealthy: true}));
