import {randomUUID} from 'node:crypto';
import type {BigIntStats} from 'node:fs';
import {copyFile, mkdir, open, realpath, rename, rm, stat, statfs} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {Failure} from '../../core/errors/failure.ts';
import {type PushedFile, readSqliteHeader, type SqliteHeader} from '../../core/push/pushed-file.ts';
import {explainFileError, isMissing, notReadable} from '../file-errors.ts';

/**
Looks at a file that is to be pushed. Never writes to it or beside it.

@param named - Absolute. SQLite keeps the WAL beside the file that a link leads to.
@param folder - For its copies; without one, they are temporary.
@throws {Failure} `file-not-readable` or `file-not-sqlite` (exit 2).
*/
export async function openPushedFile(named: string, folder?: string): Promise<PushedFile> {
	const path = await realpath(named).catch(() => named);
	const header = await readHeader(path);
	const work = folder ?? join(tmpdir(), `phxfly-push-${randomUUID()}`);
	const walBytes = await measureFile(`${path}-wal`);
	const explain = (error: unknown) => {
		throw explainFileError(error, path, work);
	};
	return {
		...header,
		path,
		bytes: (await measureFile(path)) + walBytes,
		walBytes,
		stamp: await readStamp(path),
		folder: work,
		async measureFree() {
			await mkdir(work, {recursive: true, mode: 0o700}).catch(explain);
			const {bavail, bsize} = await statfs(work);
			return bavail * bsize;
		},
		copyTo: name => copyAtOnce(path, join(work, name)).catch(explain),
		async move(from, to) {
			await rename(join(work, from), join(work, to));
		},
		measure: name => measureFile(join(work, name)),
		isEqual: (one, other) => isEqual(join(work, one), join(work, other)),
		remove: () => rm(work, {recursive: true, force: true}),
	};
}

async function readHeader(path: string): Promise<SqliteHeader> {
	const handle = await open(path, 'r').catch((error: unknown) => {
		throw notReadable(path, error);
	});
	try {
		if (!(await handle.stat()).isFile()) throw notReadable(path);
		const {buffer, bytesRead} = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
		const header = readSqliteHeader(buffer.subarray(0, bytesRead));
		if (typeof header === 'object') return header;
		const why = {
			empty: 'is empty',
			unreadable: 'is not a SQLite database that can be read: it looks encrypted or packed',
			another: 'is not a SQLite database',
		}[header];
		throw new Failure('file-not-sqlite', `${basename(path)} ${why}. Nothing was changed.`, {
			hint:
				header === 'unreadable'
					? 'Decrypt or unpack it into a new file first: with SQLCipher, sqlcipher_export. Then push that.'
					: 'Pass the file of the database, such as blog_dev.db.',
		});
	} finally {
		await handle.close();
	}
}

/** @returns `undefined` for a missing file. */
const lookAt = (path: string): Promise<BigIntStats | undefined> =>
	stat(path, {bigint: true}).catch((error: unknown) => {
		if (isMissing(error)) return undefined;
		throw error;
	});

/** @returns Bytes; 0 for a missing file. */
const measureFile = async (path: string): Promise<number> => Number((await lookAt(path))?.size ?? 0);

/** The rollback journal of a writer that ended in the middle, and the WAL, are a part of the database. */
const parts = ['', '-wal', '-journal'];

async function readStamp(path: string): Promise<string> {
	const stamps = parts.map(async part => {
		const found = await lookAt(`${path}${part}`);
		return found ? `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : '-';
	});
	return (await Promise.all(stamps)).join(', ');
}

const tries = 3;

/** File systems date a write to a tick of up to 10 ms, so one in the same tick as the first look would not show. */
const tickMs = 25;

async function copyAtOnce(path: string, copy: string): Promise<void> {
	for (let attempt = 1; ; attempt++) {
		for (const part of parts) await rm(`${copy}${part}`, {force: true});
		const before = await readStamp(path);
		await wait(tickMs);
		for (const part of parts) {
			await copyFile(`${path}${part}`, `${copy}${part}`).catch((error: unknown) => {
				if (part === '' || !isMissing(error)) throw error;
			});
		}

		if ((await readStamp(path)) === before) return;
		if (attempt < tries) continue;
		throw new Failure('file-in-use', `Something writes to ${path} while phxfly copies it.`, {
			hint: 'Stop the app that uses it, then run it again. Nothing was pushed.',
		});
	}
}

const chunkBytes = 1024 * 1024;

async function isEqual(one: string, other: string): Promise<boolean> {
	const handles = await Promise.all([open(one, 'r'), open(other, 'r')]);
	try {
		const buffers = handles.map(() => Buffer.alloc(chunkBytes)) as [Buffer, Buffer];
		for (let at = 0; ; at += chunkBytes) {
			const [left = 0, right = 0] = await Promise.all(
				handles.map(async (handle, index) => {
					const {bytesRead} = await handle.read(buffers[index] as Buffer, 0, chunkBytes, at);
					return bytesRead;
				}),
			);
			if (left !== right || buffers[0].compare(buffers[1], 0, right, 0, left) !== 0) return false;
			if (left < chunkBytes) return true;
		}
	} finally {
		await Promise.all(handles.map(handle => handle.close()));
	}
}
