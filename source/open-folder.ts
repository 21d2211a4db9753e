import {existsSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {isThere, readSystemCode} from './adapters/file-errors.ts';
import {listProjectFiles} from './adapters/list-project-files.ts';
import {openProjectFiles, type ProjectFiles} from './adapters/project-files.ts';
import {takeProjectLock} from './adapters/project-lock.ts';
import {readKnownSecrets} from './adapters/read-known-secrets.ts';
import {Failure} from './core/errors.ts';
import type {Host} from './core/host.ts';
import type {Options} from './core/options.ts';
import {trapFiles} from './core/read-trap-facts.ts';
import type {Folder, FolderTexts} from './core/workshop.ts';
import {findPlaces} from './find-places.ts';

/** Read at once, so that a large project does not run out of file handles. */
const filesAtOnce = 64;

/**
Opens the files of a project and nothing else: no flyctl, no network, no login. What cannot be read is said, not thrown.

@throws {Failure} Exit 2 without the folder, or without a rehearsal where one is asked for.
*/
export function openFolder(host: Host, options: Options): Folder {
	const {folder, stateFolder} = findPlaces(host, options);
	const root = options.isRehearsal ? join(stateFolder, 'project') : folder;
	if (!existsSync(root)) {
		throw new Failure('no-folder', 'usage', 'There was no rehearsal of this folder yet.', {
			hint: 'phxfly rehearse makes one.',
		});
	}

	const files = openProjectFiles(root);
	return {
		async read() {
			return readTexts(root, files, await listProjectFiles(root, trapFiles));
		},
		async write(changes) {
			mkdirSync(stateFolder, {recursive: true, mode: 0o700});
			const release = takeProjectLock(stateFolder, options.breakLock);
			try {
				for (const change of changes) await files.write(change, join(stateFolder, 'backups'));
			} finally {
				release();
			}
		},
		readSecrets: () => readKnownSecrets(join(stateFolder, 'journal.json')),
	};
}

async function readTexts(root: string, files: ProjectFiles, paths: readonly string[]): Promise<FolderTexts> {
	const texts = new Map<string, string>();
	const unread: {path: string; why: string}[] = [];
	const all = [...new Set(paths)];
	for (let at = 0; at < all.length; at += filesAtOnce) {
		const part = all.slice(at, at + filesAtOnce);
		const results = await Promise.all(part.map(path => readOne(root, files, path)));
		for (const [index, result] of results.entries()) {
			const path = part[index] ?? '';
			if (typeof result === 'string') texts.set(path, result);
			else if (result) unread.push({path, why: result.why});
		}
	}

	return {files: texts, unread};
}

async function readOne(root: string, files: ProjectFiles, path: string) {
	try {
		const text = await files.read(path);
		if (text !== undefined) return text;
		return (await isThere(join(root, path))) ? {why: 'it is no ordinary file of at most 1 MiB'} : undefined;
	} catch (error) {
		if (error instanceof Failure) return {why: error.message};
		return {why: readSystemCode(error) || String(error)};
	}
}
