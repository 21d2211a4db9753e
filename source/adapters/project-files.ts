import {createHash} from 'node:crypto';
import {constants, type Stats} from 'node:fs';
import {access, mkdir, open, realpath, stat} from 'node:fs/promises';
import {dirname, isAbsolute, join, relative, resolve, sep} from 'node:path';
import {Failure, readSystemCode} from '../core/errors/failure.ts';
import type {FileChange} from '../core/project/files.ts';
import type {FileReader} from '../core/readers.ts';
import {decodeFile} from '../core/text/decode.ts';
import {explainFileError, isMissing, isThere} from './file-errors.ts';
import {writeAtomically} from './write-file.ts';

export type ProjectFiles = FileReader & {
	/** Reads those of the files that exist, by path. */
	readAll(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
	/**
	Writes one file as it was reviewed; does nothing when it already has those bytes.

	@param backupFolder - Receives the old bytes before they are replaced.
	@throws {Failure} `file-changed` when the file changed after the review, `outside-project`, `folder-not-writable`, `disk-full`.
	*/
	write(change: FileChange, backupFolder: string): Promise<void>;
	/** Returns whether phxfly can create files in the project's folder. */
	canWrite(): Promise<boolean>;
};

/**
Opens a project's folder. Never reads or writes outside it, even through a link; files over 1 MiB count as missing.

@param root - An existing folder.
*/
export function openProjectFiles(root: string): ProjectFiles {
	const read = async (path: string) => {
		const found = await readProjectFile(await locateFile(root, path));
		return found && decodeFile(path, found.bytes);
	};
	return {
		read,
		async mode(path) {
			const file = await locateFile(root, path);
			return stat(file).then(({mode}) => mode & 0o7777, returnUndefinedIfMissing);
		},
		async readAll(paths) {
			const texts = await Promise.all(paths.map(async path => [path, await read(path)] as const));
			return new Map(texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])));
		},
		write: (change, backupFolder) => writeChange(root, change, backupFolder),
		canWrite: () =>
			access(root, constants.W_OK | constants.X_OK).then(
				() => true,
				() => false,
			),
	};
}

type ProjectFile = {readonly bytes: Buffer; readonly stats: Stats};

const maxFileBytes = 1024 * 1024;

/** Reads a regular file of at most 1 MiB, or returns `undefined`. Opens without blocking: a pipe would wait for its writer. */
async function readProjectFile(file: string): Promise<ProjectFile | undefined> {
	try {
		const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			const stats = await handle.stat();
			if (!stats.isFile() || stats.size > maxFileBytes) return undefined;
			return {bytes: await handle.readFile(), stats};
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (isMissing(error) || readSystemCode(error) === 'ENXIO') return undefined;
		if (readSystemCode(error) === 'EACCES') throw notReadable(file, error);
		throw error;
	}
}

function notReadable(file: string, cause: unknown): Failure {
	return new Failure('file-not-readable', `Cannot read ${file}`, {
		exit: 'refused',
		hint: `Make ${file} readable for you`,
		cause,
	});
}

/**
Returns the real path of a project file, links followed; the file may not exist yet.

@param path - Relative to the root, with `/`.
@throws {Failure} `outside-project` When the path, or a link on it, leads out of the project or to nothing.
*/
async function locateFile(root: string, path: string): Promise<string> {
	const top = await realpath(root);
	const wanted = resolve(top, path);
	if (isAbsolute(path) || !isInside(top, wanted)) throw leadsOut(path);
	const {real, rest} = await resolveExisting(wanted, path);
	if (!isInside(top, real)) throw leadsOut(path);
	return join(real, rest);
}

function isInside(top: string, path: string): boolean {
	return path === top || path.startsWith(top.endsWith(sep) ? top : top + sep);
}

function leadsOut(path: string): Failure {
	return new Failure('outside-project', `${path} is not a file inside the project folder`, {
		hint: `Replace the link at ${path} with a regular file, or delete it`,
	});
}

/** Returns the longest existing part of a path, its links followed, and the missing rest. */
async function resolveExisting(wanted: string, path: string): Promise<{real: string; rest: string}> {
	try {
		return {real: await realpath(wanted), rest: ''};
	} catch (error) {
		if (readSystemCode(error) === 'ELOOP') throw leadsOut(path);
		if (!isMissing(error)) throw error;
		if (await isThere(wanted)) throw leadsOut(path);
		const {real, rest} = await resolveExisting(dirname(wanted), path);
		return {real, rest: join(rest, relative(dirname(wanted), wanted))};
	}
}

function returnUndefinedIfMissing(error: unknown): undefined {
	if (!isMissing(error)) throw error;
}

async function writeChange(root: string, change: FileChange, backupFolder: string): Promise<void> {
	const file = await locateFile(root, change.path);
	const existing = await readProjectFile(file);
	const after = Buffer.from(change.after);
	if (existing?.bytes.equals(after)) return;
	if (!existing && (await isThere(file))) throw cannotReplace(change.path);
	if (!isAsReviewed(existing?.bytes, change.before)) throw hasChanged(change.path);
	if (existing) await backUp(backupFolder, change.path, existing.bytes);
	try {
		await mkdir(dirname(file), {recursive: true});
		await writeAtomically(file, after, {
			mode: (existing?.stats.mode ?? change.mode) & 0o7777,
			owner: existing?.stats,
		});
	} catch (error) {
		throw explainFileError(error, change.path, dirname(file));
	}
}

function cannotReplace(path: string): Failure {
	return new Failure('not-replaceable', `${path} is not a regular file under 1 MiB; not written`, {
		hint: `Move ${path} away, then run the same command again`,
	});
}

function isAsReviewed(bytes: Buffer | undefined, before: string | undefined): boolean {
	return before === undefined ? bytes === undefined : (bytes?.equals(Buffer.from(before)) ?? false);
}

function hasChanged(path: string): Failure {
	return new Failure('file-changed', `${path} changed after you reviewed it; not overwritten`, {
		hint: 'Run the same command again: it plans with the current file',
	});
}

async function backUp(folder: string, path: string, bytes: Buffer): Promise<void> {
	try {
		await backUpFile(folder, path, bytes);
	} catch (error) {
		throw explainFileError(error, `the backup of ${path}`, folder);
	}
}

/** Saves a file's bytes under its path and their hash, so that a later backup never replaces an earlier one. */
async function backUpFile(folder: string, path: string, bytes: Uint8Array): Promise<string> {
	const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
	const backup = join(folder, `${path.replaceAll('/', '--')}.${hash}`);
	await mkdir(folder, {recursive: true, mode: 0o700});
	await access(backup).catch(() => writeAtomically(backup, bytes, {mode: 0o600}));
	return backup;
}
