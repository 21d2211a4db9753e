import {constants} from 'node:fs';
import {access, mkdir, stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import {Failure} from '../core/errors/failure.ts';
import type {FileChange} from '../core/project/files.ts';
import type {FileReader} from '../core/readers.ts';
import {backUpFile} from './back-up-file.ts';
import {explainFileError, isMissing, isThere} from './file-errors.ts';
import {locateFile} from './locate-file.ts';
import {decodeFile, readProjectFile} from './read-project-file.ts';
import {writeAtomically} from './write-file.ts';

export type ProjectFiles = FileReader & {
	/** Those of the files that exist, by path. */
	readAll(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
	/**
	Writes one file as it was reviewed. Nothing happens when it already has those bytes.

	@param backupFolder - Gets the bytes that are replaced, before they are.
	@throws {Failure} `file-changed` when the file is no longer what was reviewed, `outside-project`, `folder-not-writable`, `disk-full`.
	*/
	write(change: FileChange, backupFolder: string): Promise<void>;
	/** Whether files can be made in the project's folder. */
	canWrite(): Promise<boolean>;
};

/**
Opens a project's folder. Nothing outside is read or written, even through a link; files over 1 MiB count as not there.

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

async function backUp(folder: string, path: string, bytes: Buffer): Promise<void> {
	try {
		await backUpFile(folder, path, bytes);
	} catch (error) {
		throw explainFileError(error, `The backup of ${path}`, folder);
	}
}

function isAsReviewed(bytes: Buffer | undefined, before: string | undefined): boolean {
	return before === undefined ? bytes === undefined : (bytes?.equals(Buffer.from(before)) ?? false);
}

function hasChanged(path: string): Failure {
	return new Failure(
		'file-changed',
		'drift',
		`${path} was changed since this was reviewed, so it was not written`,
		{
			hint: 'Run the same command again: it looks at the file as it is now',
		},
	);
}

function cannotReplace(path: string): Failure {
	return new Failure(
		'not-replaceable',
		'refused',
		`${path} is not an ordinary file of at most 1 MiB, so it was not written`,
		{
			hint: `Move ${path} away, then run the same command again`,
		},
	);
}

function returnUndefinedIfMissing(error: unknown): undefined {
	if (!isMissing(error)) throw error;
}
