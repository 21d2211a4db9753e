import {existsSync, renameSync} from 'node:fs';
import {join} from 'node:path';
import {takeProjectLock} from './adapters/project-lock.ts';
import type {Host, Options} from './core/command/context.ts';
import {findPlaces} from './find-places.ts';

/**
Puts a project's journal aside, out of the way of the next run.

@returns Where it is now, or `undefined` when there was none.
@throws {Failure} `locked` (exit 8) while another phxfly works on the project.
*/
export async function dropJournal(host: Host, options: Options): Promise<string | undefined> {
	const {stateFolder} = findPlaces(host, options);
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
