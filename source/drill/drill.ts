import {Failure} from '../core/errors/failure.ts';
import type {DrillFindings} from '../core/litestream/drill.ts';
import {explainLitestreamError} from '../core/litestream/failures.ts';
import {findLackOfRoom, type Room} from '../core/litestream/machine.ts';
import {
	countRows,
	type MachineTools,
	readGenerations,
	readNewestTransaction,
	removeScratch,
	restoreOnMachine,
} from '../core/litestream/restore.ts';

export type RestoreTarget = MachineTools & {
	readonly where: DrillFindings['where'];
	readonly room: Room;
	readonly databasePath: string;
	readonly scratch: string;
};

/** The time limit of a restore, in seconds. */
const limitSeconds = 1800;

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

	const newestMs = await readNewest(target);
	const bytes = room.databaseBytes ?? 0;
	const restored = await restoreOnMachine(target, {databasePath, scratch, bytes, limitSeconds});
	if (restored.is === 'too-long') {
		throw new Failure('drill-too-long', 'The restore timed out, so nothing was verified.', {
			hint: 'Run it again. If it keeps timing out, check the database size and the storage.',
		});
	}

	if (restored.is === 'failed') throw refuse(restored.said);
	const isChecked = await checkCopy(target);
	return {bytes: await readSize(target), rows: await countRows(shell, scratch), isChecked, newestMs, where};
}

function refuse(output: string): Failure {
	const {detail, hint} = explainLitestreamError(output);
	return new Failure('drill-failed', `The replica could not be restored. ${detail}.`, {hint});
}

/** @throws {Failure} If the bucket cannot be read or is empty. */
async function readNewest({litestream, databasePath}: RestoreTarget): Promise<number> {
	const words = litestream.is05 ? ['ltx', '-level', 'all', '-json'] : ['generations'];
	const {exit_code: exit, stdout, stderr} = await litestream.run([...words, databasePath], 60);
	const output = `${stdout}\n${stderr}`;
	if (exit !== 0 || /level=ERROR/.test(output)) throw refuse(output);
	const newestMs = litestream.is05 ? readNewestTransaction(stdout)?.atMs : readGenerations(stdout)[0]?.endMs;
	if (newestMs !== undefined) return newestMs;
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
