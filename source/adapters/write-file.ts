import {randomBytes} from 'node:crypto';
import {open, readdir, readFile, rename, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {Readable} from 'node:stream';
import {Failure} from '../core/errors/failure.ts';
import {explainFileError, isMissing, notReadable} from './file-errors.ts';

/**
Reads a file that you named, or standard input for `-`. Removes a byte order mark.

@param path - Absolute, or `-`.
@throws {Failure} `file-not-readable` (exit 2).
*/
export async function readGiven(path: string, stdin: Readable): Promise<string> {
	const text = path === '-' ? await readAll(stdin) : await readNamed(path);
	return text.replace(/^\uFEFF/, '');
}

async function readAll(stream: Readable): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
	return Buffer.concat(chunks).toString('utf8');
}

async function readNamed(path: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		throw notReadable(path, error);
	}
}

type Attributes = {
	/** Permission bits, regardless of the umask. */
	readonly mode: number;
	/** The file's previous owner, kept if permitted. */
	readonly owner?: {readonly uid: number; readonly gid: number} | undefined;
};

/**
Writes a file so that a kill or a power loss at any moment leaves the old bytes or the new ones, never a part. Deletes
what an earlier kill left next to the file first.
*/
export async function writeAtomically(
	file: string,
	bytes: Uint8Array,
	{mode, owner}: Attributes,
): Promise<void> {
	const folder = dirname(file);
	await sweepLeftovers(file);
	const temporary = join(folder, `${toLeftoverStart(file)}${randomBytes(6).toString('hex')}.tmp`);
	try {
		const handle = await open(temporary, 'wx', 0o600);
		try {
			await handle.writeFile(bytes);
			if (owner) await handle.chown(owner.uid, owner.gid).catch(() => {});
			await handle.chmod(mode);
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(temporary, file);
	} catch (error) {
		await rm(temporary, {force: true});
		throw error;
	}
	await syncFolder(folder);
}

async function sweepLeftovers(file: string): Promise<void> {
	const names = await readdir(dirname(file));
	const leftovers = names.filter(name => name.startsWith(toLeftoverStart(file)) && name.endsWith('.tmp'));
	await Promise.all(leftovers.map(name => rm(join(dirname(file), name), {force: true})));
}

function toLeftoverStart(file: string): string {
	return `.${basename(file)}.phxfly-`;
}

/** Not every system can open folders; the rename is still atomic there. */
async function syncFolder(folder: string): Promise<void> {
	try {
		const handle = await open(folder, 'r');
		await handle.sync().finally(() => handle.close());
	} catch {}
}

/**
Writes a file that you named, readable only by its owner; completely or not at all.

@param path - Absolute.
@param mayReplace - Returns whether the existing text may be replaced.
@throws {Failure} `not-replaceable` for any other existing file, `no-folder`, `folder-not-writable`, `disk-full`.
*/
export async function writeGiven(
	path: string,
	text: string,
	mayReplace: (text: string) => boolean,
): Promise<void> {
	const existing = await readFile(path, 'utf8').catch((error: unknown) => {
		if (isMissing(error)) return undefined;
		throw notReplaceable(path, error);
	});
	if (existing !== undefined && !mayReplace(existing)) throw notReplaceable(path);
	try {
		await writeAtomically(path, Buffer.from(text), {mode: 0o600});
	} catch (error) {
		const folder = dirname(path);
		if (isMissing(error))
			throw new Failure('no-folder', `Folder ${folder} does not exist.`, {
				hint: 'Pass a file in an existing folder.',
				cause: error,
			});
		throw explainFileError(error, path, folder);
	}
}

const notReplaceable = (path: string, cause?: unknown) =>
	new Failure('not-replaceable', `${path} exists and is not a saved plan; not overwritten.`, {
		hint: 'Pass another file name.',
		cause,
	});
