import {createHash} from 'node:crypto';
import {access, mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {writeAtomically} from './write-file.ts';

/** Keeps a file's bytes under its path and their hash, so that a later backup never replaces an earlier one. */
export async function backUpFile(folder: string, path: string, bytes: Uint8Array): Promise<string> {
	const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
	const backup = join(folder, `${path.replaceAll('/', '--')}.${hash}`);
	await mkdir(folder, {recursive: true, mode: 0o700});
	await access(backup).catch(() => writeAtomically(backup, bytes, {mode: 0o600}));
	return backup;
}
