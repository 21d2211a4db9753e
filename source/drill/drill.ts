import {Failure} from '../core/errors/failure.ts';
import type {DrillFindings} from '../core/litestream/drill.ts';
import {explainLitestreamError} from '../core/litestream/failures.ts';
import {findLackOfRoom, type Room} from '../core/litestream/machine.ts';
import {
	countRows,
	type MachineTools,
	readGenerations,
	readNewestTransaction,
	readRestoredTxid,
	removeScratch,
	restoreOnMachine,
} from '../core/litestream/restore.ts';
import {saySkew} from './clocks.ts';

export type RestoreTarget = MachineTools & {
	readonly where: DrillFindings['where'];
	readonly room: Room;
	readonly databasePath: string;
	readonly scratch: string;
	/** How far the storage's clock is ahead of this computer's, in milliseconds, if the storage says. */
	readonly storageSkewMs: number | undefined;
};

/** The time limit of a restore, in seconds. */
export const limitSeconds = 1800;

/**
Restores the replica to a scratch file, checks it, and deletes it. Does not touch the app's own files.

@throws {Failure} Exit 9 if there is no room for it, 1 if the replica cannot be restored.
*/
export async function drillReplica(target: RestoreTarget): Promise<DrillFindings> {
	try {
		return await drillIn(target);
	} finally {
		await removeScratch(target.shell, target.scratch);
	}
}

async function drillIn(target: RestoreTarget): Promise<DrillFindings> {
	const {shell, scratch, databasePath, room, where} = target;
	const lack = findLackOfRoom(room);
	if (lack) {
		throw new Failure('no-room', `Nothing was restored: ${lack}.`, {
			hint: 'Free up space, or run the drill on this computer: install litestream and set the keys in the environment.',
		});
	}

	const newest = await readNewest(target);
	const bytes = room.databaseBytes ?? 0;
	const restored = await restoreOnMachine(target, {databasePath, scratch, bytes, limitSeconds});
	if (restored.is === 'too-long') {
		throw new Failure('drill-too-long', 'The restore timed out, so nothing was verified.', {
			hint: 'Run it again. If it keeps timing out, check the database size and the storage.',
		});
	}

	if (restored.is === 'failed') throw refuse(restored.said);
	const newestMs = findNewestMs(newest, restored.stdout);
	const {storageSkewMs, clock} = target;
	return {
		bytes: await readSize(target),
		rows: await countRows(shell, scratch),
		isChecked: await checkCopy(target),
		ageMs: storageSkewMs === undefined ? undefined : clock.now() + storageSkewMs - newestMs,
		skews: saySkew('storage', storageSkewMs),
		where,
	};
}

/**
Returns when the last transaction of the copy was made.

@throws {Failure} If the bucket listed a newer one before the restore: an object between them is missing.
*/
function findNewestMs({atMs, txid}: Newest, stdout: string): number {
	const restored = readRestoredTxid(stdout);
	if (txid === undefined || restored === undefined || restored >= txid) return atMs;
	const [from, to] = [restored, txid].map(each => each.toString(16));
	throw new Failure(
		'drill-failed',
		`The replica has a gap: a restore ends at transaction ${from}, but the bucket lists changes up to ${to}.`,
		{hint: 'Run phxfly verify to see what replicates now.'},
	);
}

function refuse(output: string): Failure {
	const {detail, hint} = explainLitestreamError(output);
	return new Failure('drill-failed', `The replica could not be restored. ${detail}.`, {hint});
}

type Newest = {readonly atMs: number; readonly txid?: bigint};

/** @throws {Failure} If the bucket cannot be read or is empty. */
async function readNewest({litestream, databasePath}: RestoreTarget): Promise<Newest> {
	const words = litestream.is05 ? ['ltx', '-level', 'all', '-json'] : ['generations'];
	const {exit_code: exit, stdout, stderr} = await litestream.run([...words, databasePath], 60);
	const output = `${stdout}\n${stderr}`;
	if (exit !== 0 || /level=ERROR/.test(output)) throw refuse(output);
	if (litestream.is05) {
		const newest = readNewestTransaction(stdout);
		if (newest) return newest;
	}

	const [generation] = readGenerations(stdout);
	if (generation) return {atMs: generation.endMs};
	throw new Failure('replica-empty', 'The bucket has no replica of this database.', {
		hint: 'Run phxfly verify to see why.',
	});
}

async function readSize({shell, scratch}: RestoreTarget): Promise<number | undefined> {
	const digits = /^(\d+)/.exec((await shell.run(['stat', '-c', '%s', scratch])).stdout)?.[1];
	return digits === undefined ? undefined : Number(digits);
}

/** Litestream 0.5 checks the restored copy itself. After 0.3, sqlite3 checks it, if available. */
async function checkCopy({shell, litestream, scratch}: RestoreTarget): Promise<boolean> {
	if (litestream.is05) return true;
	const {
		exit_code: exit,
		stdout,
		stderr,
	} = await shell.run(['sqlite3', scratch, 'PRAGMA integrity_check'], 55);
	if (exit === 127) return false;
	if (stdout.trim() === 'ok') return true;
	throw refuse(`corrupt: ${stdout}${stderr}`);
}
