import Database from 'libsql';

const rowBytes = 2000;

/** Makes a database of about that size as the app's own, of text that hardly compresses. It is in WAL mode, with an empty WAL. */
export function makeLargeDatabase(path: string, megabytes: number): void {
	const database = new Database(path);
	const rows = Math.round((megabytes * 1_000_000) / (rowBytes + 50));
	try {
		database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
		database.exec('CREATE TABLE posts (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL)');
		database.exec(
			`INSERT INTO posts (at, body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${rows}) SELECT i, hex(randomblob(${rowBytes / 2})) FROM n`,
		);
		database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
	} finally {
		database.close();
	}
}
