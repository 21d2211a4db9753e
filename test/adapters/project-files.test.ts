import {chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {openProjectFiles} from '../../source/adapters/project-files.ts';
import {readTemplates} from '../../source/adapters/project-texts.ts';
import {Failure} from '../../source/core/errors/failure.ts';
import type {FileChange} from '../../source/core/project/files.ts';

let top: string;
let root: string;
let backups: string;

beforeEach(async () => {
	top = await mkdtemp(join(tmpdir(), 'project-files-'));
	root = join(top, 'app');
	backups = join(top, 'state', 'backups');
	await mkdir(root);
});
afterEach(() => rm(top, {recursive: true, force: true}));

const files = () => openProjectFiles(root);

function change(over: Partial<FileChange> & {path: string}): FileChange {
	return {after: 'new\n', mode: 0o644, why: 'because', ...over};
}

async function failure(work: Promise<unknown>): Promise<Failure> {
	const error = await work.then(
		() => undefined,
		reason => reason,
	);
	if (!(error instanceof Failure)) throw new Error(`no Failure but ${error}`);
	return error;
}

describe('reading', () => {
	test('returns the text with byte order mark and line ends', async () => {
		await writeFile(join(root, 'fly.toml'), '\uFEFFapp = "blog"\r\n');
		expect(await files().read('fly.toml')).toBe('\uFEFFapp = "blog"\r\n');
	});

	test('returns nothing for a missing file, a folder, or a file over 1 MiB', async () => {
		await mkdir(join(root, 'lib'));
		await writeFile(join(root, 'big'), Buffer.alloc(1_048_577, 'x'));
		await writeFile(join(root, 'fits'), Buffer.alloc(1_048_576, 'x'));
		for (const path of ['none', 'lib', 'big', 'fits/deeper', 'no/such/folder'])
			expect(await files().read(path)).toBeUndefined();
		expect(await files().read('fits')).toHaveLength(1_048_576);
		expect(await files().mode('none')).toBeUndefined();
	});

	test('reads many, without those that are missing', async () => {
		await writeFile(join(root, 'a'), '1');
		await mkdir(join(root, 'b'));
		expect(await files().readAll(['a', 'b', 'c'])).toEqual(new Map([['a', '1']]));
	});

	test('tells the permission bits', async () => {
		await writeFile(join(root, 'run.sh'), '');
		await chmod(join(root, 'run.sh'), 0o751);
		expect(await files().mode('run.sh')).toBe(0o751);
	});

	test('rejects text that is not UTF-8, so that writing it back cannot damage it', async () => {
		await writeFile(join(root, 'fly.toml'), Buffer.from([0x61, 0xe9, 0x62]));
		expect(await failure(files().read('fly.toml'))).toMatchObject({code: 'not-text', exit: 'usage'});
	});
});

describe('staying inside', () => {
	beforeEach(async () => {
		await writeFile(join(top, 'outside.txt'), 'outside');
		await mkdir(join(top, 'app-2'));
		await symlink(join(top, 'outside.txt'), join(root, 'link'));
		await symlink(top, join(root, 'up'));
		await symlink(join(top, 'nothing'), join(root, 'dangling'));
		await symlink('loop', join(root, 'loop'));
	});

	test.each([
		'../outside.txt',
		'a/../../outside.txt',
		'/etc/hostname',
		'link',
		'up/outside.txt',
		'up/new/file',
		'dangling',
		'loop',
		'../app-2/x',
	])('does not read or write %s', async path => {
		expect(await failure(files().read(path))).toMatchObject({code: 'outside-project', exit: 'refused'});
		expect(await failure(files().write(change({path, before: 'outside'}), backups))).toMatchObject({
			code: 'outside-project',
		});
		expect(await readFile(join(top, 'outside.txt'), 'utf8')).toBe('outside');
		expect((await readdir(top)).sort()).toEqual(['app', 'app-2', 'outside.txt']);
	});

	test('follows a link inside the project and keeps it', async () => {
		await writeFile(join(root, 'real.toml'), 'old');
		await symlink('real.toml', join(root, 'fly.toml'));
		await files().write(change({path: 'fly.toml', before: 'old'}), backups);
		expect(await readFile(join(root, 'real.toml'), 'utf8')).toBe('new\n');
		expect(
			(await readdir(root, {withFileTypes: true})).find(({name}) => name === 'fly.toml')?.isSymbolicLink(),
		).toBe(true);
	});

	test('takes a project that is itself behind a link', async () => {
		await symlink(root, join(top, 'alias'));
		await openProjectFiles(join(top, 'alias')).write(change({path: 'x'}), backups);
		expect(await openProjectFiles(join(top, 'alias')).read('x')).toBe('new\n');
	});
});

describe('writing', () => {
	test('makes folders, and sets the mode whatever the umask', async () => {
		await files().write(change({path: 'rel/overlays/bin/server', mode: 0o777}), backups);
		const file = join(root, 'rel/overlays/bin/server');
		expect(await readFile(file, 'utf8')).toBe('new\n');
		expect((await stat(file)).mode & 0o777).toBe(0o777);
		expect(await readdir(join(top))).toEqual(['app']);
	});

	test('keeps mode and old bytes of a file that was there', async () => {
		const file = join(root, 'rel', 'entrypoint.sh');
		await mkdir(join(root, 'rel'));
		await writeFile(file, 'old\n');
		await chmod(file, 0o750);
		await files().write(change({path: 'rel/entrypoint.sh', before: 'old\n'}), backups);
		expect((await stat(file)).mode & 0o777).toBe(0o750);
		const [backup = ''] = await readdir(backups);
		expect(backup).toMatch(/^rel--entrypoint\.sh\.[0-9a-f]{12}$/);
		expect(await readFile(join(backups, backup), 'utf8')).toBe('old\n');
		expect((await stat(join(backups, backup))).mode & 0o777).toBe(0o600);
		expect((await stat(backups)).mode & 0o777).toBe(0o700);
	});

	test('keeps every backup', async () => {
		await writeFile(join(root, 'a'), '1');
		await files().write(change({path: 'a', before: '1', after: '2'}), backups);
		await files().write(change({path: 'a', before: '2', after: '1'}), backups);
		await files().write(change({path: 'a', before: '1', after: '3'}), backups);
		const texts = await Promise.all(
			(await readdir(backups)).map(name => readFile(join(backups, name), 'utf8')),
		);
		expect(texts.sort()).toEqual(['1', '2']);
	});

	test('does nothing where the bytes are already right', async () => {
		await files().write(change({path: 'a'}), backups);
		const before = await stat(join(root, 'a'));
		await files().write(change({path: 'a'}), backups);
		await files().write(change({path: 'a', before: 'long ago'}), backups);
		expect((await stat(join(root, 'a'))).ino).toBe(before.ino);
		expect(await readdir(top)).toEqual(['app']);
	});

	test.each([
		{name: 'edited meanwhile', before: 'old\n', now: 'mine\n'},
		{name: 'made meanwhile', before: undefined, now: 'mine\n'},
		{name: 'removed meanwhile', before: 'old\n', now: undefined},
	])('never writes over a file that was $name', async ({before, now}) => {
		if (now !== undefined) await writeFile(join(root, 'a'), now);
		const changed = before === undefined ? change({path: 'a'}) : change({path: 'a', before});
		expect(await failure(files().write(changed, backups))).toMatchObject({
			code: 'file-changed',
			exit: 'drift',
		});
		expect(await files().read('a')).toBe(now);
	});

	test('never writes over a folder or a file too big to read', async () => {
		await mkdir(join(root, 'lib'));
		await writeFile(join(root, 'big'), Buffer.alloc(1_048_577, 'x'));
		for (const path of ['lib', 'big']) {
			expect(await failure(files().write(change({path}), backups))).toMatchObject({code: 'not-replaceable'});
		}
		expect((await stat(join(root, 'big'))).size).toBe(1_048_577);
	});

	test('deletes only what an earlier kill left next to the file', async () => {
		await writeFile(join(root, '.a.phxfly-0123456789ab.tmp'), 'torn');
		await writeFile(join(root, '.a.tmp'), 'mine');
		await files().write(change({path: 'a'}), backups);
		expect((await readdir(root)).sort()).toEqual(['.a.tmp', 'a']);
	});

	test('reports a read-only folder, and leaves nothing behind', async () => {
		await writeFile(join(root, 'fly.toml'), 'old');
		await chmod(top, 0o755);
		await chmod(root, 0o555);
		await asNobody(async () => {
			const refused = await failure(files().write(change({path: 'new'}), backups));
			expect(refused).toMatchObject({code: 'folder-not-writable', exit: 'refused'});
			expect(refused.message).toContain('new');
		});
		await chmod(root, 0o755);
		expect(await readdir(root)).toEqual(['fly.toml']);
	});

	test('tells beforehand that a folder is there to write in', async () => {
		expect(await files().canWrite()).toBe(true);
		expect(await openProjectFiles(join(top, 'none')).canWrite()).toBe(false);
	});

	test.skipIf(process.geteuid?.() === 0)('tells beforehand that a folder is read-only', async () => {
		await chmod(root, 0o555);
		expect(await files().canWrite()).toBe(false);
		await chmod(root, 0o755);
	});

	/** Root may write everywhere, so it steps down. */
	async function asNobody(work: () => Promise<void>): Promise<void> {
		const isRoot = process.geteuid?.() === 0;
		if (isRoot) process.seteuid?.(65_534);
		try {
			await work();
		} finally {
			if (isRoot) process.seteuid?.(0);
		}
	}
});

test('reads templates in folders below, byte for byte', async () => {
	await mkdir(join(root, 'rel', 'bin'), {recursive: true});
	await writeFile(join(root, 'rel', 'bin', 'server'), '#!/bin/sh\n');
	await writeFile(join(root, '.dockerignore'), 'deps\n');
	expect(await readTemplates(root)).toEqual(
		new Map([
			['.dockerignore', 'deps\n'],
			['rel/bin/server', '#!/bin/sh\n'],
		]),
	);
});
