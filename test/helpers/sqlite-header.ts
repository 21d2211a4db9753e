/** All that a rehearsal reads of a database: its start. */
export const sqliteHeader = Buffer.concat([
	Buffer.from('SQLite format 3\0'),
	Buffer.from([16, 0, 2, 2]),
	Buffer.alloc(4076),
]);
