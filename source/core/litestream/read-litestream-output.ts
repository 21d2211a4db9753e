import {findJson} from '../fly/output.ts';

/** The newest transaction of the database, and the newest in the bucket. */
export type Synced = {readonly local: bigint; readonly remote: bigint};

/** What `litestream sync -wait` printed. */
export function readSync(stdout: string): Synced | undefined {
	const local = /^txid: (\d+)/m.exec(stdout)?.[1];
	const remote = /^replica_txid: (\d+)/m.exec(stdout)?.[1];
	return local && remote ? {local: BigInt(local), remote: BigInt(remote)} : undefined;
}

/** The transaction a copy ends with, from `litestream restore -json`. */
export function readRestoredTxid(stdout: string): bigint | undefined {
	const json = findJson(stdout);
	const txid = json && typeof json === 'object' && 'txid' in json ? json.txid : undefined;
	return typeof txid === 'string' && /^[\da-f]+$/i.test(txid) ? BigInt(`0x${txid}`) : undefined;
}

export type NewestTransaction = {readonly txid: bigint; readonly atMs: number};

/** The newest transaction in the bucket, from `litestream ltx -level all -json`. */
export function readNewestTransaction(stdout: string): NewestTransaction | undefined {
	const json = findJson(stdout);
	const found = (Array.isArray(json) ? json : []).flatMap((entry: unknown): readonly NewestTransaction[] => {
		if (!entry || typeof entry !== 'object' || !('max_txid' in entry) || !('timestamp' in entry)) return [];
		const txid = String(entry.max_txid);
		const atMs = Date.parse(String(entry.timestamp));
		return /^[\da-f]+$/i.test(txid) && !Number.isNaN(atMs) ? [{txid: BigInt(`0x${txid}`), atMs}] : [];
	});
	// A compacted copy of the same transaction is younger than the transaction.
	return found.sort((a, b) => (a.txid === b.txid ? a.atMs - b.atMs : a.txid < b.txid ? 1 : -1))[0];
}

type Generation = {readonly id: string; readonly lagMs: number; readonly endMs: number};

/** What `litestream generations` of 0.3 lists, newest first. */
export const readGenerations = (stdout: string): readonly Generation[] =>
	[...stdout.matchAll(/^\S+\s+([\da-f]{16})\s+(\S+)\s+\S+\s+(\S+)\s*$/gm)]
		.map(([, id = '', lag = '', end = '']) => ({id, lagMs: readDuration(lag), endMs: Date.parse(end)}))
		.sort((a, b) => b.endMs - a.endMs);

const unitMs: Readonly<Record<string, number>> = {
	h: 3_600_000,
	m: 60_000,
	s: 1000,
	ms: 1,
	µs: 0.001,
	ns: 0.000001,
};

/** As Go writes it: `1h2m3.5s`, `-700ms`. */
function readDuration(text: string): number {
	const parts = [...text.matchAll(/([\d.]+)(ms|µs|ns|h|m|s)/g)];
	const total = parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (unitMs[unit] ?? 0), 0);
	return text.startsWith('-') ? -total : total;
}
