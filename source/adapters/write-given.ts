import {readFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {Failure} from '../core/errors/failure.ts';
import {explainFileError, isMissing, readSystemCode} from './file-errors.ts';
import {writeAtomically} from './write-file.ts';

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
			throw new Failure('no-folder', 'usage', `There is no folder ${folder}.`, {
				hint: 'Name a file in a folder that exists.',
				cause: error,
			});
		throw explainFileError(error, path, folder);
	}
}

const notReplaceable = (path: string, cause?: unknown) =>
	new Failure(
		'not-replaceable',
		'refused',
		`${path} is there already, and no saved plan, so it was not replaced.`,
		{
			hint: 'Name another file.',
			cause,
		},
	);
