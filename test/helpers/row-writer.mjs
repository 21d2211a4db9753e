// The app of the Litestream tests: one row a commit, and a line in the log for each that the database acknowledged.
import {appendFileSync, existsSync} from 'node:fs';
import {setTimeout as wait} from 'node:timers/promises';
import Database from 'libsql';

const {DATABASE_PATH = '', ROW_LOG = '', ROW_PAUSE = ''} = process.env;
const database = new Database(DATABASE_PATH);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
database.exec(
	'CREATE TABLE IF NOT EXISTS posts (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL)',
);
const insert = database.prepare('INSERT INTO posts (at, body) VALUES (?, ?)');
const write = () => {
	const at = Date.now();
	const {lastInsertRowid} = insert.run(at, 'x'.repeat(200));
	appendFileSync(ROW_LOG, `${lastInsertRowid} ${at}\n`);
};
// The last row comes with the signal.
process.once('SIGTERM', () => {
	if (!existsSync(ROW_PAUSE)) write();
	appendFileSync(ROW_LOG, 'stopped\n');
	process.exit(0);
});
while (true) {
	if (!existsSync(ROW_PAUSE)) write();

	await wait(20);
}
