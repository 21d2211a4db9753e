import {createHash} from 'node:crypto';
import {makeStableHex} from '../world/make.ts';
import type {Machine, World} from '../world/world.ts';
import type {Replica} from './replica.ts';

/** Returns the replica's transaction files of Litestream 0.5. */
export const listReplicaObjects = (world: World, replica: Replica): World['objects'] =>
	listBelow(world, replica, /\/?\d{4}\/\w{16}-\w{16}\.ltx$/);

function listBelow(world: World, {bucket, prefix}: Replica, name: RegExp): World['objects'] {
	const start = prefix === '' ? '' : `${prefix}/`;
	return world.objects.filter(
		({bucket: place, key}) => place === bucket && key.startsWith(start) && name.test(key),
	);
}

export type Transaction = {
	readonly level: number;
	/** 16 hexadecimal digits. */
	readonly from: string;
	readonly to: string;
	readonly size: number;
	readonly atMs: number;
};

/** Reads the objects' names. */
export const listTransactions = (world: World, replica: Replica): readonly Transaction[] =>
	listReplicaObjects(world, replica).map(({key, size, lastModified}) => {
		const [, level = '', from = '', to = ''] = /(\d{4})\/(\w{16})-(\w{16})\.ltx$/.exec(key) ?? [];
		return {level: Number(level), from, to, size, atMs: lastModified};
	});

/**
Writes the first transaction and a snapshot if there is none, else refreshes the newest transaction, because a rehearsal's database gets no
writes.

@returns the newest transaction's number.
*/
export function syncReplica(world: World, nowMs: number, replica: Replica): number {
	const numbered = listReplicaObjects(world, replica).map(object => ({
		object,
		txid: Number.parseInt(/-(\w{16})\.ltx$/.exec(object.key)?.[1] ?? '0', 16),
	}));
	const newest = numbered
		.filter(({object}) => object.key.includes('0000/'))
		.sort((a, b) => b.txid - a.txid)[0];
	if (newest) {
		newest.object.lastModified = nowMs;
		return newest.txid;
	}
	const next = Math.max(0, ...numbered.map(({txid}) => txid)) + 1;
	const name = next.toString(16).padStart(16, '0');
	put(world, nowMs, replica, `0000/${name}-${name}.ltx`);
	if (numbered.length === 0) put(world, nowMs, replica, `0009/${name}-${name}.ltx`);
	return next;
}

/** Whether the image's Litestream is 0.3, which has generations and neither a control socket nor transaction numbers. */
export const isLitestream03 = ({judgment}: Machine): boolean =>
	/^0\.[0-4]\./.test(judgment?.litestreamVersion ?? '');

/** Returns the generation that a machine writes: the volume's, as long as Litestream's own folder is there. */
export function nameGeneration({config, id}: Machine): string {
	const [mount] = Array.isArray(config.mounts) ? (config.mounts as readonly {volume?: unknown}[]) : [];
	return makeStableHex(`generation of ${String(mount?.volume ?? id)}`, 16);
}

/** A snapshot and the WAL since then: what Litestream 0.3 has of a database. */
export type Generation = {readonly id: string; readonly startMs: number; readonly endMs: number};

/** Lists the generations of Litestream 0.3, the newest first. */
export function listGenerations(world: World, replica: Replica): readonly Generation[] {
	const found = new Map<string, Generation>();
	for (const {key, lastModified} of listBelow(world, replica, /\bgenerations\/[\da-f]{16}\/\S+\.lz4$/)) {
		const id = /\bgenerations\/([\da-f]{16})\//.exec(key)?.[1] ?? '';
		const {startMs, endMs} = found.get(id) ?? {startMs: lastModified, endMs: lastModified};
		found.set(id, {
			id,
			startMs: Math.min(startMs, lastModified),
			endMs: Math.max(endMs, lastModified),
		});
	}

	return [...found.values()].sort((a, b) => b.endMs - a.endMs);
}

/** Writes the snapshot and the first WAL segment of a generation, unless they are there. */
export function writeGeneration(world: World, nowMs: number, replica: Replica, id: string): void {
	if (listGenerations(world, replica).some(generation => generation.id === id)) return;
	put(world, nowMs, replica, `generations/${id}/snapshots/00000000.snapshot.lz4`);
	put(world, nowMs, replica, `generations/${id}/wal/00000000_00000000.wal.lz4`);
}

function put(world: World, nowMs: number, {bucket, prefix}: Replica, name: string): void {
	const key = prefix === '' ? name : `${prefix}/${name}`;
	const body = Buffer.from(`LTX1 ${key}`);
	const etag = createHash('md5').update(body).digest('hex');
	world.objects.push({
		bucket,
		key,
		size: body.length,
		etag,
		lastModified: nowMs,
		body: body.toString('base64'),
	});
}
