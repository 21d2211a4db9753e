import {createHash} from 'node:crypto';
import Database from 'libsql';

type Row = Readonly<Record<string, unknown>>;

/** Tables that Litestream keeps in the database for itself. */
const own = /^_litestream_/;

/**
Returns a digest of every row of every table, in order, and of the schema. Two databases with the same digest hold the same.

@throws {Error} If SQLite cannot read the file.
*/
export function digestRows(path: string): string {
	const database = new Database(path);
	try {
		database.exec('PRAGMA busy_timeout = 5000');
		const hash = createHash('sha256');
		const schema = database.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY name').all() as Row[];
		for (const {type, name, sql} of schema) {
			if (own.test(String(name))) continue;
			hash.update(`${type} ${name} ${sql}\n`);
			if (type !== 'table' || /USING vec0/.test(String(sql))) continue;
			const rows = database.prepare(`SELECT * FROM "${name}"`);
			for (const row of rows.iterate() as Iterable<Row>) hash.update(`${JSON.stringify(row)}\n`);
		}

		return hash.digest('hex');
	} finally {
		database.close();
	}
}

/** `equal`: a restore has the live rows; `other`: it has different ones; `none`: nothing can be restored; `unreadable`: the live rows cannot be read. */
export type Truth = 'equal' | 'other' | 'none' | 'unreadable';

/** Compares every row of a restored copy with the live database, which must be at rest. */
export function compareRows(copy: string, live: string): Truth {
	let rows: string;
	try {
		rows = digestRows(live);
	} catch {
		return 'unreadable';
	}

	try {
		return digestRows(copy) === rows ? 'equal' : 'other';
	} catch {
		return 'other';
	}
}
