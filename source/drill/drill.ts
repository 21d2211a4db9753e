import {Failure} from '../core/errors/failure.ts';
import {readRestoredChain, readSegments, type Segment} from '../core/litestream/chain.ts';
import type {DrillFindings} from '../core/litestream/drill.ts';
import {explainLitestreamError, type LitestreamCause} from '../core/litestream/failures.ts';
import {findLackOfRoom, type Room} from '../core/litestream/machine.ts';
import {
	type Generation,
	type MachineTools,
	type NewestTransaction,
	readGenerations,
	readNewestTransaction,
	readPlannedTime,
	readRestoredTxid,
	readTxids,
	removeScratch,
	restoreOnMachine,
} from '../core/litestream/restore.ts';
import {countRows} from '../core/litestream/rows.ts';
import {measureMachineSkew, saySkew} from './clocks.ts';
import {requireOneGeneration, requireOneWriter, requireWholeChain, type Storage} from './gaps.ts';

export type RestoreTarget = MachineTools & {
	readonly where: DrillFindings['where'];
	readonly room: Room;
	readonly databasePath: string;
	readonly scratch: string;
	/** How far the storage's clock is ahead of this computer's, in milliseconds, if the storage says. */
	readonly storageSkewMs: number | undefined;
	/** Absent where this computer does not have the keys. */
	readonly storage?: Storage;
};

/** The time limit of a restore, in seconds. */
export const limitSeconds = 1800;

/**
Restores the replica to a scratch file, checks it, and deletes it. Does not touch the app's own files.

@throws {Failure} Exit 9 if there is no room for it, 1 if the replica cannot be restored.
*/
export async function drillReplica(target: RestoreTarget): Promise<DrillFindings> {
	try {
		return await restoreCopy(target);
	} finally {
		await removeScratch(target.shell, target.scratch);
	}
}

export type Copy = DrillFindings & {
	/** When its newest change was made, since 1970, if Litestream says; of 0.3, when the storage got it. */
	readonly newestMs: number | undefined;
	/** The last transaction in it, of 0.5. */
	readonly txid: bigint | undefined;
};

/**
Restores the replica to the scratch file of the target, and checks it. Leaves the file there. Does not touch the app's own files.

@param atMs - Restores what was stored before this time, since 1970; the newest by default.
@throws {Failure} As `drillReplica`.
*/
export async function restoreCopy(target: RestoreTarget, atMs?: number): Promise<Copy> {
	const {shell, scratch, databasePath, room, where} = target;
	const lack = findLackOfRoom(room);
	if (lack) throw noRoom(where, lack);
	const listed = await listReplica(target, atMs);
	const bytes = room.databaseBytes ?? 0;
	const restored = await restoreOnMachine(target, {databasePath, scratch, bytes, limitSeconds, atMs});
	if (restored.is === 'too-long') {
		throw new Failure('drill-too-long', 'The restore timed out, so nothing was verified.', {
			hint: 'Run it again. If it keeps timing out, check the database size and the storage.',
		});
	}

	if (restored.is === 'failed') throw refuse(target, restored.said);
	const {newestMs, isArrival, gaps} = await checkChain(target, listed, restored.stdout, atMs);
	const {storageSkewMs, clock} = target;
	const isDated = storageSkewMs !== undefined && newestMs !== undefined;
	return {
		bytes: await readSize(target),
		rows: await countRows(shell, scratch),
		isChecked: await checkCopy(target),
		ageMs: isDated ? clock.now() + storageSkewMs - newestMs : undefined,
		isArrival,
		gaps,
		skews: [
			...saySkew('storage', storageSkewMs),
			...saySkew('machine', where === 'here' ? undefined : await measureMachineSkew(target)),
			...(listed.is05 ? sayStampSkew(listed.stampSkewMs) : []),
		],
		newestMs,
		txid: readRestoredTxid(restored.stdout),
		where,
	};
}

const noRoom = (where: RestoreTarget['where'], why: string): Failure =>
	new Failure('no-room', `Nothing was restored: ${why}.`, {
		hint:
			where === 'here'
				? 'Free up space, or restore into a folder on another disk.'
				: 'Free up space, or run the drill on this computer: install litestream and set the keys in the environment.',
	});

/** What the bucket listed before the restore, so that the copy has at least that. */
type Listed =
	| {
			readonly is05: true;
			/** Absent while the bucket only has objects of 0.3, which this Litestream restores, but does not list. */
			readonly newest: NewestTransaction | undefined;
			readonly stampedMs: number | undefined;
			/** How far the clock that dated the newest transaction is ahead of the storage's, as far as can be told. */
			readonly stampSkewMs: number;
			readonly txids: readonly string[];
	  }
	| {
			readonly is05: false;
			readonly generations: readonly Generation[];
			readonly segments: readonly Segment[];
	  };

/** @throws {Failure} If the bucket cannot be read or is empty. */
async function listReplica(target: RestoreTarget, atMs: number | undefined): Promise<Listed> {
	const {litestream, databasePath, scratch} = target;
	if (!litestream.is05) {
		await requireOldFormat(target);
		const generations = readGenerations(await runList(target, ['generations']));
		if (generations.length === 0) throw empty();
		return {is05: false, generations, segments: readSegments(await runList(target, ['wal']))};
	}

	const rows = await runList(target, ['ltx', '-level', 'all', '-json']);
	const newest = readNewestTransaction(rows);
	// The date in the objects' own metadata, which only a plan for a moment reads.
	const until = atMs === undefined ? farFuture : new Date(atMs).toISOString();
	const words = ['restore', '-dry-run', '-json', '-timestamp', until, '-o', `${scratch}.plan`];
	const planned = newest && (await litestream.run([...words, databasePath], 120));
	const stampedMs = planned?.exit_code === 0 ? readPlannedTime(planned.stdout) : undefined;
	const isNewest = atMs === undefined && newest && stampedMs !== undefined;
	const aheadMs = isNewest ? stampedMs - newest.atMs : 0;
	return {is05: true, newest, stampedMs, stampSkewMs: aheadMs > 2000 ? aheadMs : 0, txids: readTxids(rows)};
}

/**
Runs one of Litestream's lists. 0.3 ends with 0 although it failed.

@throws {Failure} If the bucket cannot be read.
*/
export async function runList(target: RestoreTarget, words: readonly string[]): Promise<string> {
	const {litestream, databasePath} = target;
	const {exit_code: exit, stdout, stderr} = await litestream.run([...words, databasePath], 60);
	const output = `${stdout}\n${stderr}`;
	if (exit === 124) {
		throw new Failure('drill-too-long', 'The storage did not answer in time, so nothing was restored.', {
			hint: 'Run it again. If it keeps timing out, check the endpoint of the storage.',
		});
	}

	if (exit !== 0 || /level=ERROR/.test(output)) throw refuse(target, output);
	return stdout;
}

const farFuture = '2999-01-01T00:00:00Z';

/** @throws {Failure} If the bucket has objects of Litestream 0.5: 0.3 does not see them, and would restore something older. */
async function requireOldFormat({storage, litestream}: RestoreTarget): Promise<void> {
	const listed = await storage?.store.list(storage.target);
	if (listed?.is !== 'ok' || !listed.keys.some(key => /^\d{4}\/[\da-f]{16}-[\da-f]{16}\.ltx$/.test(key)))
		return;
	throw new Failure(
		'drill-unclear',
		`The drill has no result: Litestream 0.5 wrote the replica, and this computer has ${litestream.version}.`,
		{hint: 'Install the version of the image here.'},
	);
}

type Chain = {
	readonly newestMs: number | undefined;
	readonly isArrival: boolean;
	readonly gaps: DrillFindings['gaps'];
};

/**
Finds the newest change of the copy and when it was made.

@throws {Failure} If something between two objects is missing, or two programs wrote them.
*/
async function checkChain(
	{storage}: RestoreTarget,
	listed: Listed,
	stdout: string,
	atMs: number | undefined,
): Promise<Chain> {
	if (!listed.is05) {
		const {generations} = listed;
		const segments = listed.segments.filter(segment => atMs === undefined || segment.atMs <= atMs);
		const chain = readRestoredChain(stdout);
		const generation = chain && generations.find(({id}) => id === chain.generation);
		if (!chain || !generation) throw unclear('the replica changed during the drill');
		requireOneGeneration(segments, chain.generation);
		const isWhole = storage !== undefined && (await requireWholeChain(storage, segments, chain));
		const newestMs = atMs === undefined ? generation.endMs : segments.at(-1)?.atMs;
		return {newestMs, isArrival: true, gaps: isWhole ? 'none' : 'unknown'};
	}

	const {newest, stampedMs, txids} = listed;
	// What 0.3 wrote, Litestream 0.5 only restores without a gap.
	if (!newest) return {newestMs: undefined, isArrival: true, gaps: 'none'};
	const restored = readRestoredTxid(stdout);
	if (restored === undefined) throw unclear('Litestream does not say what it restored');
	if (atMs !== undefined) return {newestMs: stampedMs, isArrival: stampedMs === undefined, gaps: 'none'};
	if (restored < newest.txid) {
		const [from, to] = [restored, newest.txid].map(each => each.toString(16));
		throw new Failure(
			'drill-failed',
			`The replica has a gap: a restore ends at transaction ${from}, but the bucket listed changes up to ${to}.`,
			{hint: 'Run phxfly verify to see what replicates now.'},
		);
	}

	if (storage) await requireOneWriter(storage, txids);
	// A copy of a bucket has younger objects than transactions; a clock that is ahead dates them later than they arrived.
	const newestMs = Math.min(newest.atMs, stampedMs ?? newest.atMs);
	return {newestMs, isArrival: stampedMs === undefined, gaps: 'none'};
}

const unclear = (why: string): Failure =>
	new Failure('drill-unclear', `The drill has no result: ${why}.`, {hint: 'Run it again.'});

const empty = (): Failure =>
	new Failure('replica-empty', 'The bucket has no replica of this database.', {
		hint: 'Run phxfly verify to see why.',
	});

/** What concerns this computer alone says nothing about the replica. */
const ofThisComputer: readonly LitestreamCause[] = ['clock', 'credentials', 'endpoint', 'region', 'time-out'];

function refuse({where, storageSkewMs}: RestoreTarget, output: string): Failure {
	const {cause, detail, hint} = explainLitestreamError(output);
	if (/no matching backup/i.test(output)) return empty();
	if (cause === 'space' && where === 'here') return noRoom('here', 'the disk of that folder is full');
	if (where === 'here' && ofThisComputer.includes(cause)) {
		const skew = cause === 'clock' ? saySkew('storage', storageSkewMs) : [];
		const why = skew[0] ?? `on this computer, ${detail}`;
		return new Failure('drill-unclear', `The drill has no result: ${why}.`, {
			hint: cause === 'clock' ? 'Set the clock of this computer, and run it again.' : hint,
		});
	}

	return new Failure('drill-failed', `The replica could not be restored. ${detail}.`, {hint});
}

const sayStampSkew = (aheadMs: number): readonly string[] =>
	aheadMs > 0
		? [
				`the machine's clock was ${Math.round(aheadMs / 1000)} s ahead of that of the storage at the last transaction`,
			]
		: [];

async function readSize({shell, scratch}: RestoreTarget): Promise<number | undefined> {
	const digits = /^(\d+)/.exec((await shell.run(['stat', '-c', '%s', scratch])).stdout)?.[1];
	return digits === undefined ? undefined : Number(digits);
}

/** Litestream 0.5 checks the restored copy itself. After 0.3, sqlite3 checks it, if available. */
async function checkCopy(target: RestoreTarget): Promise<boolean> {
	const {shell, litestream, scratch} = target;
	if (litestream.is05) return true;
	const {
		exit_code: exit,
		stdout,
		stderr,
	} = await shell.run(['sqlite3', scratch, 'PRAGMA integrity_check'], 55);
	if (exit === 127) return false;
	if (stdout.trim() === 'ok') return true;
	throw refuse(target, `corrupt: ${stdout}${stderr}`);
}
