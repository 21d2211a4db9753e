import {lstat} from 'node:fs/promises';
import {Failure} from '../core/errors/failure.ts';

export function isMissing(error: unknown): boolean {
	return ['ENOENT', 'ENOTDIR'].includes(readSystemCode(error));
}

export function readSystemCode(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Whether anything has that name, a link to nothing included. */
export function isThere(path: string): Promise<boolean> {
	return lstat(path).then(
		() => true,
		() => false,
	);
}

/** A file that may not be read or written, as a sentence; everything else stays what it is. */
export function explainFileError(error: unknown, path: string, folder: string): unknown {
	switch (readSystemCode(error)) {
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return new Failure('folder-not-writable', `${path} cannot be written: ${folder} is read-only here`, {
				hint: 'Make the folder writable for you, or work on a copy of it',
				cause: error,
			});
		case 'ENOSPC':
		case 'EDQUOT':
			return new Failure('disk-full', `${path} cannot be written: the disk is full`, {
				hint: 'Free some space, then run the same command again',
				cause: error,
			});
		default:
			return error;
	}
}

/** A state folder that cannot be written, as a sentence; everything else stays what it is. */
export function explainStateError(error: unknown, folder: string): unknown {
	switch (readSystemCode(error)) {
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return new Failure(
				'state-not-writable',
				`The state folder ${folder} cannot be written: it is read-only here.`,
				{hint: 'Name another one: --state-dir DIR.', cause: error},
			);
		case 'ENOSPC':
		case 'EDQUOT':
			return new Failure('disk-full', `What was done cannot be recorded in ${folder}: the disk is full.`, {
				hint: 'Free some space, then run phxfly again: it checks what exists and continues.',
				cause: error,
			});
		default:
			return error;
	}
}
