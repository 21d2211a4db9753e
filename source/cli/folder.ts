import {existsSync, realpathSync, renameSync} from 'node:fs';
import {isAbsolute, join, resolve} from 'node:path';
import {ownUserId} from '../adapters/process.ts';
import {openProjectFiles} from '../adapters/project-files.ts';
import {takeProjectLock} from '../adapters/project-lock.ts';
import {listProjectFiles, readTemplates, readTexts} from '../adapters/project-texts.ts';
import {secureStateFolder} from '../adapters/state/folder.ts';
import {readKnownFlyToml, readKnownSecrets} from '../adapters/state/journal-file.ts';
import {findStateRoot, projectFolder} from '../adapters/state/paths.ts';
import type {Cli, Options} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {findFlyToml, findInside, type NamedFlyToml} from './fly-toml.ts';

/** Where a project is, and where its state is. A rehearsal has its own state folder, by world file. */
type Places = {
	readonly folder: string;
	readonly stateFolder: string;
	/** The state folders of all projects. */
	readonly stateRoot: string;
	/** `--world`, absolute. */
	readonly worldPath: string | undefined;
};

/** @throws {Failure} `no-folder` (exit 2). */
export function resolvePaths(host: Cli['host'], options: Options): Places {
	const folder = findFolder(host, options);
	const stateRoot = resolve(host.cwd, findStateRoot(options.stateDir, host.environment, host.platform));
	const worldPath = options.world && resolve(host.cwd, options.world);
	const stateFolder = projectFolder(stateRoot, folder, options.isRehearsal ? (worldPath ?? '') : undefined);
	return {folder, stateFolder, stateRoot, worldPath};
}

function findFolder({cwd}: Cli['host'], {folder}: Options): string {
	const path = resolve(cwd, folder ?? '.');
	try {
		return realpathSync(path);
	} catch (error) {
		throw new Failure('no-folder', `There is no folder ${path}.`, {
			hint: 'Pass the folder of a Phoenix app.',
			cause: error,
		});
	}
}

/**
Archives a project's journal, so that the next run does not use it.

@returns Where it is now, or `undefined` without a journal.
@throws {Failure} `locked` (exit 8) while another phxfly process is running for the project.
*/
export async function archiveJournal(host: Cli['host'], options: Options): Promise<string | undefined> {
	const {stateFolder} = resolvePaths(host, options);
	const path = join(stateFolder, 'journal.json');
	if (!existsSync(path)) return undefined;
	const release = takeProjectLock(stateFolder, options.breakLock);
	try {
		const archive = join(
			stateFolder,
			`journal.forgotten-${new Date().toISOString().replaceAll(':', '-')}.json`,
		);
		renameSync(path, archive);
		return archive;
	} finally {
		release();
	}
}

/** Returns what names the configuration of a project: the flag, and the journal. An absolute path must hold in the copy of a rehearsal too. */
export const findNamedFlyToml = (
	{config}: Options,
	{folder, stateFolder}: Pick<Places, 'folder' | 'stateFolder'>,
	{steps}: Pick<Cli['registry'], 'steps'>,
): NamedFlyToml => ({
	given: config !== undefined && isAbsolute(config) ? (findInside(folder, config) ?? config) : config,
	remembered: readKnownFlyToml(join(stateFolder, 'journal.json'), steps),
});

/**
Opens only the files of a project, without flyctl, network, or login. Reports unreadable files instead of throwing.

@throws {Failure} Exit 2 without the folder, for a configuration that is not there, or with `--rehearse` before the first rehearsal; 9 for an unsafe state folder.
*/
export async function openFolder(
	host: Cli['host'],
	options: Options,
	registry: Pick<Cli['registry'], 'steps'>,
): ReturnType<Cli['openFolder']> {
	const {folder, stateFolder} = resolvePaths(host, options);
	secureStateFolder(stateFolder, ownUserId);
	const root = options.isRehearsal ? join(stateFolder, 'project') : folder;
	if (!existsSync(root)) {
		throw new Failure('no-folder', 'This folder has no rehearsal yet.', {
			hint: 'Run phxfly rehearse first.',
		});
	}

	const files = openProjectFiles(root);
	const flyTomlPath = await findFlyToml(root, findNamedFlyToml(options, {folder, stateFolder}, registry));
	return {
		flyTomlPath,
		async readTexts() {
			return readTexts(root, files, await listProjectFiles(root, files, flyTomlPath));
		},
		readTemplates: name => readTemplates(join(host.packageFolder, 'templates', name)),
		async write(changes) {
			const release = takeProjectLock(stateFolder, options.breakLock);
			try {
				for (const change of changes) await files.write(change, join(stateFolder, 'backups'));
			} finally {
				release();
			}
		},
		readSecrets: () => readKnownSecrets(join(stateFolder, 'journal.json'), registry.steps, flyTomlPath),
	};
}
