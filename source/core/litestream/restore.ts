import {findJson} from '../fly/output.ts';
import type {Clock} from '../readers.ts';
import {type MachineLitestream, type MachineShell, scratchFolder} from './machine.ts';

export type MachineTools = {
	readonly shell: MachineShell;
	readonly litestream: MachineLitestream;
	readonly clock: Clock;
	/** The machine is this computer, where programs may run as long as the limit allows. */
	readonly isLocal?: boolean;
};

type RestoreOptions = {
	readonly databasePath: string;
	readonly scratch: string;
	/** The size of the database, which decides whether phxfly waits or polls. */
	readonly bytes: number;
	/** On the run's clock; then the restore is abandoned. */
	readonly limitSeconds: number;
	/** Restores what was stored before this time, since 1970; the newest by default. */
	readonly atMs?: number | undefined;
};

type Restored =
	| {readonly is: 'restored'; readonly stdout: string}
	| {readonly is: 'failed'; readonly said: string}
	/** The restore ran out of time. */
	| {readonly is: 'too-long'};

/** Up to this size one command restores it well within Fly's time limit for a command. */
const shortBytes = 100 * 1024 * 1024;

/**
Restores the replica into a new file on the machine, and checks its integrity where Litestream can. A long one runs
detached and is polled. The caller removes what it leaves.
*/
export function restoreOnMachine(tools: MachineTools, options: RestoreOptions): Promise<Restored> {
	return options.bytes <= shortBytes ? restoreAtOnce(tools, options) : restoreDetached(tools, options);
}

/** A call that runs longer may lose its answer on the way. */
const callSeconds = 45;

async function restoreAtOnce(tools: MachineTools, options: RestoreOptions): Promise<Restored> {
	const {shell, litestream, isLocal} = tools;
	if (isLocal) {
		const ended = await litestream.run(restoreWords(tools, options), options.limitSeconds);
		return judge(ended.exit_code, ended.stdout, ended.stderr);
	}

	const seconds = Math.min(callSeconds, options.limitSeconds);
	const words = ['timeout', String(seconds), ...litestream.complete(restoreWords(tools, options))];
	const {exit_code: exit, stdout, stderr} = await shell.run(words, seconds + 10);
	return judge(exit, stdout, stderr);
}

const restoreWords = ({litestream}: MachineTools, {databasePath, scratch, atMs}: RestoreOptions) => [
	'restore',
	...['-o', scratch],
	...(atMs === undefined ? [] : ['-timestamp', new Date(atMs).toISOString()]),
	...(litestream.is05 ? ['-integrity-check', 'full', '-json'] : []),
	databasePath,
];

/** `timeout` exits with 124; its signals leave 137 and 143. */
function judge(exit: number, stdout: string, stderr: string): Restored {
	if (exit === 0) return {is: 'restored', stdout};
	return [124, 137, 143].includes(exit) ? {is: 'too-long'} : {is: 'failed', said: `${stdout}\n${stderr}`};
}

const pollMs = 2000;

async function restoreDetached(tools: MachineTools, options: RestoreOptions): Promise<Restored> {
	const {shell, litestream, clock} = tools;
	const {scratch, limitSeconds} = options;
	const command = `timeout ${limitSeconds} ${litestream.complete(restoreWords(tools, options)).join(' ')}`;
	const script = `(${command} > ${scratch}.out 2> ${scratch}.err; echo $? > ${scratch}.exit) > /dev/null 2>&1 &`;
	const started = await shell.run(['sh', '-c', script]);
	if (started.exit_code !== 0) return {is: 'failed', said: started.stderr};
	const untilMs = clock.elapsed() + (limitSeconds + 10) * 1000;
	while (clock.elapsed() <= untilMs) {
		const exit = (await shell.run(['cat', `${scratch}.exit`])).stdout.trim();
		if (/^\d+$/.test(exit)) {
			const [out, errors] = [
				await shell.run(['cat', `${scratch}.out`]),
				await shell.run(['cat', `${scratch}.err`]),
			];
			return judge(Number(exit), out.stdout, errors.stdout);
		}

		await clock.sleep(pollMs);
	}

	return {is: 'too-long'};
}

export const nameScratch = (nowMs: number): string => `${scratchFolder}/phxfly-drill-${Math.round(nowMs)}.db`;

/**
Removes everything whose name starts with that of the restored file: a restore that ends early leaves more than a list of names could
keep up with, such as `.tmp-00000000-wal`.
*/
export async function removeScratch(shell: MachineShell, scratch: string): Promise<void> {
	const folder = scratch.replace(/\/[^/]*$/, '');
	const script = folder === scratchFolder ? `rm -f ${scratch}*` : `rm -rf ${folder}`;
	await shell.run(['sh', '-c', script]).catch(() => undefined);
}

export type NewestTransaction = {readonly txid: bigint; readonly atMs: number};

/** Reads the last transaction of a copy, from `litestream restore -json`. */
export function readRestoredTxid(stdout: string): bigint | undefined {
	const json = findJson(stdout);
	const txid = json && typeof json === 'object' && 'txid' in json ? json.txid : undefined;
	return typeof txid === 'string' && /^[\da-f]+$/i.test(txid) ? BigInt(`0x${txid}`) : undefined;
}

/** Reads the newest transaction in the bucket, from `litestream ltx -level all -json`. */
export function readNewestTransaction(stdout: string): NewestTransaction | undefined {
	const found = readRows(stdout).flatMap((row): readonly NewestTransaction[] => {
		const [txid, atMs] = [String(row.max_txid), Date.parse(String(row.timestamp))];
		return /^[\da-f]+$/i.test(txid) && !Number.isNaN(atMs) ? [{txid: BigInt(`0x${txid}`), atMs}] : [];
	});
	// A compacted copy of the same transaction is younger than the transaction.
	return found.sort((a, b) => (a.txid === b.txid ? a.atMs - b.atMs : a.txid < b.txid ? 1 : -1))[0];
}

const readRows = (stdout: string): readonly Readonly<Record<string, unknown>>[] => {
	const json = findJson(stdout);
	return (Array.isArray(json) ? json : []).filter(row => row && typeof row === 'object');
};

/** Lists the single transactions in the bucket, in their order, from `litestream ltx -level all -json`. */
export const readTxids = (stdout: string): readonly string[] =>
	readRows(stdout)
		.flatMap(({level, min_txid: from, max_txid: to}) => (level === 0 && from === to ? [String(to)] : []))
		.sort();

/** Reads when the last transaction that a restore would give back was made, from `litestream restore -dry-run -json`. */
export function readPlannedTime(stdout: string): number | undefined {
	const json = findJson(stdout);
	const files = json && typeof json === 'object' && 'files' in json ? json.files : [];
	const last: unknown = Array.isArray(files) ? files.at(-1) : undefined;
	const atMs =
		last && typeof last === 'object' && 'timestamp' in last ? Date.parse(String(last.timestamp)) : Number.NaN;
	return Number.isNaN(atMs) ? undefined : atMs;
}

export type Generation = {readonly id: string; readonly endMs: number};

/** Reads what `litestream generations` of 0.3 lists, newest first. */
export const readGenerations = (stdout: string): readonly Generation[] =>
	[...stdout.matchAll(/^\S+\s+([\da-f]{16})\s+\S+\s+\S+\s+(\S+)\s*$/gm)]
		.map(([, id = '', end = '']) => ({id, endMs: Date.parse(end)}))
		.sort((a, b) => b.endMs - a.endMs);
