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

/** How long a restore may take, in seconds. */
const limitSeconds = 1800;

/**
Restores the replica into a scratch file, looks at it and removes it; the app's own files are not touched.

@throws {Failure} Exit 9 where there is no room for it, 1 when the replica cannot be read back.
*/
export async function drillReplica(place: RestoreTarget): Promise<DrillFindings> {
	try {
		return await drillIn(place);
	} finally {
		await removeScratch(place.shell, place.scratch);
	}
}

async function drillIn(place: RestoreTarget): Promise<DrillFindings> {
	const {shell, scratch, databasePath, room, where} = place;
	const lack = findLackOfRoom(room);
	if (lack) {
		throw new Failure('no-room', `Nothing was restored: ${lack}.`, {
			hint: 'Make room, or run it where there is: with litestream on the PATH and the keys in the environment it restores here.',
		});
	}

	const newestMs = await readNewest(place);
	const bytes = room.databaseBytes ?? 0;
	const restored = await restoreOnMachine(place, {databasePath, scratch, bytes, limitSeconds});
	if (restored.is === 'too-long') {
		throw new Failure('drill-too-long', 'The restore did not end in time, so nothing is proved.', {
			hint: 'Run it again; if it stays so, look at the size of the database and at the storage.',
		});
	}

	if (restored.is === 'failed') throw refuse(restored.said);
	const isChecked = await checkCopy(place);
	return {bytes: await readSize(place), rows: await countRows(shell, scratch), isChecked, newestMs, where};
}

function refuse(said: string): Failure {
	const {detail, hint} = explainLitestreamError(said);
	return new Failure('drill-failed', `The replica cannot be read back. ${detail}.`, {hint});
}

/** @throws {Failure} When the bucket cannot be read, or holds nothing. */
async function readNewest({litestream, databasePath}: RestoreTarget): Promise<number> {
	const words = litestream.is05 ? ['ltx', '-level', 'all', '-json'] : ['generations'];
	const {exit_code: exit, stdout, stderr} = await litestream.run([...words, databasePath], 60);
	const said = `${stdout}\n${stderr}`;
	if (exit !== 0 || /level=ERROR/.test(said)) throw refuse(said);
	const newestMs = litestream.is05 ? readNewestTransaction(stdout)?.atMs : readGenerations(stdout)[0]?.endMs;
	if (newestMs !== undefined) return newestMs;
	throw new Failure('replica-empty', 'The bucket holds no replica of this database.', {
		hint: 'phxfly verify says what keeps it from arriving.',
	});
}

async function readSize({shell, scratch}: RestoreTarget): Promise<number | undefined> {
	const digits = /^(\d+)/.exec((await shell.run(['stat', '-c', '%s', scratch])).stdout)?.[1];
	return digits === undefined ? undefined : Number(digits);
}

/** Litestream 0.5 checks what it restores; after 0.3 sqlite3 does, where it is. */
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
