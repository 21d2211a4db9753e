import {constants, type Stats} from 'node:fs';
import {open} from 'node:fs/promises';
import {Failure} from '../core/errors/failure.ts';
import {isMissing, readSystemCode} from './file-errors.ts';

const maxFileBytes = 1024 * 1024;

export type ProjectFile = {readonly bytes: Buffer; readonly stats: Stats};

/** An ordinary file of at most 1 MiB, or `undefined`. Opened without waiting: a pipe would wait for its writer. */
export async function readProjectFile(file: string): Promise<ProjectFile | undefined> {
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
	return new Failure('file-not-readable', 'refused', `${file} cannot be read`, {
		hint: `Make ${file} readable for you`,
		cause,
	});
}

/**
The bytes as text, a byte order mark included, so that writing the text gives the same bytes.

@throws {Failure} `not-text` for bytes that are not UTF-8.
*/
export function decodeFile(path: string, bytes: Uint8Array): string {
	try {
		return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
	} catch (cause) {
		throw new Failure('not-text', 'usage', `${path} is not UTF-8 text`, {
			hint: `Save ${path} as UTF-8`,
			cause,
		});
	}
}
