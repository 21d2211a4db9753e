import {randomBytes} from 'node:crypto';
import {open, readdir, readFile, rename, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {Readable} from 'node:stream';
import {Failure} from '../core/errors/failure.ts';
import {explainFileError, isMissing, readSystemCode} from './file-errors.ts';

/**
Reads a file somebody named, or standard input for `-`. A byte order mark goes away.

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
		throw new Failure('file-not-readable', `${path} cannot be read.`, {
			exit: 'usage',
			hint: 'Check the path.',
			cause: error,
		});
	}
}

type Attributes = {
	/** Permission bits, set whatever the umask is. */
	readonly mode: number;
	/** Who owned the file before; kept where we may. */
	readonly owner?: {readonly uid: number; readonly gid: number} | undefined;
};

/**
Writes a file so that a kill or a power cut at any moment leaves the old bytes or the new ones, never a part. What an
earlier kill left beside the file is removed first.
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

/** Not every system opens folders; the rename itself is atomic there too. */
async function syncFolder(folder: string): Promise<void> {
	try {
		const handle = await open(folder, 'r');
		await handle.sync().finally(() => handle.close());
	} catch {}
}

/**
Writes a file somebody named, for its owner alone; whole or not at all.

@param path - Absolute.
@param mayReplace - Whether what lies there already may go.
@throws {Failure} `not-replaceable` for anything else there, `no-folder`, `folder-not-writable`, `disk-full`.
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
		if (readSystemCode(error) === 'ENOENT' || readSystemCode(error) === 'ENOTDIR')
			throw new Failure('no-folder', `There is no folder ${folder}.`, {
				hint: 'Name a file in a folder that exists.',
				cause: error,
			});
		throw explainFileError(error, path, folder);
	}
}

const notReplaceable = (path: string, cause?: unknown) =>
	new Failure('not-replaceable', `${path} is there already, and no saved plan, so it was not replaced.`, {
		hint: 'Name another file.',
		cause,
	});
