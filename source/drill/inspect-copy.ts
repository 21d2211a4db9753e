import {Failure} from '../core/errors/failure.ts';
import type {PushedFile} from '../core/push/pushed-file.ts';
import type {RunProgram} from '../core/run/ports.ts';

/** What runs SQL on this computer. */
export type Sqlite = {
	readonly runProgram: RunProgram;
	/** The Node that runs phxfly. */
	readonly nodePath: string;
	readonly searchPath: string;
	readonly signal: AbortSignal;
};

export type Inspected = {
	/** The newest migration in it; `undefined` without one. */
	readonly schema: string | undefined;
	/** Whether the code has migrations that it lacks. */
	readonly isOlder: boolean;
};

/**
Checks a copy of the file: whether it is whole, and whether its schema fits the code. Takes its WAL into it.

@param newest - The newest migration of the code.
@throws {Failure} `file-damaged`, `schema-unfit`, `push-impossible` (all exit 9).
*/
export async function inspectCopy(
	{path, folder}: PushedFile,
	name: string,
	newest: string | undefined,
	sqlite: Sqlite,
): Promise<Inspected> {
	const copy = `${folder}/${name}`;
	const shown = path.replace(/^.*\//, '');
	const ask = async (sql: string) => {
		const {exit, stdout, said} = await runSql(sqlite, copy, sql);
		if (exit === 0) return stdout.trim();
		throw damaged(shown, said);
	};
	const found = await ask(`${checkpoint}; PRAGMA integrity_check(3)`);
	if (!/(?:^|\n)ok$/.test(found)) throw damaged(shown, found);
	const isTable = "type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_litestream_*'";
	const counts = await ask(
		`SELECT (SELECT count(*) FROM sqlite_master WHERE ${isTable}) || ' ' || (SELECT count(*) FROM sqlite_master WHERE name = 'schema_migrations')`,
	);
	const [tables, hasMigrations] = counts.split(' ').map(Number);
	if (!tables)
		throw new Failure('schema-unfit', `${shown} has no tables, so there is nothing to push.`, {
			hint: 'Run phxfly: the first start creates an empty database.',
		});
	const schema = hasMigrations ? await ask('SELECT max(version) FROM schema_migrations') : '';
	if (newest === undefined) return {schema: schema || undefined, isOlder: false};
	if (!/^\d+$/.test(schema)) {
		throw new Failure(
			'schema-unfit',
			`${shown} has tables but no schema_migrations, so the migrations of this code would fail at the first start.`,
			{
				hint: 'Create the file with this code, mix ecto.migrate, and copy the rows into it. Nothing was pushed.',
			},
		);
	}

	if (BigInt(schema) > BigInt(newest)) {
		throw new Failure(
			'schema-unfit',
			`${shown} has migration ${schema}, but the latest of this code is ${newest}: its schema is newer than the code.`,
			{hint: 'Check out the code that made the file, then run it again. Nothing was pushed.'},
		);
	}

	return {schema, isOlder: BigInt(schema) < BigInt(newest)};
}

const damaged = (shown: string, said: string): Failure =>
	new Failure('file-damaged', `SQLite finds errors in ${shown}: ${said.trim().split('\n')[0]}.`, {
		hint: `Repair it into a new file, sqlite3 ${shown} .recover | sqlite3 new.db, and push that. Nothing was pushed.`,
	});

const checkpoint = 'PRAGMA wal_checkpoint(TRUNCATE)';

/** Takes the WAL that Litestream left into the file. @throws {Failure} `push-impossible`. */
export const settleCopy = (sqlite: Sqlite, path: string): Promise<unknown> =>
	runSql(sqlite, path, checkpoint);

const script = `const {DatabaseSync} = require('node:sqlite');
const [path, sql] = require('node:process').argv.slice(1);
const database = new DatabaseSync(path);
for (const each of sql.split('; ')) for (const row of database.prepare(each).all()) console.log(Object.values(row).join('|'));
database.close();`;

const seconds = 1800;

/** Runs SQL with the sqlite3 program; without it, with that of Node 22 and newer. */
async function runSql({runProgram, nodePath, searchPath, signal}: Sqlite, path: string, sql: string) {
	const options = {environment: {PATH: searchPath}, input: '', timeoutMs: seconds * 1000, signal};
	const ended = await runProgram(['sqlite3', '-batch', path, sql], options);
	const {
		exit_code: exit,
		stdout,
		stderr,
	} = ended.exit_code === 127
		? await runProgram([nodePath, '--no-warnings', '-e', script, path, sql], options)
		: ended;
	if (ended.exit_code === 127 && /node:sqlite/.test(stderr)) {
		throw new Failure('push-impossible', 'phxfly cannot check the file: this computer has no sqlite3.', {
			hint: 'Install sqlite3, or run phxfly with Node 22.13 or newer. Nothing was pushed.',
		});
	}

	signal.throwIfAborted();
	return {exit, stdout, said: `${stderr}${stdout}`};
}
