import {execFileSync} from 'node:child_process';
import {
	chmodSync,
	chownSync,
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
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {openJournal} from '../../../source/adapters/journal.ts';
import {ownUserId} from '../../../source/adapters/process.ts';
import {takeProjectLock} from '../../../source/adapters/project-lock.ts';
import {makeStateFolder, secureStateFolder} from '../../../source/adapters/state/folder.ts';
import {readKnownSecrets} from '../../../source/adapters/state/journal-file.ts';
import {openLog} from '../../../source/adapters/state/log.ts';
import {makeWorld, readWorld, startClock} from '../../../source/rehearsal/engine/world-file.ts';

let root: string;
let folder: string;
let victim: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'phxfly-root-'));
	folder = join(root, 'blog-0123456789ab');
	victim = join(root, 'victim');
	writeFileSync(victim, 'precious\n');
});
afterEach(() => rmSync(root, {recursive: true, force: true}));

const modeOf = (path: string) => statSync(path).mode & 0o7777;
const make = () => makeStateFolder(folder, ownUserId);
const isRoot = ownUserId === 0;
const stranger = 12_345;
const notSafe = (message: string) =>
	expect.objectContaining({
		code: 'state-not-safe',
		exit: 'refused',
		message: expect.stringContaining(message),
		hint: expect.stringContaining('--state-dir'),
	});
const expectPrecious = () => expect(readFileSync(victim, 'utf8')).toBe('precious\n');

describe('modes', () => {
	test('a folder that everyone can write is closed, with its files and folders', () => {
		mkdirSync(folder);
		mkdirSync(join(folder, 'backups'));
		const files = ['journal.json', 'run.log', 'lock', 'not-understood.txt', join('backups', 'fly.toml.1')];
		for (const name of files) writeFileSync(join(folder, name), 'x');
		for (const name of files) chmodSync(join(folder, name), 0o666);
		for (const path of [join(folder, 'backups'), folder]) chmodSync(path, 0o777);
		make();
		expect([folder, join(folder, 'backups')].map(modeOf)).toEqual([0o700, 0o700]);
		expect(files.map(name => modeOf(join(folder, name)))).toEqual(files.map(() => 0o600));
	});

	test('a missing folder is created for its owner alone, whatever the umask', () => {
		const umask = process.umask(0);
		try {
			folder = join(root, 'deep', 'phxfly', 'blog');
			make();
		} finally {
			process.umask(umask);
		}

		expect([folder, join(root, 'deep', 'phxfly')].map(modeOf)).toEqual([0o700, 0o700]);
	});

	test('to read, a missing folder stays missing', () => {
		secureStateFolder(folder, ownUserId);
		expect(existsSync(folder)).toBe(false);
	});

	test.each([
		{kind: 'that everyone can write', before: 0o777, after: 0o700},
		{kind: 'that is shared like /tmp', before: 0o1777, after: 0o1777},
		{kind: 'that others can read', before: 0o755, after: 0o755},
	])('a state directory $kind has the mode $after afterwards', ({before, after}) => {
		chmodSync(root, before);
		make();
		expect(modeOf(root)).toBe(after);
		expect(modeOf(folder)).toBe(0o700);
	});

	test('where the system has no modes, nothing is changed', () => {
		mkdirSync(folder);
		chmodSync(folder, 0o777);
		makeStateFolder(folder, undefined);
		expect(modeOf(folder)).toBe(0o777);
	});
});

describe('what belongs to another user is refused', () => {
	test.skipIf(!isRoot)('the folder', () => {
		mkdirSync(folder, {mode: 0o777});
		chownSync(folder, stranger, stranger);
		expect(make).toThrow(notSafe(`${folder} belongs to another user (id ${stranger})`));
		expect(() => secureStateFolder(folder, ownUserId)).toThrow(notSafe('another user'));
		expect(() => takeProjectLock(folder, false)).toThrow(notSafe('another user'));
		expect(readdirSync(folder)).toEqual([]);
	});

	test.skipIf(!isRoot)('the state directory', () => {
		chownSync(root, stranger, stranger);
		expect(make).toThrow(notSafe(`${root} belongs to another user`));
	});

	test.skipIf(!isRoot).each(['journal.json', 'lock', 'backups'])('%s', name => {
		make();
		writeFileSync(join(folder, name), '{}');
		chownSync(join(folder, name), stranger, stranger);
		expect(make).toThrow(notSafe(`${name} belongs to another user`));
	});
});

describe('links are not followed', () => {
	const needed = [
		...['journal.json', 'lock', 'backups', 'project', 'project.sha256', 'world.json', 'world.json.lock'],
		...['dot-fly', 'backups/fly.toml.1', 'dot-fly/config.yml', 'world.json.lock/lock'],
	];

	test.each(needed)('%s is refused, also where the system has no user ids', name => {
		make();
		mkdirSync(join(folder, name, '..'), {recursive: true, mode: 0o700});
		symlinkSync(victim, join(folder, name));
		expect(make).toThrow(notSafe(`${join(folder, name)} is a link`));
		expect(() => makeStateFolder(folder, undefined)).toThrow(notSafe('is a link'));
		expect(() => takeProjectLock(folder, true)).toThrow(notSafe('is a link'));
		expectPrecious();
	});

	test('the folder itself is refused', () => {
		symlinkSync(root, folder);
		expect(make).toThrow(notSafe(`${folder} is a link`));
		rmSync(folder);
		symlinkSync(join(root, 'nowhere'), folder);
		expect(make).toThrow(notSafe(`${folder} is a link`));
		expect(existsSync(join(root, 'nowhere'))).toBe(false);
	});

	test('a state directory behind a link of its owner is used', () => {
		symlinkSync(root, join(root, 'shortcut'));
		makeStateFolder(join(root, 'shortcut', 'blog'), ownUserId);
		expect(modeOf(join(root, 'blog'))).toBe(0o700);
	});

	test('what is neither a file nor a folder is refused', () => {
		make();
		execFileSync('mkfifo', [join(folder, 'journal.json')]);
		expect(make).toThrow(notSafe('is neither a file nor a folder'));
	});

	test('the log is not written, and the reason is said', () => {
		make();
		symlinkSync(victim, join(folder, 'run.log'));
		make();
		const log = openLog(join(folder, 'run.log'), ownUserId);
		log.append('fly apps list');
		expect(log.problem).toBe(
			`Not writing the log ${join(folder, 'run.log')}: it is a link. Remove it to get a log.`,
		);
		expectPrecious();
	});

	test('a log that becomes a link during the run is not written either', () => {
		make();
		const path = join(folder, 'run.log');
		const log = openLog(path, ownUserId);
		log.append('first');
		expect(readFileSync(path, 'utf8')).toBe('first\n');
		rmSync(path);
		symlinkSync(victim, path);
		log.append('second');
		rmSync(path);
		symlinkSync(join(root, 'new'), path);
		log.append('third');
		expectPrecious();
		expect(existsSync(join(root, 'new'))).toBe(false);
	});

	test('a log that is a pipe ends nothing and waits for nothing', () => {
		make();
		execFileSync('mkfifo', [join(folder, 'run.log')]);
		const log = openLog(join(folder, 'run.log'), ownUserId);
		log.append('fly apps list');
		expect(log.problem).toContain('it is not a file');
	});

	test.skipIf(!isRoot)('a log of another user is not written', () => {
		make();
		writeFileSync(join(folder, 'run.log'), '');
		chownSync(join(folder, 'run.log'), stranger, stranger);
		expect(openLog(join(folder, 'run.log'), ownUserId).problem).toContain('it belongs to another user');
	});

	test('a journal that is a link is not read', () => {
		make();
		const secrets = {KEY: {digest: 'd', salt: 's', fingerprint: 'f'}};
		const project = '/p';
		const open = () => openJournal({folder, project, isRehearsal: false, steps: [], nowMs: 0});
		const first = open();
		first.openSection('blog-1', 'personal');
		first.changeSection(section => ({...section, secrets}));
		const path = join(folder, 'journal.json');
		expect(readKnownSecrets(path, [], 'fly.toml')?.has('KEY')).toBe(true);
		const text = readFileSync(path, 'utf8');
		writeFileSync(victim, text);
		rmSync(path);
		symlinkSync(victim, path);
		expect(readKnownSecrets(path, [], 'fly.toml')).toBeUndefined();
		const journal = open();
		expect(journal.archived?.why).toContain('ELOOP');
		journal.openSection('blog-1', 'personal');
		journal.recordId('a', 'b');
		expect(readFileSync(victim, 'utf8')).toBe(text);
	});

	test('a draft of the lock or of the world is replaced', async () => {
		make();
		symlinkSync(victim, join(folder, `lock.${process.pid}`));
		takeProjectLock(folder, false)();
		const world = join(folder, 'world.json');
		symlinkSync(victim, `${world}.new`);
		await makeWorld(world, {nowMs: 0, speed: 1});
		symlinkSync(victim, `${world}.new`);
		await startClock(world, 2);
		expect((await readWorld(world)).clock.speed).toBe(2);
		expectPrecious();
	});
});
