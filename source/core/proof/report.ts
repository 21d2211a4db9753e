import {readTableCounts, type TableCounts} from '../litestream/rows.ts';

const lasts = [
	'match',
	'behind',
	'other',
	'moved',
	'busy',
	'no-wal-index',
	'sync-failed',
	'sync-silent',
	'restore-failed',
	'restore-silent',
	'restore-too-long',
	'not-replicating',
	'no-room',
	'no-tools',
	'no-database',
	'no-litestream',
	'deadline',
] as const;

/** What the script on the machine found. Each field is what it read, not what that means. */
export type ProofReport = {
	/** How the last round ended, or why there was none. */
	readonly last: (typeof lasts)[number];
	readonly is05: boolean;
	/** Of the process that replicates. `hidden`: it belongs to another user. `other`: it does not have the database open. */
	readonly writer: 'none' | 'other' | 'hidden' | 'found';
	readonly isStopped: boolean;
	/** The open file is not the one at the path. */
	readonly isSwapped: boolean;
	/** Less than 1 MB is free where the database is. */
	readonly isDiskFull: boolean;
	/** Bytes. */
	readonly databaseBytes: number;
	/** Of the copy, which has what the database still keeps in its WAL. */
	readonly copyBytes: number;
	/** What a restore needs, and what is free for it. Bytes. */
	readonly neededBytes: number;
	readonly freeBytes: number;
	/** `unheard`: there is a control socket, but no process responds on it. */
	readonly sync: 'ok' | 'none' | 'unheard' | 'failed';
	readonly syncSaid: string;
	readonly restoreSaid: string;
	/** The moment that the copy was compared with, by the machine's clock. ISO 8601, UTC. */
	readonly asOf: string;
	readonly pages: number;
	/** Of the copy, from SQLite: `ok`, its problems, or `unchecked` without sqlite3. */
	readonly check: string;
	/** Of the copy; `undefined` unless they were asked for, and sqlite3 read them all. */
	readonly rows: TableCounts | undefined;
	/** Of the live database, when pages differ that no write explains. */
	readonly liveCheck: string;
	readonly isListed: boolean;
	readonly listSaid: string;
	readonly objects: number;
	readonly hasSnapshot: boolean;
	/** The bucket is beyond Litestream's own files. */
	readonly isNewer: boolean;
	/** The bucket is behind them. */
	readonly isLacking: boolean;
	/** Objects that this Litestream did not write, and how many of them are shorter than its own. */
	readonly differing: number;
	readonly shorter: number;
	/** The newest object came after Litestream's last write here. */
	readonly hasArrived: boolean;
	readonly hasHole: boolean;
	/** The bucket has nothing of this Litestream yet, which is sending: the first copy of a large database takes long. */
	readonly isSending: boolean;
	/** Programs that the image lacks. */
	readonly tools: string;
	/** Where the check spent its time, for measurements. */
	readonly seconds: number;
};

/** Reads the lines that the script prints; `undefined` while it runs. A later line of the same name wins. */
export function readProofReport(text: string): ProofReport | undefined {
	const lines = text.trimEnd().split('\n');
	if (lines.at(-1) !== 'end') return undefined;
	const found = new Map(
		lines.map(line => {
			const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
			return [name, value.trim()] as const;
		}),
	);
	const read = (name: string) => found.get(name) ?? '';
	const count = (name: string) => Number(read(name)) || 0;
	const sync = read('sync');
	const writer = read('process');
	return {
		last: lasts.find(last => last === read('last')) ?? 'deadline',
		is05: !read('version').startsWith('0.3.'),
		writer: writer === 'none' || writer === 'other' || writer === 'hidden' ? writer : 'found',
		isStopped: read('stopped') === 'yes',
		isSwapped: read('held') === 'swapped',
		isDiskFull: read('full') === 'yes',
		databaseBytes: count('bytes'),
		copyBytes: count('copy'),
		neededBytes: count('need') * 1024,
		freeBytes: count('free') * 1024,
		sync: sync === 'ok' || sync === 'unheard' || sync === 'failed' ? sync : 'none',
		syncSaid: read('sync_said'),
		restoreSaid: read('restore_said'),
		asOf: read('as_of'),
		pages: count('pages'),
		check: read('check'),
		rows: read('counted') === 'yes' ? readRows(lines) : undefined,
		liveCheck: read('live_check'),
		isListed: read('list') === 'ok',
		listSaid: read('list_said'),
		objects: count('objects'),
		hasSnapshot: read('snapshot') === 'yes',
		isNewer: count('newer') > 0,
		isLacking: count('lacks') > 0,
		differing: count('differ'),
		shorter: count('short'),
		hasArrived: count('arrived') > 0,
		hasHole: read('hole') !== '',
		isSending: read('sending') === 'yes',
		tools: read('tools'),
		seconds: count('seconds'),
	};
}

const readRows = (lines: readonly string[]): TableCounts | undefined =>
	readTableCounts(
		lines.flatMap(line => {
			const [, name, said = ''] = /^row=(.+)\|(.*)$/.exec(line) ?? [];
			return name === undefined ? [] : [[name, said] as const];
		}),
	);
