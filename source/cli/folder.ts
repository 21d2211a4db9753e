import {existsSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {readKnownSecrets} from '../adapters/journal.ts';
import {openProjectFiles} from '../adapters/project-files.ts';
import {takeProjectLock} from '../adapters/project-lock.ts';
import {listProjectFiles, readTexts} from '../adapters/project-texts.ts';
import type {Folder, Host, Options} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {trapFiles} from '../core/project/files.ts';
import {findPlaces} from '../find-places.ts';

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
