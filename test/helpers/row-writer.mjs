// The app of the Litestream tests: one row a commit, and a line in the log for each that the database acknowledged.
// ROW_WAIT is the pause between two rows in milliseconds, 20 by default; ROW_BYTES is a row's size, 200 by default; ROW_KIND is "update" to change rows in place, or "none" for no table.
import {appendFileSync, existsSync} from 'node:fs';
import {setTimeout as wait} from 'node:timers/promises';
import Database from 'libsql';

const {
	DATABASE_PATH = '',
	ROW_LOG = '',
	ROW_PAUSE = '',
	ROW_WAIT = '20',
	ROW_BYTES = '200',
	ROW_KIND = 'insert',
} = process.env;
const database = new Database(DATABASE_PATH);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
if (ROW_KIND === 'none') {
	database.exec('PRAGMA user_version = 1');
	setInterval(() => undefined, 1000);
	process.once('SIGTERM', () => process.exit(0));
	await new Promise(() => undefined);
}
database.exec(
	'CREATE TABLE IF NOT EXISTS posts (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL)',
);
const insert = database.prepare('INSERT INTO posts (at, body) VALUES (?, ?)');
const update = database.prepare('UPDATE posts SET at = ?, body = ? WHERE id = 1 + abs(random()) % 20');
let count = 0;
const write = () => {
	if (ROW_KIND === 'update' && ++count > 20) {
		update.run(Date.now(), String(Math.random()).repeat(10));
		return;
	}

	const at = Date.now();
	try {
		const {lastInsertRowid} = insert.run(at, 'x'.repeat(Number(ROW_BYTES)));
		appendFileSync(ROW_LOG, `${lastInsertRowid} ${at}\n`);
	} catch (error) {
		if (error.code !== 'SQLITE_BUSY') throw error;
		appendFileSync(ROW_LOG, `locked ${at}\n`);
	}
};
// The last row comes with the signal.
process.once('SIGTERM', () => {
	if (!existsSync(ROW_PAUSE)) write();
	appendFileSync(ROW_LOG, 'stopped\n');
	process.exit(0);
});
while (true) {
	if (!existsSync(ROW_PAUSE)) write();

	await wait(Number(ROW_WAIT));
}
