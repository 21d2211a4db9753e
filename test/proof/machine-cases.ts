import {spawnSync} from 'node:child_process';
import {
	closeSync,
	copyFileSync,
	mkdtempSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import Database from 'libsql';
import {isLitestream} from '../helpers/protected-app.ts';
import {ask, askOnly, type ProofCase} from './case.ts';
import {listScripts, type Scene} from './scene.ts';

const findLitestream = ({app}: Scene): number => {
	const pid = app.processes().find(isLitestream);
	if (pid === undefined) throw new Error('Litestream does not run.');
	return pid;
};

const idle = async (scene: Scene, rows = 60) => {
	await scene.start();
	await scene.write(rows);
	await scene.settle();
};

/** Fills the database until Litestream has checkpointed most of it into the main file. */
export const fill = async (scene: Scene) => {
	await scene.start();
	const {databasePath} = scene.app;
	for (let round = 0; statSync(databasePath).size < 2_000_000; round++) {
		if (round > 40) throw new Error('Litestream does not checkpoint.');
		scene.sql(
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 700) INSERT INTO posts (at, body) SELECT i, '${filler}' FROM n`,
		);
		await wait(1000);
	}

	await scene.settle();
};

const filler = 'z'.repeat(1500);

/** Copies the database with all that is in its WAL. @returns Where the copy is. */
const copyWhole = (scene: Scene): string => {
	const copy = join(scene.app.folder, 'other.db');
	scene.sql(`VACUUM INTO '${copy}'`);
	return copy;
};

/** Changes bytes in the database file, in a page with rows that no write since the checkpoint touched. */
const damage = async (scene: Scene, isHeader: boolean, bytes: Buffer) => {
	await fill(scene);
	const content = readFileSync(scene.app.databasePath);
	const at = content.indexOf(filler, 600_000);
	const file = openSync(scene.app.databasePath, 'r+');
	writeSync(file, bytes, 0, bytes.length, isHeader ? at - (at % 4096) : at + 700);
	closeSync(file);
};

/** What happens on the machine: to the process, the files, and the programs of the image. */
export const machineCases: readonly ProofCase[] = [
	{
		name: 'Litestream stopped with SIGSTOP, rows changed since',
		heals: true,
		right: ['wrong stopped-process'],
		run: async scene => {
			await idle(scene);
			process.kill(findLitestream(scene), 'SIGSTOP');
			scene.sql("UPDATE posts SET body = 'changed' WHERE id < 6");
		},
	},
	{
		name: 'Litestream dead, the app continues',
		sample: ['0.5'],
		right: ['wrong not-running'],
		run: async scene => {
			await scene.start();
			await scene.app.killLitestream();
			return [await askOnly(scene)];
		},
	},
	{
		name: 'the database file swapped under the app, equal counts',
		heals: true,
		right: ['wrong database-file-swapped'],
		run: async scene => {
			await idle(scene);
			const other = copyWhole(scene);
			const database = new Database(other);
			database.exec("UPDATE posts SET body = 'swapped'");
			database.close();
			copyFileSync(other, `${other}.same`);
			renameSync(other, scene.app.databasePath);
			const answer = await scene.prove();
			scene.app.pause(true);
			// Opened beside the old WAL, the new file would take that in.
			return [{answer, truth: await scene.truth(scene.app, `${other}.same`)}];
		},
	},
	{
		name: 'the database file moved away, and another put there',
		right: ['wrong database-file-swapped', 'wrong other-database'],
		run: async scene => {
			await idle(scene);
			const {databasePath} = scene.app;
			const other = copyWhole(scene);
			renameSync(databasePath, `${databasePath}.before`);
			copyFileSync(other, databasePath);
			return [await askOnly(scene)];
		},
	},
	{
		name: 'Litestream replicates another file than DATABASE_PATH',
		right: ['wrong other-database'],
		run: async scene => {
			await idle(scene);
			const {app} = scene;
			const other = join(app.folder, 'data', 'other.db');
			const database = new Database(other);
			database.exec('PRAGMA journal_mode = WAL; CREATE TABLE x (a)');
			const asked = await scene.prove({
				...app,
				databasePath: other,
				environment: {...app.environment, DATABASE_PATH: other},
			});
			database.close();
			return [{answer: asked, truth: undefined}];
		},
	},
	{
		name: 'no database at DATABASE_PATH',
		right: ['wrong no-database'],
		run: async scene => {
			await idle(scene);
			const {app} = scene;
			const databasePath = join(app.folder, 'data', 'none.db');
			return [{answer: await scene.prove({...app, databasePath}), truth: undefined}];
		},
	},
	{
		name: 'one bit of a row changed on the volume',
		heals: true,
		right: ['wrong other-content'],
		run: async scene => {
			await damage(scene, false, Buffer.from('y'));
		},
	},
	{
		name: 'a page header destroyed on the volume',
		right: ['wrong live-database-damaged'],
		run: async scene => {
			await damage(scene, true, Buffer.alloc(12, 0xff));
			return [await askOnly(scene)];
		},
	},
	{
		name: 'no room for a copy',
		right: ['could-not-tell no-room'],
		run: async scene => {
			const head = 'Filesystem 1024-blocks Used Available Capacity Mounted on';
			scene.replacePrograms({
				df: `case "$2" in /tmp/phxfly-verify-*) echo "${head}"; echo "overlay 8000000 7990000 10000 99% /" ;; *) exec /usr/bin/df "$@" ;; esac`,
			});
			await scene.start();
			return [await ask(scene)];
		},
	},
	{
		name: 'a cmp that cannot compare parts',
		right: ['could-not-tell no-tools'],
		run: async scene => {
			scene.replacePrograms({cmp: 'case " $* " in *" -n "*) exit 2 ;; esac; exec /usr/bin/cmp "$@"'});
			await scene.start();
			return [await ask(scene)];
		},
	},
	{
		name: 'an image without od',
		sample: ['0.3'],
		right: ['could-not-tell no-tools'],
		run: async scene => {
			scene.replacePrograms({od: undefined});
			await scene.start();
			return [await ask(scene)];
		},
	},
	{
		name: 'the volume almost full, but replicated',
		right: ['proved'],
		run: async scene => {
			const {folder} = scene.app;
			const head = 'Filesystem 1024-blocks Used Available Capacity Mounted on';
			scene.replacePrograms({
				df: `case "$2" in ${folder}*) echo "${head}"; echo "/dev/vdc 1000 999 500 99% /data" ;; *) exec /usr/bin/df "$@" ;; esac`,
			});
			await scene.start();
			return [await ask(scene)];
		},
	},
	...(canMount()
		? [
				{
					name: 'the volume full',
					right: ['wrong full-disk'],
					run: async scene => {
						const volume = join(scene.app.folder, 'data');
						mount(volume, '12m');
						scene.atEnd(() => spawnSync('umount', ['-l', volume]));
						await scene.start();
						await scene.settle();
						fillVolume(scene);
						await wait(2000);
					},
				} satisfies ProofCase,
			]
		: []),
	{
		name: 'the machine restarts in the middle of the check',
		right: ['proved'],
		run: async scene => {
			await scene.start();
			const asked = ask(scene);
			await wait(700);
			for (const {pid} of listScripts(scene)) process.kill(pid, 'SIGKILL');
			return [await asked];
		},
	},
];

function mount(folder: string, size: string): boolean {
	return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0;
}

/** Whether this user may mount a small volume. */
function canMount(): boolean {
	const folder = mkdtempSync(join(tmpdir(), 'mount-'));
	try {
		return mount(folder, '1m') && spawnSync('umount', [folder]).status === 0;
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** Writes rows until SQLite has no room for another. */
function fillVolume(scene: Scene): void {
	for (const bytes of [100_000, 1000]) {
		for (let rows = 0; rows < 500; rows++) {
			try {
				scene.sql(`INSERT INTO posts (at, body) VALUES (0, '${'f'.repeat(bytes)}')`);
			} catch {
				break;
			}
		}
	}
}
