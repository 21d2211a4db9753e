import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Database from 'libsql';
import {beforeEach, expect, onTestFinished, test} from 'vitest';
import {openPushedFile} from '../../../source/adapters/restore/pushed-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'pushed-'));
	mkdirSync(join(folder, 'data'));
	path = join(folder, 'data', 'app.db');
	onTestFinished(() => rmSync(folder, {recursive: true}));
});

const openWork = () => openPushedFile(path, join(folder, 'work'));

function countRows(name: string): unknown {
	const database = new Database(join(folder, 'work', name));
	try {
		return database.prepare('SELECT count(*) AS count FROM posts').get();
	} finally {
		database.close();
	}
}

test('a copy has what is only in the WAL, from a folder where nothing can be written', async () => {
	const database = new Database(path);
	database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; CREATE TABLE posts (id)');
	for (let id = 0; id < 30; id++) database.exec(`INSERT INTO posts VALUES (${id})`);
	const names = readdirSync(join(folder, 'data'));
	chmodSync(join(folder, 'data'), 0o500);
	const link = join(folder, 'link.db');
	symlinkSync(path, link);
	const file = await openPushedFile(link, join(folder, 'work'));
	expect(file).toMatchObject({pageSize: 8192, isWal: true});
	expect(file.walBytes).toBeGreaterThan(30 * 8192);
	expect(await file.measureFree()).toBeGreaterThan(1_000_000);
	await file.copyTo('copy.db');
	chmodSync(join(folder, 'data'), 0o700);
	expect(readdirSync(join(folder, 'data'))).toEqual(names);
	expect(countRows('copy.db')).toMatchObject({count: 30});
	database.close();
});

test('a writer that ended in the middle of a transaction: the copy is as before it', async () => {
	const database = new Database(path);
	database.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 2; CREATE TABLE posts (id, body)');
	database.exec("INSERT INTO posts VALUES (1, 'kept')");
	database.exec('BEGIN');
	for (let id = 0; id < 200; id++) database.exec(`INSERT INTO posts VALUES (${id}, hex(zeroblob(2000)))`);
	expect(existsSync(`${path}-journal`)).toBe(true);
	const file = await openWork();
	await file.measureFree();
	await file.copyTo('copy.db');
	expect(countRows('copy.db')).toMatchObject({count: 1});
	database.close();
});

test('each write changes the stamp, also one to the WAL', async () => {
	const database = new Database(path);
	database.exec('PRAGMA journal_mode = WAL; CREATE TABLE posts (id)');
	const {stamp} = await openWork();
	expect((await openWork()).stamp).toBe(stamp);
	database.exec('INSERT INTO posts VALUES (1)');
	expect((await openWork()).stamp).not.toBe(stamp);
	database.close();
});

test('copies are compared to the last byte, beyond one chunk', async () => {
	const database = new Database(path);
	database.exec('CREATE TABLE posts (id)');
	database.close();
	const file = await openWork();
	await file.measureFree();
	const bytes = Buffer.alloc(1024 * 1024 + 10, 7);
	const write = (name: string, content: Uint8Array) => writeFileSync(join(folder, 'work', name), content);
	write('one', bytes);
	write('same', bytes);
	write('longer', Buffer.concat([bytes, Buffer.from([7])]));
	bytes[bytes.length - 1] = 8;
	write('other', bytes);
	expect(await file.isEqual('one', 'same')).toBe(true);
	expect(await file.isEqual('one', 'other')).toBe(false);
	expect(await file.isEqual('one', 'longer')).toBe(false);
	await file.remove();
	expect(existsSync(join(folder, 'work'))).toBe(false);
	expect(readFileSync(path).length).toBeGreaterThan(0);
});
