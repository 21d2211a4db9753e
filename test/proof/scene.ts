import {execFile} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {basename, join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {promisify} from 'node:util';
import Database from 'libsql';
import {replica} from '../../source/checks/verify/replica.ts';
import type {CheckResult} from '../../source/core/verify/check.ts';
import {type LocalMachine, openLocalMachine} from '../helpers/local-machine.ts';
import {openProtectedApp, type ProtectedApp, type Row, type Start, until} from '../helpers/protected-app.ts';
import type {StoredObject} from '../helpers/s3/bucket.ts';
import type {User} from '../helpers/s3/verify-signature.ts';
import {openS3Server, type S3Server} from '../helpers/s3-server.ts';
import {storageSecrets, user} from '../helpers/storage-secrets.ts';
import {compareRows, type Truth} from './truth.ts';

export type SceneOptions = {
	readonly litestream: string;
	readonly version: string;
	/** More lines for litestream.yml. */
	readonly settings?: string;
	/** Breaks the script, as a sed expression. */
	readonly sabotage?: string | undefined;
	/** Of the storage. Default: a free one. */
	readonly port?: number;
};

/** Rows that were acknowledged before a volume was lost, and those that a boot brought back. */
export type Loss = {readonly written: readonly Row[]; readonly back: readonly Row[]};

/** An app with its replica in storage that checks every signature, and what a case does to them. */
export type Scene = {
	readonly app: ProtectedApp;
	readonly server: S3Server;
	/** The users of the storage, for a case to change. */
	readonly users: User[];
	readonly is05: boolean;
	/** Extra variables of the app, set before its start. */
	readonly variables: Record<string, string>;
	/** Starts the app, and waits until it wrote some rows and the bucket has a snapshot. */
	start(entrypoint?: 'ours' | 'foreign', bucket?: string): Promise<void>;
	/** Stops the app as Fly does, and boots it again on its volume. */
	restart(): Promise<void>;
	/** Waits until the app wrote that many more rows. */
	write(more: number): Promise<void>;
	/** Stops the writing, and waits until everything is in the bucket. */
	settle(): Promise<void>;
	/** Runs SQL in the live database, as another program beside the app. */
	sql(...statements: readonly string[]): void;
	litestream(...words: readonly string[]): Promise<void>;
	/** The replica's objects. */
	objects(): Map<string, StoredObject>;
	/** Another app with its own volume, on the same storage. */
	openOther(): ProtectedApp;
	/** Hides programs from the machine, or puts a script in their place. */
	replacePrograms(programs: Readonly<Record<string, string | undefined>>): void;
	machine(app?: ProtectedApp, options?: {readonly hasEntrypoint?: boolean}): LocalMachine;
	/** Runs the check. @returns `proved`, or the status and the cause. */
	prove(app?: ProtectedApp): Promise<string>;
	/** What the last check said. */
	said(): CheckResult | undefined;
	/** @param live - A copy of the live database, where opening that would change it. */
	truth(app?: ProtectedApp, live?: string): Promise<Truth>;
	/** Ends the app hard if it runs, loses the volume, and boots again. Nothing is written until `app.pause(false)`. */
	loseVolume(secrets?: Readonly<Record<string, string>>, start?: Start): Promise<Loss>;
	/** Undoes something when the scene closes. */
	atEnd(undo: () => void): void;
	close(): Promise<void>;
};

export async function openScene({
	litestream,
	version,
	settings = '',
	sabotage,
	port = 0,
}: SceneOptions): Promise<Scene> {
	const users: User[] = [user];
	const buckets = {'store-1': 'us-east-1', 'store-2': 'us-east-1'};
	const server = await openS3Server({users, buckets, port});
	const app = openProtectedApp(litestream, settings);
	const others: ProtectedApp[] = [];
	const undos: (() => void)[] = [];
	const is05 = !version.startsWith('0.3');
	const variables: Record<string, string> = {};
	let last: CheckResult | undefined;
	let bucketName = 'store-1';
	const run = (of: ProtectedApp, ...words: readonly string[]) =>
		promisify(execFile)(join(of.folder, 'bin', 'litestream'), [...words], {
			env: of.environment,
			timeout: 40_000,
		});
	const objects = () => server.buckets.get(bucketName) ?? new Map<string, StoredObject>();
	const hasSnapshot = () => [...objects().keys()].some(key => /\/0009\/|\/snapshots\//.test(key));
	const write = async (more: number, of = app) => {
		const count = of.acknowledged().length + more;
		await until(() => of.acknowledged().length >= count, {what: () => `${count} rows\n${of.output()}`});
	};
	const scene: Scene = {
		app,
		server,
		users,
		is05,
		variables,
		async start(entrypoint = 'ours', bucket = 'store-1') {
			bucketName = bucket;
			app.start({...storageSecrets(server, bucket), ...variables}, entrypoint);
			if (variables.ROW_KIND !== 'none') await write(20);
			await until(hasSnapshot, {what: `a snapshot in ${bucket}\n${app.output()}`});
			await until(() => existsSync(`${app.databasePath}-shm`));
		},
		async restart() {
			await app.stop();
			app.start({...storageSecrets(server, bucketName), ...variables});
		},
		write,
		async settle() {
			app.pause(true);
			const socket = join(app.folder, 'litestream.sock');
			const sync = ['sync', '-wait', '-socket', socket, app.databasePath];
			const isSent =
				is05 &&
				(await run(app, ...sync)
					.then(() => true)
					.catch(() => false));
			await wait(isSent ? 300 : 3000);
		},
		sql(...statements) {
			const database = new Database(app.databasePath);
			try {
				database.exec('PRAGMA busy_timeout = 5000');
				for (const statement of statements) database.exec(statement);
			} finally {
				database.close();
			}
		},
		async litestream(...words) {
			await run(app, ...words);
		},
		objects,
		openOther() {
			const other = openProtectedApp(litestream, settings);
			others.push(other);
			return other;
		},
		replacePrograms(programs) {
			const folder = join(app.folder, 'tools');
			mkdirSync(folder);
			for (const place of ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']) {
				if (!existsSync(place)) continue;
				for (const name of readdirSync(place)) {
					const path = join(folder, name);
					if (!(name in programs) && !existsSync(path)) symlinkSync(join(place, name), path);
				}
			}

			for (const [name, text] of Object.entries(programs)) {
				if (text === undefined) continue;
				writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
				chmodSync(join(folder, name), 0o755);
			}

			variables.PATH = `${join(app.folder, 'bin')}:${folder}`;
		},
		machine: (of = app, options = {}) =>
			openLocalMachine(of, {endpoint: server.endpoint, sabotage, ...options}),
		async prove(of = app) {
			const {plan, readers} = scene.machine(of);
			last = await replica.check(plan, readers);
			const [cause = ''] = last.detail.split(':');
			return last.status === 'proved' ? 'proved' : `${last.status} ${cause}`;
		},
		said: () => last,
		async truth(of = app, live = of.databasePath) {
			const copy = join(of.folder, 'truth.db');
			for (const name of readdirSync(of.folder).filter(each => each.startsWith('truth.db'))) {
				rmSync(join(of.folder, name));
			}

			// Of a database of which only the path is known, as on an empty volume.
			const restored = await run(of, 'restore', '-o', copy, of.databasePath).then(
				() => existsSync(copy),
				() => false,
			);
			return restored ? compareRows(copy, live) : 'none';
		},
		async loseVolume(secrets = {...storageSecrets(server, bucketName), ...variables}, how) {
			await app.kill();
			const written = app.acknowledged();
			app.wipeVolume();
			app.pause(true);
			app.start(secrets, 'ours', how);
			await until(() => app.rows().length > 0, {
				withinMs: 60_000,
				what: () => `rows that came back\n${app.output()}`,
			});
			return {written, back: app.rows()};
		},
		atEnd: undo => void undos.push(undo),
		async close() {
			for (const each of [...others, app]) await each.kill();
			for (const undo of undos) undo();
			for (const each of [...others, app]) await each.close();
			await server.close();
		},
	};
	return scene;
}

/** Returns the keys of the replica's files, oldest first. */
export const listKeys = (objects: ReadonlyMap<string, StoredObject>, pattern: RegExp): readonly string[] =>
	[...objects.keys()].filter(key => pattern.test(key)).sort((a, b) => (basename(a) < basename(b) ? -1 : 1));

/** Lists the processes of the check on the scene's machine, and the folder they work in. */
export const listScripts = ({app}: Scene): readonly {readonly pid: number; readonly folder: string}[] =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.flatMap(name => {
			try {
				const read = (file: string) => readFileSync(`/proc/${name}/${file}`, 'utf8');
				const [folder] = /\/tmp\/phxfly-verify-[\w-]+/.exec(read('cmdline')) ?? [];
				const isOurs = read('environ').includes(`ROW_LOG=${app.folder}/`);
				return folder && isOurs ? [{pid: Number(name), folder}] : [];
			} catch {
				return [];
			}
		});
