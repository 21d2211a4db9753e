import {readDatabase} from './read-database.ts';
import type {Remote, RemoteResult} from './remote-result.ts';
import {fail, succeed} from './remote-result.ts';

/** The tables of the sample, with their rows. */
const tables: Readonly<Record<string, number>> = {posts: 3, schema_migrations: 1};

/** `sqlite3 FILE QUERY`: the integrity check, the names of tables and their row counts. */
export function runSqlite(remote: Remote, words: readonly string[]): RemoteResult {
	const [path = '', query = ''] = words.filter(word => word !== '-readonly');
	const isThere = path === readDatabase(remote) || remote.machine.files?.[path] !== undefined;
	if (!isThere) return fail(1, `Error: unable to open database "${path}": unable to open database file\n`);
	if (/^PRAGMA integrity_check;?$/i.test(query)) return succeed('ok\n', 200);
	if (/^SELECT max\(version\) FROM schema_migrations;?$/i.test(query))
		return succeed(`${remote.machine.migration ?? ''}\n`);
	if (/\bsqlite_(?:master|schema)\b/.test(query)) return succeed(`${Object.keys(tables).join('\n')}\n`);
	const counted = [...query.matchAll(/count\(\*\) FROM "(\w+)"/gi)].map(([, name = '']) => name);
	const unknown = counted.find(name => tables[name] === undefined);
	if (counted.length === 0 || unknown !== undefined) {
		return fail(1, `Error: in prepare, no such table: ${unknown ?? ''} (1)\n`);
	}

	return succeed(counted.map(name => `${name}|${tables[name]}\n`).join(''));
}
