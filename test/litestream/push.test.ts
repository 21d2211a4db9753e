import {execFileSync, spawn} from 'node:child_process';
import {createHash, randomBytes} from 'node:crypto';
import {
	appendFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Database from 'libsql';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {litestreams} from '../helpers/litestream.ts';
import {isLitestream, until} from '../helpers/protected-app.ts';
import {type Ended, eventOf, type JsonEvent} from '../helpers/rehearsal.ts';
import {openNewApp, type ServedApp} from '../helpers/served-app.ts';
import {user} from '../helpers/storage-secrets.ts';

vi.setConfig({testTimeout: 200_000, hookTimeout: 100_000});

const newest = '20260901000000';

type Made = {
	readonly rows?: number;
	/** Empty: no migrations. */
	readonly version?: string;
	readonly pageSize?: number;
	readonly isWal?: boolean;
	/** Leaves the latest rows in the WAL, as an app that still runs does. */
	readonly keepsOpen?: boolean;
};

/** Makes a database as a Phoenix app has it. @returns What ends its use. */
function makeDatabase(path: string, made: Made = {}): () => void {
	const {rows = 500, version = newest, pageSize = 4096, isWal = false, keepsOpen = false} = made;
	const database = new Database(path);
	database.exec(`PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = ${isWal ? 'WAL' : 'DELETE'}`);
	database.exec('CREATE TABLE posts (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL)');
	if (version) {
		database.exec('CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, inserted_at TEXT)');
		database.exec(`INSERT INTO schema_migrations VALUES (${version}, '2026-09-01')`);
	}

	const fill = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO posts SELECT i, i, hex(randomblob(100)) FROM n`;
	database.exec(fill);
	if (keepsOpen) return () => database.close();
	database.close();
	return () => undefined;
}

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Lists what is below a folder, with sizes and times. */
const list = (folder: string) =>
	readdirSync(folder).map(name => {
		const {size, mtimeMs} = statSync(join(folder, name));
		return [name, size, mtimeMs];
	});

type Opened = {
	readonly app: ServedApp;
	readonly data: string;
	readonly file: string;
	push(more?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
};

const keys = {LITESTREAM_ACCESS_KEY_ID: user.keyId, LITESTREAM_SECRET_ACCESS_KEY: user.secret};

async function open(litestream: string, version: string): Promise<Opened> {
	const app = await openNewApp({litestream, version});
	const data = mkdtempSync(join(tmpdir(), 'to-push-'));
	const migrations = join(app.project, 'priv', 'repo', 'migrations');
	mkdirSync(migrations, {recursive: true});
	writeFileSync(join(migrations, `${newest}_create_posts.exs`), 'defmodule Posts do\nend\n');
	const dockerfile = join(app.project, 'Dockerfile');
	writeFileSync(
		dockerfile,
		readFileSync(dockerfile, 'utf8').replace('litestream:0.5.17', `litestream:${version}`),
	);
	const file = join(data, 'app.db');
	return {
		app,
		data,
		file,
		push: (more = [], env) => app.run(['push', file, ...app.flags, '--yes', '--json', ...more], env),
	};
}

const close = async ({app, data}: Opened) => {
	await app.close();
	rmSync(data, {recursive: true, force: true});
};

const found = litestreams.filter(({path}) => path !== undefined);

describe.each(found)('Litestream $version', ({version, path}) => {
	let opened: Opened;
	beforeEach(async () => {
		opened = await open(path ?? '', version);
	});
	afterEach(() => close(opened));

	test('push, then the first start: all rows, and the proof; the file stays as it is', async () => {
		const {app, file, data, push} = opened;
		const end = makeDatabase(file, {isWal: true, keepsOpen: true, pageSize: 8192});
		expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
		const before = [list(data), digest(file), digest(`${file}-wal`)];
		const pushed = await push();
		expect(pushed.exit, JSON.stringify(pushed.events.slice(-2))).toBe(0);
		expect(eventOf(pushed, 'file-pushed')).toMatchObject({
			...{app: 'blog-1', file, compared: 'equal', schema: newest, litestream: version},
			tables: [
				{name: 'posts', rows: 500},
				{name: 'schema_migrations', rows: 1},
			],
		});
		expect([list(data), digest(file), digest(`${file}-wal`)]).toEqual(before);
		end();

		await app.setUp();
		await app.scene.start();
		const rows = app.scene.app.rows();
		expect(rows.length).toBeGreaterThanOrEqual(520);
		expect(rows.slice(0, 500).every(({id, at}) => id === at)).toBe(true);
		await app.scene.settle();
		expect(await app.scene.prove()).toBe('proved');
		const {back, written} = await app.scene.loseVolume();
		expect(back.length).toBe(500 + written.length);

		const again = await push();
		expect(again.exit).toBe(9);
		expect(eventOf(again, 'failed')).toMatchObject({code: 'app-has-data'});
	});

	test('killed or interrupted while it sends: the next run continues, and pushes exactly the file', async () => {
		const {app, file, push} = opened;
		makeDatabase(file, {rows: 20_000});
		const strikes = [
			['SIGKILL', 'Copying the file'],
			['SIGINT', 'Sending '],
			['SIGKILL', 'Sending '],
			['SIGKILL', 'Restoring '],
			['SIGKILL', 'Continuing '],
		] as const;
		let isLeft = false;
		const says = (words: string) => (event: JsonEvent) => event.line?.startsWith(words) === true;
		for (const [signal, at] of strikes) {
			app.scene.server.behaviour.uploadBytesPerSecond = 200_000;
			const running = app.start(['push', file, ...app.flags, '--yes', '--json']);
			if (isLeft) await running.untilEvent(says('Waiting for Litestream of the earlier run'));
			const isCut = at === 'Sending ';
			if (!isCut) app.scene.server.behaviour.uploadBytesPerSecond = Number.POSITIVE_INFINITY;
			await running.untilEvent(says(at));
			const isSending = () => listLitestreams(app).length > 0;
			// Litestream ends with the next line that it cannot print; while it uploads, it prints none.
			if (isCut) await until(() => listLitestreams(app).some(isUploading));
			running.kill(signal);
			expect((await running.ended).exit).toBe(signal === 'SIGINT' ? 130 : undefined);
			if (signal === 'SIGINT') expect(isSending()).toBe(false);
			isLeft = isCut && signal === 'SIGKILL' && !version.startsWith('0.3');
		}

		app.scene.server.behaviour.uploadBytesPerSecond = Number.POSITIVE_INFINITY;
		const ended = await push();
		expect(ended.exit, JSON.stringify(ended.events.slice(-2))).toBe(0);
		expect(eventOf(ended, 'file-pushed')).toMatchObject({compared: 'equal'});
		await app.setUp();
		await app.scene.start();
		expect(app.scene.app.rows().length).toBeGreaterThanOrEqual(20_000);
	});

	test('a bucket that gives back something else: no result, the setup is refused, and the next run continues', async () => {
		const {app, file, data, push} = opened;
		makeDatabase(file);
		const tools = join(data, 'tools');
		mkdirSync(tools);
		const script = `#!/bin/sh
"${path}" "$@" || exit
[ "$1" = restore ] || exit 0
while [ "$1" != -o ]; do shift; done
[ -f "$2" ] && printf x | dd of="$2" bs=1 seek=9000 conv=notrunc 2>/dev/null
exit 0
`;
		writeFileSync(join(tools, 'litestream'), script, {mode: 0o755});
		const ended = await push([], {...keys, PATH: `${tools}:${process.env.PATH}`});
		expect(ended.exit, JSON.stringify(ended.events.slice(-2))).toBe(3);
		expect(eventOf(ended, 'failed')).toMatchObject({code: 'push-unproved'});
		const rest = ['--region', 'sjc', '--domain', 'none', '--no-mail', '--json', '--yes'];
		const setup = await app.run([...app.flags, ...rest]);
		expect(setup.exit).toBe(5);
		expect(eventOf(setup, 'failed').message).toContain('a push that phxfly push FILE has not finished');
		writeFileSync(file, Buffer.concat([readFileSync(file)]));
		const changed = await push();
		expect([changed.exit, eventOf(changed, 'failed').code]).toEqual([5, 'prefix-in-use']);
	});
});

const [litestream05] = found.filter(({version}) => !version.startsWith('0.3'));

describe.skipIf(!litestream05)('what cannot be pushed is refused, with nothing changed', () => {
	let opened: Opened;
	beforeAll(async () => {
		opened = await open(litestream05?.path ?? '', litestream05?.version ?? '');
	});
	afterAll(() => close(opened));

	const refuse = async (
		code: string,
		exit: number,
		more: readonly string[] = [],
		env?: Readonly<Record<string, string>>,
	) => {
		const {app, push, data} = opened;
		const before = list(data);
		const ended = await push(more, env);
		expect([ended.exit, eventOf(ended, 'failed').code]).toEqual([exit, code]);
		expect(list(data)).toEqual(before);
		expect([...app.scene.objects().keys()].filter(key => !key.startsWith('taken/'))).toEqual([]);
		return eventOf(ended, 'failed');
	};

	test('no SQLite: text, an empty file, a folder, none; encrypted', async () => {
		const {file} = opened;
		writeFileSync(file, 'id,title\n1,one\n'.repeat(500));
		expect((await refuse('file-not-sqlite', 2)).message).toBe(
			'app.db is not a SQLite database. Nothing was changed.',
		);
		writeFileSync(file, '');
		expect((await refuse('file-not-sqlite', 2)).message).toContain('is empty');
		writeFileSync(file, randomBytes(40_960));
		expect((await refuse('file-not-sqlite', 2)).message).toContain('it looks encrypted or packed');
		rmSync(file);
		await refuse('file-not-readable', 2);
		mkdirSync(file);
		await refuse('file-not-readable', 2);
		rmSync(file, {recursive: true});
	});

	test('5 GB: refused by its size alone, with the size of a volume that is enough', async () => {
		makeDatabase(opened.file);
		truncateSync(opened.file, 5 * 1024 ** 3);
		const startMs = Date.now();
		const {message, hint} = await refuse('file-too-large', 9);
		expect(message).toContain('The file has 5.0 GB: the volume has 1.0 GB free');
		expect(hint).toContain('--volume-size 11');
		expect(Date.now() - startMs).toBeLessThan(15_000);
		rmSync(opened.file);
	});

	test('a damaged file, and one that something writes to', async () => {
		const {file} = opened;
		makeDatabase(file);
		const bytes = readFileSync(file);
		bytes.fill(0x55, 8192, 12_288);
		writeFileSync(file, bytes);
		await refuse('file-damaged', 9);
		rmSync(file);
		makeDatabase(file, {rows: 100_000});
		const writing = setInterval(() => appendFileSync(`${file}-wal`, ''), 5);
		writing.unref();
		const writer = spawn(process.execPath, [
			'-e',
			`const f = require('fs'); for (;;) f.utimesSync(${JSON.stringify(file)}, new Date(), new Date())`,
		]);
		try {
			const ended = await opened.push();
			expect([ended.exit, eventOf(ended, 'failed').code]).toEqual([9, 'file-in-use']);
		} finally {
			clearInterval(writing);
			writer.kill('SIGKILL');
			for (const name of readdirSync(opened.data)) rmSync(join(opened.data, name));
		}
	});

	test('the schema: newer than the code and without migrations is refused, older is said', async () => {
		const {file, data, push} = opened;
		makeDatabase(file, {version: '20270101000000'});
		expect((await refuse('schema-unfit', 9)).message).toContain('its schema is newer than the code');
		rmSync(file);
		makeDatabase(file, {version: ''});
		await refuse('schema-unfit', 9);
		rmSync(file);
		makeDatabase(file, {version: '20250101000000'});
		const before = list(data);
		const {exit, stdout} = await opened.app.run(['push', file, ...opened.app.flags, '--dry-run']);
		expect(exit).toBe(0);
		expect(stdout).toContain(
			'migration 20250101000000, older than the code: the app migrates it at its first start',
		);
		expect(list(data)).toEqual(before);
		expect([...opened.app.scene.objects().keys()]).toEqual([]);
		const asked = await opened.app.run(['push', file, ...opened.app.flags, '--json']);
		expect([asked.exit, eventOf(asked, 'input-needed').flag]).toEqual([5, '--yes']);
		expect((await push(['--volume-size', '2', '--dry-run'])).exit).toBe(0);
	});

	test('the prefix: in use, or the storage does not list it', async () => {
		const {file, app} = opened;
		rmSync(file, {force: true});
		makeDatabase(file);
		const objects = app.scene.objects();
		const body = Buffer.from('x');
		for (const key of [
			'cat.jpg',
			'0000/0000000000000001-0000000000000001.ltx',
			'generations/18aa558cef3958f7/snapshots/00000000.snapshot.lz4',
		]) {
			objects.set(`taken/${key}`, {body, etag: '"1"', modifiedMs: 0} as never);
			expect((await refuse('prefix-in-use', 5, ['--prefix', 'taken'])).hint).toContain('--prefix PATH');
			objects.clear();
		}

		await refuse('storage-wrong-secret', 9, [], {...keys, LITESTREAM_SECRET_ACCESS_KEY: 'x'.repeat(40)});
		await refuse('storage-wrong-key-id', 9, [], {...keys, LITESTREAM_ACCESS_KEY_ID: 'AKIAWRONG00000000000'});
		app.scene.users[0] = {...user, rights: ['read', 'write', 'delete']};
		await refuse('storage-no-list-right', 9);
		app.scene.users[0] = user;
		await app.scene.server.close();
		await refuse('storage-unreachable', 9);
		await app.scene.server.reopen();
	});

	test('this computer: no keys, no Litestream, one of another kind, no sqlite3', async () => {
		const {app, file} = opened;
		rmSync(file, {force: true});
		makeDatabase(file);
		const {PATH = ''} = app.scene.app.environment;
		expect((await refuse('push-impossible', 9, [], app.withoutKeys)).message).toContain(
			'needs the keys here',
		);
		expect((await refuse('push-impossible', 9, [], {...keys, PATH: '/usr/bin:/bin'})).message).toContain(
			'this computer has none',
		);
		const tools = mkdtempSync(join(tmpdir(), 'tools-'));
		writeFileSync(join(tools, 'litestream'), '#!/bin/sh\necho v0.3.13\n', {mode: 0o755});
		expect((await refuse('push-impossible', 9, [], {...keys, PATH: `${tools}:${PATH}`})).hint).toContain(
			'Install litestream 0.5.17',
		);
		rmSync(join(tools, 'litestream'));
		for (const name of ['sh', 'touch', 'tee', 'df', 'cat', 'ps', 'grep', 'rm', 'mkdir', 'env'])
			symlinkSync(execFileSync('which', [name], {encoding: 'utf8'}).trim(), join(tools, name));
		symlinkSync(litestream05?.path ?? '', join(tools, 'litestream'));
		const without = await opened.push([], {...keys, PATH: tools});
		const hasOwn = Number(process.versions.node.split('.')[0]) >= 22;
		if (hasOwn) expect(without.exit).toBe(0);
		else
			expect(eventOf(without, 'failed')).toMatchObject({
				code: 'push-impossible',
				hint: expect.stringContaining('Install sqlite3'),
			});
		rmSync(tools, {recursive: true});
	});

	test('the plan of a setup offers the database of development, with the command that pushes it', async () => {
		const {app} = opened;
		app.scene.objects().clear();
		makeDatabase(join(app.project, 'wisp_dev.db'));
		const rest = ['--region', 'sjc', '--domain', 'none', '--no-mail'];
		const plan = () => app.run(['plan', ...app.flags, ...rest]);
		const {stderr} = await plan();
		const [, command = ''] = /with its data, .* first run: phxfly (push wisp_dev\.db .*)/.exec(stderr) ?? [];
		expect((await app.run([...command.split(' '), '--yes'])).exit).toBe(0);
		const after = await plan();
		expect([after.exit, after.stderr]).toEqual([0, expect.not.stringContaining('phxfly push')]);
	});

	test('an app that was deployed, or has a volume that no setup made', async () => {
		const {app} = opened;
		rmSync(opened.file, {force: true});
		makeDatabase(opened.file);
		app.scene.objects().clear();
		await app.fly('apps', 'create', 'blog-1', '--org', 'personal');
		await app.fly(
			'volumes',
			'create',
			'wisp_data',
			'-a',
			'blog-1',
			'--region',
			'sjc',
			'--size',
			'1',
			'--yes',
		);
		expect((await refuse('app-has-data', 9)).message).toMatch(/may have data already: volume vol_\w+/);
	});
});

/** Lists the pids of the Litestreams that send for the app. */
function listLitestreams({scene}: ServedApp): readonly number[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(Number)
		.filter(isLitestream)
		.filter(pid => {
			try {
				return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(scene.app.folder);
			} catch {
				return false;
			}
		});
}

/** Returns whether a Litestream has written the file that it sends. */
function isUploading(pid: number): boolean {
	const config = /-config\0([^\0]*)\/copy\.db\.yml\0/.exec(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
	const folder = join(config?.[1] ?? '', '.copy.db.none-litestream');
	if (!config || !existsSync(folder)) return false;
	return readdirSync(folder, {recursive: true}).some(name => /\.ltx$|\bwal\b/.test(String(name)));
}
