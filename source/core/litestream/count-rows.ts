import type {MachineShell} from './machine-shell.ts';

/** Table to its number of rows. */
export type RowCounts = ReadonlyMap<string, number>;

const mostTables = 50;
const seconds = 45;

const namesQuery = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_litestream_*' ORDER BY name LIMIT ${mostTables}`;

/**
Counts the rows of a database on the machine with the sqlite3 program, only reading.

@returns `undefined` when the machine has no sqlite3, or it cannot read the file.
*/
export async function countRows(shell: MachineShell, path: string): Promise<RowCounts | undefined> {
	const listed = await shell.run(['sqlite3', '-readonly', path, namesQuery], seconds);
	if (listed.exit_code !== 0) return undefined;
	const names = listed.stdout.split('\n').filter(name => /^[\w ]+$/.test(name));
	if (names.length === 0) return new Map();
	const query = names.map(name => `SELECT '${name}', count(*) FROM "${name}"`).join(' UNION ALL ');
	const counted = await shell.run(['sqlite3', '-readonly', path, query], seconds);
	if (counted.exit_code !== 0) return undefined;
	return new Map(
		[...counted.stdout.matchAll(/^(.+)\|(\d+)$/gm)].map(([, name = '', count]) => [name, Number(count)]),
	);
}

/**
Where a copy cannot be one of the database: a table that nobody changed in between has another number of rows, or one that did change has fewer
than it had before and has now. Transaction numbers alone do not tell, since those of another history may be the same.

@param before - The database, before everything of then was sent.
@param after - The database, after the copy was made.
*/
export function findOtherHistory(before: RowCounts, copy: RowCounts, after: RowCounts): string | undefined {
	for (const [table, first] of before) {
		const last = after.get(table);
		if (last === undefined) continue;
		const found = copy.get(table);
		// Rows that come and go may be a few less for a moment.
		const least = first === last ? first : Math.min(first, last) - 2 - Math.abs(last - first) / 20;
		const isOne = found !== undefined && found >= least && (first !== last || found === first);
		if (!isOne) return `a restored copy has ${found ?? 'no'} rows in ${table}, and the database has ${last}`;
	}

	return undefined;
}
