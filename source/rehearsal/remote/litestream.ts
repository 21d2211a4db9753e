import {isReplicating} from '../world/log.ts';
import type {Machine} from '../world/world.ts';
import {databaseBytes} from './files.ts';
import {listTransactions, syncReplica} from './objects.ts';
import {findReplica} from './replica.ts';
import {
	fail,
	isConfigured,
	type Remote,
	type RemoteResult,
	readDatabase,
	readOptions,
	succeed,
} from './result.ts';

const options = {
	o: 'value',
	config: 'value',
	timestamp: 'value',
	'integrity-check': 'value',
	json: 'switch',
	'if-db-not-exists': 'switch',
	'if-replica-exists': 'switch',
} as const;

/** Restores into a new file, never over an existing one. */
function runRestore(remote: Remote, words: readonly string[]): RemoteResult {
	const {world, machine} = remote;
	const {flags, problem, rest} = readOptions(words, options);
	const [database] = rest;
	const path = flags.get('o');
	if (problem) return fail(1, problem);
	if (database === undefined) return fail(1, 'Error: database path or replica URL required\n');
	if (!isConfigured(remote, database)) return fail(1, `Error: database not found in config: ${database}\n`);
	if (path === undefined || machine.files?.[path] !== undefined) {
		return fail(1, `Error: cannot restore, output path already exists: ${path ?? database}\n`);
	}

	const replica = findReplica(world, machine);
	if ('problem' in replica) return fail(1, replica.problem, 100);
	const untilMs = Date.parse(flags.get('timestamp') ?? '9999-01-01T00:00:00Z');
	const txid = listTransactions(world, replica)
		.filter(({atMs}) => atMs < untilMs)
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

const usualSocket = '/var/run/litestream.sock';

/** The control socket that a running Litestream listens on; it needs rights on its folder. */
function findSocket(machine: Machine, yml: string): string | undefined {
	const [, block = ''] = /^socket:[ \t]*\n((?:[ \t]+.*\n?)*)/m.exec(yml) ?? [];
	if (machine.judgment && !/^[ \t]+enabled:[ \t]*true\b/m.test(block)) return undefined;
	if (!isReplicating(machine)) return undefined;
	const path = /^[ \t]+path:[ \t]*["']?([^\s"'#]+)/m.exec(block)?.[1] ?? usualSocket;
	return /^\/(?:var\/)?run\//.test(path) && machine.judgment?.isRoot === false ? undefined : path;
}

/** Litestream 0.5: `version`, `sync -wait`, `restore`, `ltx`, `databases`. */
export function runLitestream(remote: Remote, words: readonly string[], yml: string): RemoteResult {
	const [command = '', ...rest] = words;
	switch (command) {
		case 'version':
			return succeed(`${remote.machine.judgment?.litestreamVersion ?? '0.5.17'}\n`);
		case 'sync':
			return sync(remote, rest, yml);
		case 'restore':
			return runRestore(remote, rest);
		case 'ltx':
			return list(remote, rest);
		case 'databases':
			return succeed(`path  replica\n${readDatabase(remote)}  s3\n`);
		default:
			return fail(1, `Error: litestream ${command}: unknown command\n`);
	}
}

function sync(remote: Remote, words: readonly string[], yml: string): RemoteResult {
	const {flags, problem, rest} = readOptions(words, {
		wait: 'switch',
		timeout: 'value',
		socket: 'value',
		json: 'switch',
	});
	if (problem) return fail(1, problem);
	const [database] = rest;
	const asked = flags.get('socket') ?? usualSocket;
	if (database === undefined) return fail(1, 'Error: database path required\n');
	if (asked !== findSocket(remote.machine, yml)) {
		return fail(
			1,
			`Error: failed to connect to control socket: Post "http://localhost/sync": dial unix ${asked}: connect: no such file or directory\n`,
		);
	}

	if (!isConfigured(remote, database))
		return fail(1, `Error: sync failed: database not found: ${database}\n`);
	const replica = findReplica(remote.world, remote.machine);
	if ('problem' in replica) return fail(1, replica.problem, 100);
	const txid = syncReplica(remote.world, remote.nowMs, replica);
	return succeed(`db_path: ${database}\ntxid: ${txid}\nreplica_txid: ${txid}\nduration_ms: 4\n`, 1_200);
}

function list({world, machine}: Remote, words: readonly string[]): RemoteResult {
	const {flags, problem} = readOptions(words, {level: 'value', json: 'switch', config: 'value'});
	if (problem) return fail(1, problem);
	const replica = findReplica(world, machine);
	if ('problem' in replica) return fail(1, replica.problem, 100);
	// Level 0, unless another one or all are requested.
	const transactions = listTransactions(world, replica).filter(
		({level}) => flags.get('level') === 'all' || level === Number(flags.get('level') ?? 0),
	);
	if (flags.has('json')) {
		const rows = transactions.map(({level, from, to, size, atMs}) => ({
			level,
			min_txid: from,
			max_txid: to,
			size,
			timestamp: writeTime(atMs),
		}));
		return succeed(`${JSON.stringify(rows, undefined, 2)}\n`, 300);
	}

	const rows = transactions.map(({level, from, to, size, atMs}) =>
		[level, from, to, size, writeTime(atMs)].join('  '),
	);
	return succeed(['level  min_txid  max_txid  size  created', ...rows, ''].join('\n'), 300);
}

/** To the second, as Go prints it. */
const writeTime = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
