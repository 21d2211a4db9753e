import {asTable} from '../app-config/read-value.ts';
import type {Remote, RemoteResult} from './remote-result.ts';
import {fail, succeed} from './remote-result.ts';
import {findReplica, listReplicaObjects, syncReplica} from './replica.ts';

/** Litestream 0.5.17: `version`, `sync -wait`, `ltx`, `databases`. */
export function runLitestream(remote: Remote, words: readonly string[]): RemoteResult {
	const [command = '', ...rest] = words;
	switch (command) {
		case 'version':
			return succeed('0.5.17\n');
		case 'sync':
			return sync(remote, rest);
		case 'ltx':
			return listTransactions(remote);
		case 'databases':
			return succeed(`path  replica\n${readDatabase(remote)}  s3\n`);
		default:
			return fail(1, `Error: litestream ${command}: unknown command\n`);
	}
}

function sync(remote: Remote, words: readonly string[]): RemoteResult {
	const database = words.findLast(
		(word, index) => !word.startsWith('-') && !/^-(?:timeout|socket)$/.test(words[index - 1] ?? ''),
	);
	if (database === undefined) return fail(1, 'Error: database path required\n');
	if (database !== readDatabase(remote)) return fail(1, `Error: database not found: ${database}\n`);
	const replica = findReplica(remote.world, remote.machine);
	if ('problem' in replica) return fail(1, replica.problem, 100);
	const txid = syncReplica(remote.world, remote.nowMs, replica);
	return succeed(`txid: ${txid}\nreplica_txid: ${txid}\n`, 1_200);
}

function listTransactions({world, machine}: Remote): RemoteResult {
	const replica = findReplica(world, machine);
	if ('problem' in replica) return fail(1, replica.problem, 100);
	const rows = listReplicaObjects(world, replica).map(({key, size, lastModified}) => {
		const [, level = '', from = '', to = ''] = /(\d{4})\/(\w{16})-(\w{16})\.ltx$/.exec(key) ?? [];
		return [Number(level), from, to, size, new Date(lastModified).toISOString()].join('  ');
	});
	return succeed(['level  min_txid  max_txid  size  created', ...rows, ''].join('\n'), 300);
}

function readDatabase({machine}: Remote): string {
	return String(asTable(machine.config.env).DATABASE_PATH ?? '/data/app_prod.db');
}
