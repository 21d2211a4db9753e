import {existsSync, mkdirSync, realpathSync, renameSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {findStateRoot, projectFolder, readKnownSecrets} from '../adapters/journal.ts';
import {openProjectFiles} from '../adapters/project-files.ts';
import {takeProjectLock} from '../adapters/project-lock.ts';
import {listProjectFiles, readTexts} from '../adapters/project-texts.ts';
import type {Cli, Options} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {doctorFiles} from '../core/project/files.ts';

/** Where a project is, and where its state is kept; a rehearsal has its own, by world file. */
type Places = {
	readonly folder: string;
	readonly stateFolder: string;
	/** `--world`, absolute. */
	readonly worldPath: string | undefined;
};

/** @throws {Failure} `no-folder` (exit 2). */
export function resolvePaths(host: Cli['host'], options: Options): Places {
	const folder = findFolder(host, options);
	const stateRoot = resolve(host.cwd, findStateRoot(options.stateDir, host.environment, host.platform));
	const worldPath = options.world && resolve(host.cwd, options.world);
	const stateFolder = projectFolder(stateRoot, folder, options.isRehearsal ? (worldPath ?? '') : undefined);
	return {folder, stateFolder, worldPath};
}

function findFolder({cwd}: Cli['host'], {folder}: Options): string {
	const path = resolve(cwd, folder ?? '.');
	try {
		return realpathSync(path);
	} catch (error) {
		throw new Failure('no-folder', `There is no folder ${path}.`, {
			hint: 'Name the folder of a Phoenix app.',
			cause: error,
		});
	}
}

/**
Puts a project's journal aside, out of the way of the next run.

@returns Where it is now, or `undefined` when there was none.
@throws {Failure} `locked` (exit 8) while another phxfly works on the project.
*/
export async function dropJournal(host: Cli['host'], options: Options): Promise<string | undefined> {
	const {stateFolder} = resolvePaths(host, options);
	const path = join(stateFolder, 'journal.json');
	if (!existsSync(path)) return undefined;
	const release = takeProjectLock(stateFolder, options.breakLock);
	try {
		const aside = join(
			stateFolder,
			`journal.forgotten-${new Date().toISOString().replaceAll(':', '-')}.json`,
		);
		renameSync(path, aside);
		return aside;
	} finally {
		release();
	}
}

/**
Opens the files of a project and nothing else: no flyctl, no network, no login. What cannot be read is said, not thrown.

@throws {Failure} Exit 2 without the folder, or without a rehearsal where one is asked for.
*/
export function openFolder(host: Cli['host'], options: Options): Awaited<ReturnType<Cli['openFolder']>> {
	const {folder, stateFolder} = resolvePaths(host, options);
	const root = options.isRehearsal ? join(stateFolder, 'project') : folder;
	if (!existsSync(root)) {
		throw new Failure('no-folder', 'There was no rehearsal of this folder yet.', {
			hint: 'phxfly rehearse makes one.',
		});
	}

	const files = openProjectFiles(root);
	return {
		async readTexts() {
			return readTexts(root, files, await listProjectFiles(root, doctorFiles));
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
