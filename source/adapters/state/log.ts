import {closeSync, constants, lstatSync, openSync, writeSync} from 'node:fs';
import {withoutLinks} from './file.ts';

type Log = {
	/** Why nothing is written; `undefined` if the log is written. */
	readonly problem: string | undefined;
	append(line: string): void;
};

/**
Opens the log of a project (0600). Nothing is written through a link, or into a file of another user. A log that cannot be
written must not end a run: the journal, which a run needs, throws its own failure.

@param ownUserId - `undefined` where the system has no user ids (Windows).
*/
export function openLog(path: string, ownUserId: number | undefined): Log {
	const problem = findProblem(path, ownUserId);
	const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | withoutLinks;
	return {
		problem,
		append(line) {
			if (problem !== undefined) return;
			try {
				const handle = openSync(path, flags, 0o600);
				try {
					writeSync(handle, `${line}\n`);
				} finally {
					closeSync(handle);
				}
			} catch {}
		},
	};
}

function findProblem(path: string, ownUserId: number | undefined): string | undefined {
	const stats = lstatSync(path, {throwIfNoEntry: false});
	if (!stats || (stats.isFile() && (ownUserId === undefined || stats.uid === ownUserId))) return undefined;
	const what = stats.isSymbolicLink()
		? 'it is a link'
		: stats.isFile()
			? 'it belongs to another user'
			: 'it is not a file';
	return `Not writing the log ${path}: ${what}. Remove it to get a log.`;
}
