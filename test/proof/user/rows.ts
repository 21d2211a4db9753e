import {spawnSync} from 'node:child_process';
import {closeSync, openSync, readFileSync, renameSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import Database from 'libsql';
import {user} from '../../helpers/storage-secrets.ts';
import {ask, askOnly, type ProofCase} from '../case.ts';
import {startOther} from '../history-cases.ts';
import {fill} from '../machine-cases.ts';
import {proofCases} from '../run-case.ts';
import type {Scene} from '../scene.ts';
import type {Program} from './program.ts';

export type Row = ProofCase & {
	/** What the table calls it. */
	readonly title: string;
	/** Breaks or hurries the script on the machine, as a sed expression. */
	readonly sabotage?: string;
	/** The image lacks phxfly's entrypoint. */
	readonly isForeign?: boolean;
	/** What the hint asks of a person in words, or what a later hour brings. Done once, before its commands. */
	person?(scene: Scene, program: Program): Promise<void> | void;
	/** Says it in the table. */
	readonly does?: string;
	/** Variables of `phxfly`, where the hint says so. */
	environment?(scene: Scene): Readonly<Record<string, string>>;
	/** What the next commands cannot heal. Says it in the table. */
	readonly left?: string;
	/** The row is in the sample of `npm test`. */
	readonly isUserSample?: boolean;
};

type More = Omit<Partial<Row>, 'name' | 'title'>;

/** A row of the table, with a fault that `test/proof` has. */
function take(title: string, name: string, more: More = {}): Row {
	const found = proofCases.find(each => each.name === name);
	if (!found) throw new Error(`There is no case ${name}.`);
	return {...found, ...more, title};
}

const newSecret = `${user.secret.slice(0, -4)}NEWK`;

const openOnlyStorage = (scene: Scene) => {
	scene.server.behaviour.delayMs = 0;
	scene.server.behaviour.throttled = 0;
	scene.server.behaviour.breaksOff = false;
	scene.server.behaviour.skewMs = 0;
};

/** The machine has the usual programs again, as with the next image. */
const restorePrograms = (scene: Scene) => {
	const {PATH: usual} = process.env;
	spawnSync('rm', ['-rf', join(scene.app.folder, 'tools')]);
	spawnSync('ln', ['-s', '/usr/bin', join(scene.app.folder, 'tools')]);
	scene.variables.PATH = `${join(scene.app.folder, 'bin')}:${usual}`;
};

/** What ends the fault of a scene, by its folder. */
const ends = new Map<string, () => unknown>();

const endIt = async (scene: Scene) => {
	await ends.get(scene.app.folder)?.();
};

/** Holds a read transaction, so that no checkpoint can finish. @returns What ends it. */
function holdRead({app}: Scene): () => void {
	const database = new Database(app.databasePath);
	database.exec('BEGIN');
	database.prepare('SELECT count(*) FROM posts').get();
	return () => database.close();
}

/** Every verdict and cause, by a fault that brings it about. */
export const rows: readonly Row[] = [
	take('nothing is wrong, 50 rows a second', '50 rows a second', {isUserSample: true}),
	take('less than 1 MB is free on the volume, all is sent', 'the volume almost full, but replicated'),
	take('Litestream has ended, the app continues', 'Litestream dead, the app continues'),
	take('Litestream is stopped (SIGSTOP)', 'Litestream stopped with SIGSTOP, rows changed since', {
		isUserSample: true,
	}),
	take('Litestream replicates another file', 'Litestream replicates another file than DATABASE_PATH', {
		does: 'the paths are made the same',
		person: (scene, program) => program.serve({app: scene.app, machine: scene.machine()}),
	}),
	take('no file at DATABASE_PATH', 'no database at DATABASE_PATH', {
		does: 'the path is corrected',
		person: (scene, program) => program.serve({app: scene.app, machine: scene.machine()}),
	}),
	take(
		'the database file was replaced under the app',
		'the database file swapped under the app, equal counts',
	),
	take(
		'the same, but the old file is the right one',
		'the database file swapped under the app, equal counts',
		{
			does: 'the new file is moved aside too',
			person: ({app: {databasePath}}) => renameSync(databasePath, `${databasePath}.new`),
		},
	),
	take(
		'the database file moved away, and a copy put there',
		'the database file moved away, and another put there',
	),
	{
		title: 'two machines write to one prefix',
		name: 'second writer',
		right: ['wrong second-writer', 'wrong mixed-histories', 'wrong bucket-ahead'],
		async run(scene) {
			await scene.start();
			const other = await startOther(scene);
			ends.set(scene.app.folder, () => other.kill());
			await wait(3000);
			return [await askOnly(scene)];
		},
		does: 'the other machine is found and stopped',
		person: endIt,
	},
	take('the secret key was changed at the storage', 'the secret key changed at the storage', {
		isUserSample: true,
		does: 'the new key is in the environment',
		person(scene, {keys}) {
			scene.users[0] = {...user, secret: newSecret};
			keys.add(newSecret);
		},
		environment: () => ({LITESTREAM_SECRET_ACCESS_KEY: newSecret}),
	}),
	take('the key may read and no longer write', 'the key may read and no longer write', {
		does: 'the key gets its rights back',
		person: scene => {
			scene.users[0] = user;
		},
	}),
	take('the bucket was deleted', 'the bucket deleted', {
		does: 'the bucket is created again',
		person: scene => void scene.server.buckets.set('store-1', new Map()),
	}),
	take('nothing listens at the endpoint', 'nothing listens at the endpoint', {
		does: 'the storage listens again',
		person: scene => scene.server.reopen(),
	}),
	take("the storage's clock is an hour ahead", "the storage's clock is an hour ahead", {
		does: 'the clock is right again',
		person: openOnlyStorage,
	}),
	take('the bucket was emptied', 'the bucket emptied'),
	...proofCases
		.filter(({name}) => name === 'the volume full')
		.map(({name}) => take('the volume is full', name)),
	take('the newest object was deleted', 'the newest object deleted'),
	take('an object in the middle was deleted', 'a middle object deleted'),
	take('the snapshots were deleted', 'the snapshots deleted'),
	take('one byte of each object was changed', 'one byte of every object changed'),
	take('the newest object was cut short', 'the last object cut short'),
	take('the replica moved, and Litestream kept its old state', 'a replica moved, old local state kept', {
		isForeign: true,
	}),
	take('moved, then `litestream reset`', "moved, then reset as Litestream's message advises"),
	take(
		'the bucket was put back to an older state',
		'the bucket put back to an older state, rows changed since',
	),
	// Which side is right depends on what happened. Here: the volume.
	take("another app's replica is under the prefix", "another app's replica under this one's name"),
	take(
		'the volume was put back to an older state',
		'the volume put back to an older state with its local state',
	),
	take('a page of the database on the volume was destroyed', 'a page header destroyed on the volume'),
	take('one bit of a row was changed on the volume', 'one bit of a row changed on the volume'),
	{
		title: 'a damaged database is replicated',
		name: 'damaged database',
		right: ['wrong database-itself-damaged'],
		left: 'both are damaged: a person takes a sound copy from a volume snapshot or an older replica',
		async run(scene) {
			await fill(scene);
			await scene.app.stop();
			const {databasePath} = scene.app;
			const at = readFileSync(databasePath).indexOf('zzzzzzzz', 600_000);
			const file = openSync(databasePath, 'r+');
			writeSync(file, Buffer.alloc(12, 0xff), 0, 12, at - (at % 4096));
			closeSync(file);
			scene.app.pause(false);
			scene.variables.LITESTREAM_REPLICA_URL = 's3://store-1/damaged';
			await scene.start();
			await scene.settle();
			return [await ask(scene)];
		},
	},
	take('the storage accepts and does not respond', 'the storage accepts and does not respond', {
		does: 'later',
		person: openOnlyStorage,
	}),
	take('the storage throttles every request', 'the storage throttles every request', {
		does: 'later',
		person: openOnlyStorage,
	}),
	take(
		'the storage closes each connection in the middle',
		'the storage closes every connection in the middle',
		{
			does: 'later',
			person: openOnlyStorage,
		},
	),
	{
		title: 'another program resets the WAL all the time, no sqlite3',
		name: 'moved',
		right: ['could-not-tell moved'],
		async run(scene) {
			scene.replacePrograms({sqlite3: undefined});
			await scene.start();
			const timer = setInterval(() => {
				try {
					scene.sql('PRAGMA wal_checkpoint(TRUNCATE)');
				} catch {
					// Busy; the next one may succeed.
				}
			}, 200);
			ends.set(scene.app.folder, () => clearInterval(timer));
			scene.atEnd(() => clearInterval(timer));
			return [await askOnly(scene)];
		},
		does: 'a calm minute',
		person: endIt,
	},
	{
		title: 'more than 20,000 pages are in the WAL',
		name: 'busy',
		right: ['could-not-tell busy'],
		async run(scene) {
			await scene.start();
			const end = holdRead(scene);
			scene.atEnd(end);
			ends.set(scene.app.folder, end);
			for (let round = 0; round < 22; round++) {
				scene.sql(
					`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) INSERT INTO posts (at, body) SELECT i, '${'w'.repeat(3900)}' FROM n`,
				);
			}

			await scene.settle();
			return [await askOnly(scene)];
		},
		does: 'a calm minute',
		person: async scene => {
			await endIt(scene);
			scene.sql('PRAGMA wal_checkpoint(PASSIVE)');
			scene.app.pause(false);
			await wait(5000);
		},
	},
	{
		title: 'the restore takes longer than `verify` allows',
		name: 'restore too long',
		sabotage: 's/timeout "\\$LIMIT" \\$LITESTREAM restore/timeout 2 $LITESTREAM restore/',
		right: ['could-not-tell restore-too-long', 'could-not-tell storage-silent'],
		async run(scene) {
			await scene.start();
			await scene.write(200);
			await scene.settle();
			scene.server.behaviour.delayMs = 1500;
			return [await askOnly(scene)];
		},
		does: 'later',
		person: openOnlyStorage,
	},
	take('no room for a copy in /tmp', 'no room for a copy', {
		left: 'the machine still lacks the room for `verify`, so the drill here checks the copy alone',
		environment: scene => ({PATH: `${join(scene.app.folder, 'bin')}:/usr/bin:/bin`}),
	}),
	take('the image lacks od', 'an image without od', {
		does: 'the image gets coreutils',
		person: restorePrograms,
	}),
	{
		title: 'no program has the database open in WAL mode',
		name: 'no WAL index',
		right: ['could-not-tell no-wal-index', 'wrong other-database', 'wrong not-running'],
		async run(scene) {
			scene.replacePrograms({sqlite3: undefined});
			await scene.start();
			await scene.settle();
			renameSync(`${scene.app.databasePath}-shm`, `${scene.app.databasePath}-shm.away`);
			return [await askOnly(scene)];
		},
		does: 'the WAL index is back',
		person: scene => renameSync(`${scene.app.databasePath}-shm.away`, `${scene.app.databasePath}-shm`),
	},
];
