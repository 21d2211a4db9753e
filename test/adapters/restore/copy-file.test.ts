import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openCopyFile, openRehearsedFile} from '../../../source/adapters/restore/copy-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'copy-file-'));
	path = join(folder, 'before $1.db');
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

test('the file is there at once and whole, for its owner only; nothing else stays', async () => {
	const file = await openCopyFile(path);
	expect(statSync(file.folder).mode & 0o777).toBe(0o700);
	writeFileSync(join(file.folder, 'copy.db.tmp-shm'), 'rest');
	await file.write('copy.db', Buffer.from('data'));
	expect(await file.measure()).toBe(8);
	expect(existsSync(path)).toBe(false);
	await file.place('copy.db');
	await file.remove();
	expect(readFileSync(path, 'utf8')).toBe('data');
	expect(statSync(path).mode & 0o777).toBe(0o600);
	expect(readdirSync(folder)).toEqual(['before $1.db']);
});

test('an existing file, or one that came meanwhile, is never replaced; nor is a broken link', async () => {
	const file = await openCopyFile(path);
	await file.write('copy.db', Buffer.from('data'));
	writeFileSync(path, 'mine');
	await expect(file.place('copy.db')).rejects.toMatchObject({code: 'file-exists', exit: 'refused'});
	await file.remove();
	await expect(openCopyFile(path)).rejects.toMatchObject({code: 'file-exists'});
	expect(readFileSync(path, 'utf8')).toBe('mine');
	const link = join(folder, 'link.db');
	symlinkSync(join(folder, 'nowhere'), link);
	await expect(openCopyFile(link)).rejects.toMatchObject({code: 'file-exists'});
	expect(readdirSync(folder).sort()).toEqual(['before $1.db', 'link.db']);
});

test('deletes what a killed process left for the same file, and what belongs to others stays', async () => {
	const child = spawn('true');
	await once(child, 'exit');
	const left = join(folder, `.before $1.db.phxfly-${child.pid}`);
	const living = join(folder, `.before $1.db.phxfly-${process.ppid}`);
	const other = join(folder, `.other.db.phxfly-${child.pid}`);
	const named = join(folder, '.before $1.db.phxfly-mine');
	for (const each of [left, living, other, named]) mkdirSync(each);
	writeFileSync(join(left, 'copy.db.tmp'), 'part');
	await (await openCopyFile(path)).remove();
	expect([left, living, other, named].map(each => existsSync(each))).toEqual([false, true, true, true]);
});

test('a folder that does not exist', async () => {
	await expect(openCopyFile(join(folder, 'none', 'x.db'))).rejects.toMatchObject({
		code: 'no-folder',
		exit: 'usage',
	});
});

test('a rehearsal replaces what an earlier one left, by a name that says so', async () => {
	for (const text of ['one', 'two']) {
		const file = await openRehearsedFile(folder, '../elsewhere/now.db');
		await file.write('copy.db', Buffer.from(text));
		await file.place('copy.db');
		await file.remove();
	}

	expect(readdirSync(folder)).toEqual(['now.db.rehearsal']);
	expect(readFileSync(join(folder, 'now.db.rehearsal'), 'utf8')).toBe('two');
});
