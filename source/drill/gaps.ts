import {Failure} from '../core/errors/failure.ts';
import {
	findSecondGeneration,
	hasTwoWriters,
	measureLz4,
	nameSegment,
	type RestoredChain,
	readWalSalts,
	type Segment,
} from '../core/litestream/chain.ts';
import type {ObjectStore, StoreTarget} from '../core/readers.ts';

/** The bucket, where this computer has its keys. */
export type Storage = {readonly store: Pick<ObjectStore, 'list' | 'read'>; readonly target: StoreTarget};

/** The largest piece of a WAL that is measured. */
const maxSegmentBytes = 256 * 1024 * 1024;

/** How many of the newest pieces are measured. */
const mostSegments = 20_000;

/**
Checks that each piece of a WAL ends where the next one begins. A restore of Litestream 0.3 leaves out what follows a missing piece, and
reports success.

@param segments - Of all generations, as listed before the restore.
@returns `false` where there are too many to measure them all.
@throws {Failure} If a piece is missing, or another program wrote a generation beside it.
*/
export async function requireWholeChain(
	{store, target}: Storage,
	segments: readonly Segment[],
	{generation, fromIndex}: RestoredChain,
): Promise<boolean> {
	const chain = segments.filter(each => each.generation === generation && each.index >= fromIndex);
	const newest = chain.slice(-mostSegments);
	const ends = await inBatches(newest, async segment => {
		const body = await readObject({store, target}, nameSegment(segment), maxSegmentBytes);
		const bytes = measureLz4(body);
		if (bytes === undefined) throw refuse(`the object ${nameSegment(segment)} is damaged`);
		return segment.offset + bytes;
	});
	for (const [at, {index, offset}] of newest.entries()) {
		const before = newest[at - 1];
		const end = before?.index === index ? ends[at - 1] : 0;
		if (before && offset !== end) {
			throw refuse(`it has a gap: in WAL ${index}, byte ${end} is followed by byte ${offset}`);
		}
	}

	return newest.length === chain.length;
}

/** @throws {Failure} If a generation grew beside that one. Litestream 0.3 restores the one with the newest object. */
export function requireOneGeneration(segments: readonly Segment[], generation: string): void {
	const second = findSecondGeneration(segments, generation);
	if (second) {
		throw refuse(
			`another writer sends to it: generation ${second} grew while ${generation} did, and a restore takes only one of them`,
		);
	}
}

/** How many of the newest transactions show who wrote them. */
const mostHeaders = 400;

/**
Checks that the newest transactions, of Litestream 0.5, come from one WAL after the other.

@param txids - As in the names of their objects.
@throws {Failure} If two programs wrote them.
*/
export async function requireOneWriter(storage: Storage, txids: readonly string[]): Promise<void> {
	const salts = await inBatches(txids.slice(-mostHeaders), async txid =>
		readWalSalts(await readObject(storage, `0000/${txid}-${txid}.ltx`, 100, true)),
	);
	if (hasTwoWriters(salts.flatMap(salt => salt ?? []))) {
		throw refuse('another writer sends to it: its transactions come from two WALs by turns');
	}
}

/** @param mayBeGone - Litestream has compacted it away; then it is empty. */
async function readObject(
	{store, target}: Storage,
	key: string,
	maxBytes: number,
	mayBeGone = false,
): Promise<Buffer> {
	const answer = await store.read(target, key, maxBytes);
	if (answer.is === 'ok') return Buffer.from(answer.body, 'latin1');
	if (mayBeGone && answer.is === 'refused' && answer.status === 404) return Buffer.alloc(0);
	const why = answer.is === 'refused' ? answer.code || `status ${answer.status}` : answer.code;
	throw new Failure(
		'drill-unclear',
		`The drill has no result: the object ${key} could not be read (${why}).`,
		{
			hint: 'Run it again.',
		},
	);
}

const batch = 16;

async function inBatches<In, Out>(items: readonly In[], act: (item: In) => Promise<Out>): Promise<Out[]> {
	const results: Out[] = [];
	for (let at = 0; at < items.length; at += batch) {
		results.push(...(await Promise.all(items.slice(at, at + batch).map(act))));
	}

	return results;
}

const refuse = (what: string): Failure =>
	new Failure('drill-failed', `The replica was restored, but ${what}.`, {
		hint: 'Keep it, and run phxfly verify to see what replicates now.',
	});
