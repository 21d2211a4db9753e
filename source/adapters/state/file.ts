import {randomBytes} from 'node:crypto';
import nodeFileSystem, {constants} from 'node:fs';
import {dirname, sep} from 'node:path';
import {Failure, readSystemCode} from '../../core/errors/failure.ts';

/** What the writer needs of a file system; a test passes one that fails. */
export type FileSystem = Pick<
	typeof nodeFileSystem,
	'closeSync' | 'fstatSync' | 'fsyncSync' | 'openSync' | 'renameSync' | 'rmSync' | 'writeSync'
>;

/**
Writes a file of the state folder (0600), so that a kill, a full disk, or a power loss at any moment leaves the old
content or the new one, never a part. Replaces a link instead of following it.

@throws {Failure} `disk-full` or `state-not-writable`. The old content is still there, unless only its last sync failed.
*/
export function writeStateFile(path: string, text: string, fileSystem: FileSystem = nodeFileSystem): void {
	try {
		replaceFile(path, Buffer.from(text), fileSystem);
	} catch (error) {
		throw explainStateError(error, dirname(path));
	}
}

function replaceFile(path: string, bytes: Buffer, fileSystem: FileSystem): void {
	const {openSync, closeSync, renameSync} = fileSystem;
	const draft = `${path}${draftMark}${randomBytes(6).toString('hex')}`;
	// Opened first: a folder that cannot be opened must fail before anything is replaced.
	const folder = openFolder(dirname(path), fileSystem);
	try {
		// It must be new, so that no link is followed.
		const handle = openSync(draft, 'wx', 0o600);
		try {
			fill(handle, bytes, draft, fileSystem);
			renameSync(draft, path);
		} catch (error) {
			remove(draft, fileSystem);
			throw error;
		}

		if (folder !== undefined) syncFolder(folder, fileSystem);
	} finally {
		if (folder !== undefined) closeSync(folder);
	}
}

const draftMark = '.tmp-';

/** Returns whether a file of the state folder is a draft that a kill left, of this writer or of an older phxfly. */
export const isDraft = (name: string): boolean => /\.tmp-\w+$/.test(name);

/** Opens a folder to sync it. Windows cannot open one, and does not need to sync it. */
function openFolder(folder: string, {openSync}: FileSystem): number | undefined {
	return sep === '\\' ? undefined : openSync(folder, 'r');
}

/** Writes all bytes to the disk and closes the file. */
function fill(
	handle: number,
	bytes: Buffer,
	draft: string,
	{writeSync, fsyncSync, fstatSync, closeSync}: FileSystem,
): void {
	try {
		// A nearly full disk takes a part without an error, and reports the error only at the next write.
		for (let done = 0; done < bytes.length; ) {
			const count = writeSync(handle, bytes, done, bytes.length - done);
			if (count === 0) throw incomplete(draft, done, bytes.length);
			done += count;
		}

		fsyncSync(handle);
		const {size} = fstatSync(handle);
		if (size !== bytes.length) throw incomplete(draft, size, bytes.length);
	} finally {
		closeSync(handle);
	}
}

function incomplete(draft: string, written: number, length: number): Failure {
	const folder = dirname(draft);
	return new Failure(
		'state-not-writable',
		`Cannot write the state folder ${folder}: it stored only ${written} of ${length} bytes.`,
		{hint: 'Check the disk, or pass another folder: --state-dir DIR.'},
	);
}

function remove(draft: string, {rmSync}: FileSystem): void {
	try {
		rmSync(draft, {force: true});
	} catch {
		// The next start sweeps it. What happened before matters more.
	}
}

function syncFolder(handle: number, {fsyncSync}: FileSystem): void {
	try {
		fsyncSync(handle);
	} catch (error) {
		// Not every file system can sync a folder; the rename is still atomic there.
		if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(readSystemCode(error))) throw error;
	}
}

/** Flags to open a file without following a link in its place, or waiting at a pipe. Windows has neither. */
export const withoutLinks = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Reads a file of the state folder, but not through a link. @throws {Error} Of the system: `ENOENT`, `ELOOP`. */
export function readStateFile(path: string): string {
	const handle = nodeFileSystem.openSync(path, constants.O_RDONLY | withoutLinks);
	try {
		return nodeFileSystem.readFileSync(handle, 'utf8');
	} finally {
		nodeFileSystem.closeSync(handle);
	}
}

/** Explains a state folder that cannot be written; returns any error that is not the system's unchanged. */
export function explainStateError(error: unknown, folder: string): unknown {
	const code = readSystemCode(error);
	if (error instanceof Failure || !/^E[A-Z\d]+$/.test(code)) return error;
	if (code === 'ENOSPC' || code === 'EDQUOT')
		return new Failure('disk-full', `Cannot write the journal in ${folder}: the disk is full.`, {
			hint: 'Free some space, then run phxfly again: it checks what exists and continues.',
			cause: error,
		});
	const isReadOnly = ['EACCES', 'EPERM', 'EROFS'].includes(code);
	return new Failure(
		'state-not-writable',
		`Cannot write the state folder ${folder}${isReadOnly ? ': it is read-only.' : ` (${code}).`}`,
		{hint: 'Pass another one: --state-dir DIR.', cause: error},
	);
}
