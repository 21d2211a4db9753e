import {lstat} from 'node:fs/promises';
import {Failure, readSystemCode} from '../core/errors/failure.ts';

export function isMissing(error: unknown): boolean {
	return ['ENOENT', 'ENOTDIR'].includes(readSystemCode(error));
}

/** Returns whether anything has that path, including a broken link. */
export function isThere(path: string): Promise<boolean> {
	return lstat(path).then(
		() => true,
		() => false,
	);
}

/** Explains a file that a command was given and cannot read. */
export const notReadable = (path: string, cause?: unknown): Failure =>
	new Failure('file-not-readable', isMissing(cause) ? `There is no file ${path}.` : `Cannot read ${path}.`, {
		exit: 'usage',
		hint: 'Check the path.',
		cause,
	});

/** Explains a file that cannot be read or written; returns any other error unchanged. */
export function explainFileError(error: unknown, path: string, folder: string): unknown {
	switch (readSystemCode(error)) {
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return new Failure('folder-not-writable', `Cannot write ${path}: ${folder} is read-only`, {
				hint: "Fix the folder's permissions, or work on a copy of it",
				cause: error,
			});
		case 'ENOSPC':
		case 'EDQUOT':
			return new Failure('disk-full', `Cannot write ${path}: the disk is full`, {
				hint: 'Free some space, then run the same command again',
				cause: error,
			});
		default:
			return error;
	}
}
