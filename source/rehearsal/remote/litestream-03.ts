import {databaseBytes} from './files.ts';
import {listGenerations} from './objects.ts';
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

/** Litestream 0.3.13: `version`, `databases`, `generations`, `snapshots`, `wal`, `restore`. */
export function runLitestream03(remote: Remote, words: readonly string[]): RemoteResult {
	const [command = '', ...rest] = words;
	switch (command) {
		case 'version':
			return succeed(`v${remote.machine.judgment?.litestreamVersion}\n`);
		case 'databases':
			return succeed(`path  replicas\n${readDatabase(remote)}  s3\n`);
		case 'generations':
			return list(remote, rest, 'name  generation        lag   start                 end\n', (id, from, to) =>
				['s3', id, '-9ms', from, to].join('    '),
			);
		case 'snapshots':
			return list(remote, rest, 'replica  generation        index  size  created\n', (id, from) =>
				['s3', id, '0', '354', from].join('       '),
			);
		case 'wal':
			return list(remote, rest, 'replica  generation        index  offset  size  created\n', (id, _, to) =>
				['s3', id, '0', '0', '354', to].join('       '),
			);
		case 'restore':
			return restore(remote, rest);
		default:
			return refuse(`litestream ${command}: unknown command`);
	}
}

const refuse = (why: string, ms?: number) => fail(1, `level=ERROR msg="failed to run" error="${why}"\n`, ms);

const options = {
	o: 'value',
	config: 'value',
	replica: 'value',
	generation: 'value',
	index: 'value',
	timestamp: 'value',
	parallelism: 'value',
	v: 'switch',
	'no-expand-env': 'switch',
	'if-db-not-exists': 'switch',
	'if-replica-exists': 'switch',
} as const;

/** Prints only its head and the error, and ends with 0, if it cannot read the bucket. */
function list(
	remote: Remote,
	words: readonly string[],
	head: string,
	row: (id: string, from: string, to: string) => string,
): RemoteResult {
	const {problem, rest} = readOptions(words, options);
	if (problem) return refuse(problem.trim());
	if (!isConfigured(remote, rest[0] ?? '')) return refuse(`database not found in config: ${rest[0] ?? ''}`);
	const replica = findReplica(remote.world, remote.machine);
	if ('problem' in replica) return {...succeed(head, 300), stderr: `level=ERROR ${replica.problem}`};
	const rows = listGenerations(remote.world, replica).map(({id, startMs, endMs}) =>
		row(id, writeTime(startMs), writeTime(endMs)),
	);
	return succeed([head, ...rows.map(text => `${text}\n`)].join(''), 300);
}

/** To the second, as Go prints it. */
const writeTime = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

function restore(remote: Remote, words: readonly string[]): RemoteResult {
	const {world, machine} = remote;
	const {flags, problem, rest} = readOptions(words, options);
	const path = flags.get('o');
	if (problem) return refuse(problem.trim());
	if (!isConfigured(remote, rest[0] ?? '')) return refuse(`database not found in config: ${rest[0] ?? ''}`);
	if (path === undefined || machine.files?.[path] !== undefined)
		return refuse(`cannot restore, output path already exists: ${path ?? rest[0]}`);
	const replica = findReplica(world, machine);
	if ('problem' in replica) return refuse(`cannot fetch generations: ${replica.problem.trim()}`, 100);
	const [newest] = listGenerations(world, replica);
	const askedMs = Date.parse(flags.get('timestamp') ?? '');
	// Nothing later than its last segment, be it by a millisecond.
	const isOutside = newest && (askedMs > newest.endMs || askedMs < newest.startMs);
	if (!newest || isOutside) return refuse('no matching backups found', 100);
	machine.files = {...machine.files, [path]: databaseBytes};
	return succeed('', 900);
}
