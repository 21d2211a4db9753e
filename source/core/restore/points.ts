import {findJson} from '../fly/output.ts';
import type {EventOf} from '../session/events.ts';

/**
snapshot: a whole copy. seconds: changes as they were stored, about one second each. steps: such changes merged, every 30 seconds by default.
*/
export type PointKind = EventOf<'points-found'>['points'][number]['kind'];

export type RestorePoint = {
	/** The time to ask for, since 1970: a restore then contains all of this point. Whole seconds. */
	readonly atMs: number;
	readonly kind: PointKind;
};

export type RestorePoints = {
	/** Oldest first; at least one. */
	readonly points: readonly RestorePoint[];
	readonly earliestMs: number;
	readonly latestMs: number;
	/** 0.3 may give back up to half a second too much, and nothing after its last segment. */
	readonly is05: boolean;
	/** Of 0.5, by the last transaction of the object: when it was stored, to the second. */
	readonly stored: ReadonlyMap<bigint, number>;
};

/** How far before the time asked for a restore may end, in seconds, with Litestream's own settings. */
export const exactSeconds: Readonly<Record<PointKind, number>> = {snapshot: 0, seconds: 1, steps: 30};

/** The lists have whole seconds: a time is in the second that begins there. */
const secondMs = 1000;

type Ltx = {readonly level: number; readonly txid: bigint; readonly storedMs: number};

const snapshotLevel = 9;

/** Reads `litestream ltx -level all -json` of 0.5; `undefined` if the replica has no snapshot. */
export function readTransactionPoints(stdout: string): RestorePoints | undefined {
	const json = findJson(stdout);
	const objects = (Array.isArray(json) ? json : []).flatMap((entry: unknown): readonly Ltx[] => {
		if (!entry || typeof entry !== 'object') return [];
		if (!('max_txid' in entry) || !('timestamp' in entry) || !('level' in entry)) return [];
		const [txid, storedMs] = [String(entry.max_txid), Date.parse(String(entry.timestamp))];
		const isRead = /^[\da-f]+$/i.test(txid) && !Number.isNaN(storedMs);
		return isRead ? [{level: Number(entry.level), txid: BigInt(`0x${txid}`), storedMs}] : [];
	});
	const snapshots = objects.filter(({level}) => level === snapshotLevel).map(({storedMs}) => storedMs);
	if (snapshots.length === 0) return undefined;
	const firstMs = Math.min(...snapshots);
	const byTxid = new Map<bigint, Ltx[]>();
	for (const object of objects) byTxid.set(object.txid, [...(byTxid.get(object.txid) ?? []), object]);
	const stored = new Map<bigint, number>();
	const points: RestorePoint[] = [];
	for (const [txid, same] of byTxid) {
		// A merged copy of the same transaction is younger than the transaction.
		const storedMs = Math.min(...same.map(each => each.storedMs));
		stored.set(txid, storedMs);
		const levels = same.map(({level}) => level);
		const kind = levels.includes(snapshotLevel) ? 'snapshot' : levels.includes(0) ? 'seconds' : 'steps';
		if (storedMs >= firstMs) points.push({atMs: storedMs + secondMs, kind});
	}

	return arrange(points, {is05: true, stored});
}

type Segment = {readonly generation: string; readonly storedMs: number};

/**
Reads `litestream snapshots` and `litestream wal` of 0.3. Of each generation only what follows its newest snapshot counts: 0.3 may delete what
an older one needs. Of an earlier generation, only what was before the next one: a restore takes the generation with the newest object.

@returns `undefined` if the replica has no snapshot.
*/
export function readSegmentPoints(snapshots: string, wal: string): RestorePoints | undefined {
	const read = (stdout: string): readonly Segment[] =>
		[...stdout.matchAll(/^\S+\s+([\da-f]{16})\s.*\s(\d{4}-\d\d-\d\dT\S+)\s*$/gm)]
			.map(([, generation = '', created = '']) => ({generation, storedMs: Date.parse(created)}))
			.filter(({storedMs}) => !Number.isNaN(storedMs))
			.sort((a, b) => b.storedMs - a.storedMs);
	const [copies, segments] = [read(snapshots), read(wal)];
	const newestFirst = [...segments, ...copies].sort((a, b) => b.storedMs - a.storedMs);
	const points: RestorePoint[] = [];
	let untilMs = Number.POSITIVE_INFINITY;
	for (const generation of new Set(newestFirst.map(each => each.generation))) {
		const own = copies.filter(each => each.generation === generation);
		const [snapshot] = own;
		if (!snapshot) {
			// The newest one decides what a restore gives back.
			if (points.length === 0) return undefined;
			continue;
		}

		const firstMs = snapshot.storedMs + secondMs;
		const later = segments
			.filter(each => each.generation === generation && each.storedMs > firstMs && each.storedMs < untilMs)
			.map(({storedMs}): RestorePoint => ({atMs: storedMs, kind: 'seconds'}));
		if (firstMs < untilMs) points.push({atMs: firstMs, kind: 'snapshot'}, ...later);
		untilMs = Math.min(untilMs, ...own.map(({storedMs}) => storedMs));
	}

	return arrange(points, {is05: false, stored: new Map()});
}

const finest: readonly PointKind[] = ['snapshot', 'seconds', 'steps'];

/** Sorts the points, one for each second. */
function arrange(
	points: readonly RestorePoint[],
	rest: Pick<RestorePoints, 'is05' | 'stored'>,
): RestorePoints {
	const bySecond = new Map<number, RestorePoint>();
	for (const point of points) {
		const other = bySecond.get(point.atMs);
		if (!other || finest.indexOf(point.kind) < finest.indexOf(other.kind)) bySecond.set(point.atMs, point);
	}

	const sorted = [...bySecond.values()].sort((a, b) => a.atMs - b.atMs);
	const [first, last] = [sorted[0]?.atMs ?? 0, sorted.at(-1)?.atMs ?? 0];
	return {points: sorted, earliestMs: first, latestMs: last, ...rest};
}

/** How much earlier than asked a restore may end, and how much clocks may differ. */
const slackMs = 35_000;

/** Returns whether a restore to this time ended before a transaction that was stored well before it: an object is missing. Only 0.5 tells. */
export const endsTooEarly = ({stored}: RestorePoints, askedMs: number, txid: bigint | undefined): boolean =>
	txid !== undefined &&
	[...stored].some(([later, storedMs]) => later > txid && storedMs + secondMs + slackMs <= askedMs);

/** Returns a moment that Litestream takes: of 0.3, none after the last segment of a generation and before the next generation. */
export function settleTime({points, is05}: RestorePoints, askedMs: number): number {
	const next = points.find(({atMs}) => atMs > askedMs);
	return is05 || next?.kind !== 'snapshot' ? askedMs : findNearest({points}, askedMs).atMs;
}

/** Returns the last point that a restore to this time contains, or the first point. */
export function findNearest({points}: Pick<RestorePoints, 'points'>, askedMs: number): RestorePoint {
	const point = points.findLast(({atMs}) => atMs <= askedMs) ?? points[0];
	if (!point) throw new Error('A replica without a point is not one.');
	return point;
}
