import {spawnSync} from 'node:child_process';
import nodeFileSystem, {
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
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {openJournal} from '../../../source/adapters/journal.ts';
import {type FileSystem, writeStateFile} from '../../../source/adapters/state/file.ts';
import {bundleScript} from '../../helpers/bundle-script.ts';

let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'phxfly-state-'));
	path = join(folder, 'journal.json');
	writeFileSync(path, old, {mode: 0o600});
});
afterEach(() => {
	vi.unstubAllEnvs();
	rmSync(folder, {recursive: true, force: true});
});

const old = '{"old": true}';
const next = '{"new": "with ä and enough bytes to be torn"}';
const length = Buffer.byteLength(next);
const modeOf = (file: string) => statSync(file).mode & 0o777;
const systemError = (code: string) => Object.assign(new Error(code), {code});

/** A real file system that counts its calls and does something else at some of them. */
function openFaulty(faults: Partial<FileSystem>): FileSystem & {readonly open: Set<number>} {
	const open = new Set<number>();
	return {
		...nodeFileSystem,
		...faults,
		open,
		openSync: (...given) => {
			const handle = (faults.openSync ?? nodeFileSystem.openSync)(...given);
			open.add(handle);
			return handle;
		},
		closeSync: handle => {
			open.delete(handle);
			(faults.closeSync ?? nodeFileSystem.closeSync)(handle);
		},
	};
}

/** Writes at most this many bytes at a time. */
const writeShort = (most: number): FileSystem['writeSync'] =>
	((handle: number, bytes: Buffer, offset: number, count: number) =>
		nodeFileSystem.writeSync(handle, bytes, offset, Math.min(most, count))) as FileSystem['writeSync'];

/** Takes this many bytes, the last of them as a short write, then throws. */
function writeUntil(limit: number, code: string): FileSystem['writeSync'] {
	let room = limit;
	return ((handle: number, bytes: Buffer, offset: number, count: number) => {
		if (room === 0) throw systemError(code);
		const taken = nodeFileSystem.writeSync(handle, bytes, offset, Math.min(room, count));
		room -= taken;
		return taken;
	}) as FileSystem['writeSync'];
}

function expectOldAlone(): void {
	expect(readFileSync(path, 'utf8')).toBe(old);
	expect(readdirSync(folder)).toEqual(['journal.json']);
}

test.each([1, 2, 7, length - 1, length])(
	'writes everything when the system takes %i bytes at a time',
	most => {
		const system = openFaulty({writeSync: writeShort(most)});
		writeStateFile(path, next, system);
		expect(readFileSync(path, 'utf8')).toBe(next);
		expect(readdirSync(folder)).toEqual(['journal.json']);
		expect(modeOf(path)).toBe(0o600);
		expect(system.open.size).toBe(0);
	},
);

test.each(['ENOSPC', 'EDQUOT'])('a disk that is full at any byte (%s) leaves the old content alone', code => {
	for (let limit = 0; limit < length; limit++) {
		const system = openFaulty({writeSync: writeUntil(limit, code)});
		expect(() => writeStateFile(path, next, system)).toThrow(
			expect.objectContaining({code: 'disk-full', exit: 'failed'}),
		);
		expectOldAlone();
		expect(system.open.size).toBe(0);
	}
});

test('a disk that stores less than it says leaves the old content alone', () => {
	for (let limit = 0; limit < length; limit++) {
		const writeSync = ((handle: number, bytes: Buffer, offset: number, count: number) => {
			nodeFileSystem.writeSync(handle, bytes, offset, limit);
			return count;
		}) as FileSystem['writeSync'];
		expect(() => writeStateFile(path, next, openFaulty({writeSync}))).toThrow(
			`it stored only ${limit} of ${length} bytes`,
		);
		expectOldAlone();
	}
});

test('a disk that takes nothing and reports nothing ends the write', () => {
	const writeSync = (() => 0) as unknown as FileSystem['writeSync'];
	expect(() => writeStateFile(path, next, openFaulty({writeSync}))).toThrow(
		expect.objectContaining({code: 'state-not-writable'}),
	);
	expectOldAlone();
});

test.each([
	['openSync', 'EMFILE'],
	['openSync', 'EROFS'],
	['fsyncSync', 'EIO'],
	['fstatSync', 'EIO'],
	['closeSync', 'EIO'],
	['renameSync', 'EXDEV'],
	['renameSync', 'EACCES'],
] as const)('when %s fails with %s, the old content is there alone', (name, code) => {
	const close = nodeFileSystem.closeSync;
	const fail = (handle: unknown) => {
		if (name === 'closeSync') close(handle as number);
		throw systemError(code);
	};
	const system = openFaulty({[name]: fail});
	expect(() => writeStateFile(path, next, system)).toThrow(
		expect.objectContaining({code: 'state-not-writable', hint: expect.stringContaining('--state-dir')}),
	);
	expectOldAlone();
	expect(system.open.size).toBe(0);
});

test('a rename to another device is not replaced by a copy', () => {
	const calls: string[] = [];
	const openSync = ((file: string, flags: string, mode?: number) => {
		calls.push(`${flags} ${file.startsWith(`${path}.tmp-`) ? 'draft' : file}`);
		return nodeFileSystem.openSync(file, flags, mode);
	}) as FileSystem['openSync'];
	const renameSync = () => {
		throw systemError('EXDEV');
	};
	expect(() => writeStateFile(path, next, openFaulty({openSync, renameSync}))).toThrow('EXDEV');
	expect(calls).toEqual([`r ${folder}`, 'wx draft']);
	expectOldAlone();
});

test('file and folder are synced, the folder last', () => {
	const calls: string[] = [];
	const names = ['fsyncSync', 'renameSync'] as const;
	const traced = Object.fromEntries(
		names.map(name => [
			name,
			(...given: unknown[]) => {
				calls.push(
					`${name} ${name === 'fsyncSync' && nodeFileSystem.fstatSync(given[0] as number).isDirectory() ? 'folder' : 'file'}`,
				);
				return (nodeFileSystem[name] as (...given: unknown[]) => unknown)(...given);
			},
		]),
	);
	writeStateFile(path, next, openFaulty(traced));
	expect(calls).toEqual(['fsyncSync file', 'renameSync file', 'fsyncSync folder']);
});

test.each([
	['EINVAL', undefined],
	['EIO', 'state-not-writable'],
])('a folder that cannot be synced (%s) has the new content', (code, failure) => {
	const fsyncSync = (handle: number) => {
		if (nodeFileSystem.fstatSync(handle).isDirectory()) throw systemError(code);
		nodeFileSystem.fsyncSync(handle);
	};
	const write = () => writeStateFile(path, next, openFaulty({fsyncSync}));
	if (failure === undefined) write();
	else expect(write).toThrow(expect.objectContaining({code: failure}));
	expect(readFileSync(path, 'utf8')).toBe(next);
	expect(readdirSync(folder)).toEqual(['journal.json']);
});

test('a link in place of the file is replaced, and what it leads to stays', () => {
	const victim = join(folder, 'victim');
	writeFileSync(victim, 'precious');
	rmSync(path);
	symlinkSync(victim, path);
	writeStateFile(path, next);
	expect(readFileSync(victim, 'utf8')).toBe('precious');
	expect(readFileSync(path, 'utf8')).toBe(next);
	expect(nodeFileSystem.lstatSync(path).isFile()).toBe(true);
});

describe('the journal', () => {
	const project = '/home/dev/blog';
	const open = (fileSystem?: FileSystem) => {
		const given = {folder, project, isRehearsal: false, steps: [], nowMs: 0};
		const journal = openJournal({...given, ...(fileSystem && {fileSystem})});
		journal.openSection('blog-1', 'personal');
		return journal;
	};

	test('on a full disk, a change fails, and the earlier journal is read again', () => {
		rmSync(path);
		open().recordId('create-app', 'blog-1');
		const full = open(openFaulty({writeSync: writeUntil(40, 'ENOSPC')}));
		expect(() => full.recordId('create-volume', 'vol_1')).toThrow(
			expect.objectContaining({code: 'disk-full'}),
		);
		const again = open();
		expect(again.archived).toBeUndefined();
		expect(again.section().ids).toEqual({'create-app': 'blog-1'});
	});

	test('whatever the environment says, a change is a new file and never a rewritten one', () => {
		vi.stubEnv('SNAP', '/snap/code/1');
		rmSync(path);
		const journal = open();
		journal.recordId('create-app', 'blog-1');
		const before = nodeFileSystem.openSync(path, 'r');
		journal.recordId('create-volume', 'vol_1');
		const text = readFileSync(before, 'utf8');
		nodeFileSystem.closeSync(before);
		expect(JSON.parse(text).apps[0].ids).toEqual({'create-app': 'blog-1'});
		expect(open().section().ids).toEqual({'create-app': 'blog-1', 'create-volume': 'vol_1'});
	});
});

describe('a real process', () => {
	/** Writes a journal of 1 id, then one that is too long for the disk, and prints what the second one threw. */
	const tooLong = `
		import {openJournal} from './source/adapters/journal.ts';
		const folder = process.argv[2];
		const open = () => {
			const journal = openJournal({folder, project: '/p', isRehearsal: false, steps: [], nowMs: 0});
			journal.openSection('blog-1', 'personal');
			return journal;
		};
		open().recordId('create-app', 'blog-1');
		try {
			open().recordId('padding', 'x'.repeat(300_000));
			console.log('nothing thrown');
		} catch (error) {
			console.log(error.code);
		}
		const {archived, section} = open();
		console.log(archived?.why ?? 'whole', Object.keys(section().ids).join(' '));
	`;

	test('whose files may not be that long writes a part, and the earlier journal stays', async () => {
		rmSync(path);
		const script = await bundleScript(tooLong);
		const limited = ['-c', 'ulimit -f 32 && exec "$0" "$@"', process.execPath, script, folder];
		const {stdout, stderr} = spawnSync('sh', limited, {encoding: 'utf8'});
		expect(stderr).toBe('');
		expect(stdout).toBe('state-not-writable\nwhole create-app\n');
		expect(readdirSync(folder)).toEqual(['journal.json']);
	});

	test('on a disk that is full keeps the earlier journal', async context => {
		rmSync(path);
		const mount = (command: string) => [
			'-rm',
			'sh',
			'-c',
			`mount -t tmpfs -o size=64k tmpfs "$0" && ${command}`,
		];
		if (spawnSync('unshare', [...mount('true'), folder]).status !== 0) {
			console.log('Skipped: this computer does not let a test mount a small disk.');
			context.skip();
		}

		const script = await bundleScript(tooLong);
		const {stdout, stderr} = spawnSync(
			'unshare',
			[...mount('exec "$@"'), folder, process.execPath, script, folder],
			{
				encoding: 'utf8',
			},
		);
		expect(stderr).toBe('');
		expect(stdout).toBe('disk-full\nwhole create-app\n');
	});

	test('killed at every call of the system, in the middle of a write too, leaves the old content or the new', async () => {
		const script = await bundleScript(`
			import fs from 'node:fs';
			import {writeStateFile} from './source/adapters/state/file.ts';
			const [path, next, killAt] = [process.argv[2], process.argv[3], Number(process.argv[4])];
			let count = 0;
			const point = () => { if (++count === killAt) process.kill(process.pid, 'SIGKILL'); };
			const wrap = name => (...given) => { point(); const result = fs[name](...given); point(); return result; };
			const names = ['openSync', 'closeSync', 'fsyncSync', 'fstatSync', 'renameSync', 'rmSync'];
			const traced = Object.fromEntries(names.map(name => [name, wrap(name)]));
			const writeSync = (handle, bytes, offset, length) => {
				point();
				const taken = fs.writeSync(handle, bytes, offset, Math.min(16, length));
				point();
				return taken;
			};
			writeStateFile(path, next, {...traced, writeSync});
			console.log(count);
		`);
		const env = {...process.env, SNAP: '/snap/code/1'};
		const run = (killAt: number) => spawnSync(process.execPath, [script, path, next, String(killAt)], {env});
		const points = Number(run(0).stdout.toString());
		expect(points).toBeGreaterThan(18);
		const seen = new Set<string>();
		for (let killAt = 1; killAt <= points; killAt++) {
			writeFileSync(path, old);
			expect(run(killAt).signal).toBe('SIGKILL');
			const text = readFileSync(path, 'utf8');
			expect([old, next]).toContain(text);
			seen.add(text);
			// The next start sweeps the draft, and nothing else.
			rmSync(path);
			mkdirSync(join(folder, 'backups'), {recursive: true});
			openJournal({folder, project: '/p', isRehearsal: false, steps: [], nowMs: 0});
			expect(readdirSync(folder)).toEqual(['backups']);
		}

		expect(seen).toEqual(new Set([old, next]));
	});
});
