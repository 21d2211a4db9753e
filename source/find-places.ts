import {realpathSync} from 'node:fs';
import {resolve} from 'node:path';
import {findStateRoot, projectFolder} from './adapters/journal.ts';
import type {Host, Options} from './core/command/context.ts';
import {Failure} from './core/errors/failure.ts';

/** Where a project is, and where its state is kept; a rehearsal has its own, by world file. */
export type Places = {
	readonly folder: string;
	readonly stateFolder: string;
	/** `--world`, absolute. */
	readonly worldPath: string | undefined;
};

/** @throws {Failure} `no-folder` (exit 2). */
export function findPlaces(host: Host, options: Options): Places {
	const folder = findFolder(host, options);
	const stateRoot = resolve(host.cwd, findStateRoot(options.stateDir, host.environment, host.platform));
	const worldPath = options.world && resolve(host.cwd, options.world);
	const stateFolder = projectFolder(stateRoot, folder, options.isRehearsal ? (worldPath ?? '') : undefined);
	return {folder, stateFolder, worldPath};
}

function findFolder({cwd}: Host, {folder}: Options): string {
	const path = resolve(cwd, folder ?? '.');
	try {
		return realpathSync(path);
	} catch (error) {
		throw new Failure('no-folder', 'usage', `There is no folder ${path}.`, {
			hint: 'Name the folder of a Phoenix app.',
			cause: error,
		});
	}
}
