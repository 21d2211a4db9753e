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
};

type Restored =
	| {readonly is: 'restored'; readonly stdout: string}
	| {readonly is: 'failed'; readonly said: string}
	/** The restore ran out of time. */
	| {readonly is: 'too-long'};

/** Up to this size one command restores it well within Fly's time limit for a command. */
const shortBytes = 100 * 1024 * 1024;

/**
Restores the newest state of the replica into a new file on the machine, and checks its integrity where Litestream can. A long one runs
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

const restoreWords = ({litestream}: MachineTools, {databasePath, scratch}: RestoreOptions) => [
	'restore',
	...['-o', scratch],
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

type NewestTransaction = {readonly txid: bigint; readonly atMs: number};

/** Reads the last transaction of a copy, from `litestream restore -json`. */
export function readRestoredTxid(stdout: string): bigint | undefined {
	const json = findJson(stdout);
	const txid = json && typeof json === 'object' && 'txid' in json ? json.txid : undefined;
	return typeof txid === 'string' && /^[\da-f]+$/i.test(txid) ? BigInt(`0x${txid}`) : undefined;
}

/** Reads the newest transaction in the bucket, from `litestream ltx -level all -json`. */
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

type Generation = {readonly id: string; readonly endMs: number};

/** Reads what `litestream generations` of 0.3 lists, newest first. */
export const readGenerations = (stdout: string): readonly Generation[] =>
	[...stdout.matchAll(/^\S+\s+([\da-f]{16})\s+\S+\s+\S+\s+(\S+)\s*$/gm)]
		.map(([, id = '', end = '']) => ({id, endMs: Date.parse(end)}))
		.sort((a, b) => b.endMs - a.endMs);

/** The number of rows by table. */
export type RowCounts = ReadonlyMap<string, number>;

const mostTables = 50;

const namesQuery = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_litestream_*' ORDER BY name LIMIT ${mostTables}`;

/** `unread`: tables of a module that this sqlite3 does not have. */
export type TableCounts = {readonly counts: RowCounts; readonly unread: readonly string[]};

/**
Counts the rows of a database on the machine with the sqlite3 program, read-only.

@returns `undefined` when the machine has no sqlite3, or it cannot read the file.
*/
export async function countRows(shell: MachineShell, path: string): Promise<TableCounts | undefined> {
	const ask = (query: string) => shell.run(['sqlite3', '-readonly', path, query], callSeconds);
	const listed = await ask(namesQuery);
	if (listed.exit_code !== 0) return undefined;
	const names = listed.stdout.split('\n').filter(name => /^[\w ]+$/.test(name));
	if (names.length === 0) return {counts: new Map(), unread: []};
	const selects = names.map(name => `SELECT '${name}', count(*) FROM "${name}"`);
	const counted = await ask(selects.join(' UNION ALL '));
	if (counted.exit_code === 0) return {counts: readCounts(counted.stdout), unread: []};
	const counts = new Map<string, number>();
	const unread: string[] = [];
	for (const [at, select] of selects.entries()) {
		const {exit_code: exit, stdout, stderr} = await ask(select);
		if (exit === 0) for (const [name, count] of readCounts(stdout)) counts.set(name, count);
		else if (/no such (?:module|tokenizer)/.test(stderr + stdout)) unread.push(names[at] ?? '');
		else return undefined;
	}

	return {counts, unread};
}

const readCounts = (stdout: string): RowCounts =>
	new Map([...stdout.matchAll(/^(.+)\|(\d+)$/gm)].map(([, name = '', count]) => [name, Number(count)]));
