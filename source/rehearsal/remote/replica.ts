import {createHash} from 'node:crypto';
import {asTable} from '../config/config.ts';
import type {Machine, World} from '../world/world.ts';

export type Replica = {readonly bucket: string; readonly prefix: string};

/** Returns where a machine replicates to, from the secrets it started with, or Litestream's error. */
export function findReplica(world: World, {secrets, config}: Machine): Replica | {readonly problem: string} {
	const names = new Set(secrets.map(({name}) => name));
	const read = (name: string) =>
		secrets.find(secret => secret.name === name)?.value ?? String(asTable(config.env)[name] ?? '');
	const [, bucket, prefix = ''] = /^s3:\/\/([^/?]+)\/?([^?]*)/.exec(read('LITESTREAM_REPLICA_URL')) ?? [];
	const hasKeys = ['LITESTREAM', 'AWS'].some(
		part => names.has(`${part}_ACCESS_KEY_ID`) && names.has(`${part}_SECRET_ACCESS_KEY`),
	);
	if (bucket === undefined) return {problem: 'Error: replica url scheme required\n'};
	if (!hasKeys) return {problem: 'Error: s3: get credentials: no EC2 IMDS role found\n'};
	const isTigris = /tigris\.dev|\.storage\.dev/.test(read('LITESTREAM_ENDPOINT'));
	if (isTigris && !world.buckets.some(({name}) => name === bucket)) {
		return {problem: 'Error: s3: NoSuchBucket: The specified bucket does not exist, status code: 404\n'};
	}
	return {bucket, prefix: prefix.replace(/\/$/, '')};
}

/** Returns the replica's transaction files. */
export function listReplicaObjects(world: World, {bucket, prefix}: Replica): World['objects'] {
	const start = prefix === '' ? '' : `${prefix}/`;
	return world.objects.filter(
		({bucket: place, key}) =>
			place === bucket && key.startsWith(start) && /\/?\d{4}\/\w{16}-\w{16}\.ltx$/.test(key),
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
