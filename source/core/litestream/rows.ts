import type {MachineShell} from './machine.ts';

/** The number of rows by table. */
export type RowCounts = ReadonlyMap<string, number>;

/** `unread`: tables of a module that this sqlite3 does not have. */
export type TableCounts = {readonly counts: RowCounts; readonly unread: readonly string[]};

const seconds = 45;

const mostTables = 50;

const namesQuery = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_litestream_*' ORDER BY name LIMIT ${mostTables}`;

/**
Counts the rows of a database on the machine with the sqlite3 program, read-only.

@returns `undefined` when the machine has no sqlite3, or it cannot read the file.
*/
export async function countRows(shell: MachineShell, path: string): Promise<TableCounts | undefined> {
	const ask = (query: string) => shell.run(['sqlite3', '-readonly', path, query], seconds);
	const listed = await ask(namesQuery);
	if (listed.exit_code !== 0) return undefined;
	const names = listed.stdout.split('\n').filter(name => name !== '');
	if (names.length === 0) return {counts: new Map(), unread: []};
	const selects = names.map(name => `SELECT ${quote(name, "'")}, count(*) FROM ${quote(name, '"')}`);
	const all = await ask(selects.join(' UNION ALL '));
	if (all.exit_code === 0) return readTableCounts(all.stdout.trim().split('\n').map(readRow));
	const rows: Row[] = [];
	for (const [at, name] of names.entries()) {
		const {exit_code: exit, stdout, stderr} = await ask(selects[at] ?? '');
		rows.push(exit === 0 ? readRow(stdout.trim()) : [name, `${stderr}${stdout}`]);
	}

	return readTableCounts(rows);
}

type Row = readonly [name: string, said: string];

const quote = (name: string, mark: string): string => `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;

const readRow = (line: string): Row => {
	const at = line.lastIndexOf('|');
	return [line.slice(0, at), line.slice(at + 1)];
};

/**
Reads what sqlite3 said when it was asked for the rows of each table.

@returns `undefined` when a table could not be counted for another reason than a missing module.
*/
export function readTableCounts(rows: readonly Row[]): TableCounts | undefined {
	const counts = new Map<string, number>();
	const unread: string[] = [];
	for (const [name, answer] of rows) {
		if (/^\d+$/.test(answer)) counts.set(name, Number(answer));
		else if (/no such (?:module|tokenizer)/.test(answer)) unread.push(name);
		else return undefined;
	}

	return {counts, unread};
}
