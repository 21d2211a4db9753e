import {databaseBytes} from './files.ts';
import {readDatabase} from './read-database.ts';
import type {Remote, RemoteResult} from './remote-result.ts';
import {fail, succeed} from './remote-result.ts';
import {findReplica, listTransactions} from './replica.ts';
import {readOptions} from './result.ts';

const options = {
	o: 'value',
	config: 'value',
	'integrity-check': 'value',
	json: 'switch',
	'if-db-not-exists': 'switch',
	'if-replica-exists': 'switch',
} as const;

/** Restores into a new file, never over one that is there. */
export function runRestore(remote: Remote, words: readonly string[]): RemoteResult {
	const {world, machine} = remote;
	const {flags, problem, rest} = readOptions(words, options);
	const [database] = rest;
	const path = flags.get('o');
	if (problem) return fail(1, problem);
	if (database === undefined) return fail(1, 'Error: database path or replica URL required\n');
	if (database !== readDatabase(remote)) return fail(1, `Error: database not found in config: ${database}\n`);
	if (path === undefined || machine.files?.[path] !== undefined) {
		return fail(1, `Error: cannot restore, output path already exists: ${path ?? database}\n`);
	}

	const replica = findReplica(world, machine);
	if ('problem' in replica) return fail(1, replica.problem, 100);
	const txid = listTransactions(world, replica)
		.map(({to}) => to)
		.sort()
		.at(-1);
	if (txid === undefined) return fail(1, 'Error: no matching backup files available\n', 100);
	machine.files = {...machine.files, [path]: databaseBytes};
	const check = flags.get('integrity-check');
	const report = {
		db_path: path,
		replica: 's3',
		txid,
		duration_ms: 39,
		...(check ? {integrity_check: check} : {}),
	};
	return succeed(flags.has('json') ? `${JSON.stringify(report, undefined, 2)}\n` : '', 900);
}
