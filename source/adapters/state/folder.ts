import {chmodSync, lstatSync, mkdirSync, readdirSync, type Stats, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {Failure, readSystemCode} from '../../core/errors/failure.ts';
import {explainStateError} from './file.ts';

/**
Creates a project's state folder, or secures an existing one.

@param ownUserId - `undefined` where the system has no user ids and modes (Windows).
@throws {Failure} `state-not-safe` (exit 9) as `secureStateFolder`, `state-not-writable` (exit 9), `disk-full`.
*/
export function makeStateFolder(folder: string, ownUserId: number | undefined): void {
	try {
		mkdirSync(dirname(folder), {recursive: true, mode: 0o700});
		if (!readEntry(folder)) mkdirSync(folder, {recursive: true, mode: 0o700});
	} catch (error) {
		throw explainStateError(error, folder);
	}

	secureStateFolder(folder, ownUserId);
}

/**
Makes sure that only its owner can use an existing state folder and its files. What phxfly needs in it must be a file or a
folder of its owner: a link could lead a write anywhere.

@throws {Failure} `state-not-safe` (exit 9) for a folder of another user, and for a link.
*/
export function secureStateFolder(folder: string, ownUserId: number | undefined): void {
	const stats = readEntry(folder);
	if (!stats) return;
	try {
		secureRoot(dirname(folder), ownUserId);
		requireOwn(folder, stats, ownUserId);
		if (ownUserId !== undefined && stats.uid !== ownUserId) throw foreign(folder, stats);
		if (!stats.isDirectory()) throw notSafe(`${folder} is not a folder.`);
		// The folder first: afterwards, no other user can put anything into it.
		tighten(folder, stats, ownUserId);
		for (const name of readdirSync(folder)) secureEntry(join(folder, name), name, ownUserId);
	} catch (error) {
		throw explainStateError(error, folder);
	}
}

/** Closes a root that anyone can write. A shared folder with the sticky bit, such as /tmp, stays as it is. */
function secureRoot(root: string, ownUserId: number | undefined): void {
	// Your own link to a folder elsewhere is fine, so this one is followed.
	const stats = statSync(root);
	requireTrusted(root, stats, ownUserId);
	const isOpen = (stats.mode & 0o002) !== 0 && (stats.mode & 0o1000) === 0;
	if (isOpen && stats.uid === ownUserId) chmodSync(root, 0o700);
}

/** What a run needs. The log and samples of output are written elsewhere, and only if they are regular files. */
const needed =
	/^(?:backups|dot-fly|journal\.json|lock|project|project\.sha256|world\.json|world\.json\.lock)$/;

/** The folders whose files phxfly itself writes. */
const ownFolder = /^(?:backups|dot-fly|world\.json\.lock)$/;

function secureEntry(path: string, name: string, ownUserId: number | undefined): void {
	const stats = readEntry(path);
	if (!stats) return;
	if (needed.test(name)) requireOwn(path, stats, ownUserId);
	if (!stats.isFile() && !stats.isDirectory()) return;
	tighten(path, stats, ownUserId);
	if (!stats.isDirectory() || !ownFolder.test(name)) return;
	for (const inner of readdirSync(path)) {
		const innerStats = readEntry(join(path, inner));
		if (!innerStats) continue;
		requireOwn(join(path, inner), innerStats, ownUserId);
		tighten(join(path, inner), innerStats, ownUserId);
	}
}

function requireOwn(path: string, stats: Stats, ownUserId: number | undefined): void {
	if (stats.isSymbolicLink()) throw notSafe(`${path} is a link.`);
	if (!stats.isFile() && !stats.isDirectory()) throw notSafe(`${path} is neither a file nor a folder.`);
	requireTrusted(path, stats, ownUserId);
}

/** The system's administrator could change everything anyway. */
function requireTrusted(path: string, stats: Stats, ownUserId: number | undefined): void {
	if (ownUserId !== undefined && stats.uid !== ownUserId && stats.uid !== 0) throw foreign(path, stats);
}

const foreign = (path: string, {uid}: Stats) => notSafe(`${path} belongs to another user (id ${uid}).`);

const notSafe = (why: string) =>
	new Failure('state-not-safe', `Cannot use this state folder: ${why}`, {
		hint: 'Remove it, or pass another state folder: --state-dir DIR. Nothing was changed.',
	});

/** Takes the rights of group and others away. The caller has seen that it is no link. */
function tighten(path: string, stats: Stats, ownUserId: number | undefined): void {
	if (stats.uid !== ownUserId || (stats.mode & 0o077) === 0) return;
	try {
		chmodSync(path, stats.mode & 0o700);
	} catch (error) {
		// Another phxfly process has deleted it since, for example its lock.
		if (readSystemCode(error) !== 'ENOENT') throw error;
	}
}

const readEntry = (path: string): Stats | undefined => lstatSync(path, {throwIfNoEntry: false});
