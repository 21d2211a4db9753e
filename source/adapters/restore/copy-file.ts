import {chmod, link, lstat, mkdir, open, readdir, rename, rm, stat, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {Failure, readSystemCode} from '../../core/errors/failure.ts';
import type {CopyFile} from '../../core/restore/copy-file.ts';
import {explainFileError, isMissing, isThere} from '../file-errors.ts';
import {ownPid} from '../process.ts';
import {thisComputer} from '../processes/this-computer.ts';

/**
Prepares a place for a new file. Deletes what killed runs left for the same file.

@param path - Absolute.
@throws {Failure} `file-exists` (exit 9), `no-folder` (exit 2), `folder-not-writable` (exit 9), `disk-full`.
*/
export async function openCopyFile(path: string): Promise<CopyFile> {
	if (await isThere(path)) throw fileExists(path);
	const parent = dirname(path);
	const folder = join(parent, `${startOf(path)}${ownPid}`);
	try {
		await sweep(path);
		await mkdir(folder, {mode: 0o700});
	} catch (error) {
		if (isMissing(error)) {
			throw new Failure('no-folder', `Folder ${parent} does not exist.`, {
				hint: 'Pass a file in an existing folder.',
				cause: error,
			});
		}

		throw explainFileError(error, path, parent);
	}

	return {
		path,
		folder,
		async measure() {
			const names = await readdir(folder).catch(() => []);
			const sizes = names.map(name =>
				stat(join(folder, name)).then(
					({size}) => size,
					() => 0,
				),
			);
			return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
		},
		async write(name, bytes) {
			await writeFile(join(folder, name), bytes, {mode: 0o600}).catch((error: unknown) => {
				throw explainFileError(error, path, parent);
			});
		},
		async place(name) {
			const file = join(folder, name);
			await chmod(file, 0o600);
			await sync(file);
			await moveTo(path, file);
			await sync(parent).catch(() => undefined);
		},
		remove: () => rm(folder, {recursive: true, force: true}),
	};
}

/** Prepares a place in the state folder, since a new file in the project would start another rehearsal. Replaces what an earlier one left there. */
export async function openRehearsedFile(stateFolder: string, path: string): Promise<CopyFile> {
	const place = join(stateFolder, `${basename(path)}.rehearsal`);
	await rm(place, {force: true});
	return openCopyFile(place);
}

const fileExists = (path: string, cause?: unknown): Failure =>
	new Failure('file-exists', `${path} exists, so nothing was written.`, {
		hint: 'Pass the path of a new file.',
		cause,
	});

const startOf = (path: string) => `.${basename(path)}.phxfly-`;

/** Deletes the private folders of processes that are gone. */
async function sweep(path: string): Promise<void> {
	const parent = dirname(path);
	for (const name of await readdir(parent)) {
		const pid = name.startsWith(startOf(path)) ? name.slice(startOf(path).length) : '';
		if (!/^\d+$/.test(pid) || (Number(pid) !== ownPid && thisComputer.isAlive(Number(pid)))) continue;
		const left = join(parent, name);
		if ((await lstat(left)).isDirectory()) await rm(left, {recursive: true, force: true});
	}
}

/** Links before it deletes, because a rename would replace a file that came meanwhile. */
async function moveTo(path: string, file: string): Promise<void> {
	try {
		await link(file, path);
		await rm(file);
	} catch (error) {
		const code = readSystemCode(error);
		if (code === 'EEXIST') throw fileExists(path, error);
		// Some file systems have no hard links.
		if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'].includes(code)) throw error;
		if (await isThere(path)) throw fileExists(path);
		await rename(file, path);
	}
}

async function sync(path: string): Promise<void> {
	const handle = await open(path, 'r');
	await handle.sync().finally(() => handle.close());
}
