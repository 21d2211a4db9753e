import {asTable} from '../config/config.ts';
import {listFiles, removeFiles, showFile, showFree, showSize} from './files.ts';
import {runLitestream} from './litestream.ts';
import {fail, type Remote, type RemoteResult, readDatabase, succeed} from './result.ts';
import {splitWords} from './words.ts';

/** The tables of the sample, with their rows. */
const tables: Readonly<Record<string, number>> = {posts: 3, schema_migrations: 1};

/** `sqlite3 FILE QUERY`: the integrity check, the table names, and their row counts. */
function runSqlite(remote: Remote, words: readonly string[]): RemoteResult {
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

const litestreamYml = `dbs:
  - path: \${DATABASE_PATH}
    replicas:
      - url: \${LITESTREAM_REPLICA_URL}
        endpoint: \${LITESTREAM_ENDPOINT}
        region: \${LITESTREAM_REGION}
        access-key-id: \${LITESTREAM_ACCESS_KEY_ID}
        secret-access-key: \${LITESTREAM_SECRET_ACCESS_KEY}
socket:
  enabled: true
  path: /var/run/litestream.sock
`;

/** Runs a command on the simulated machine: Litestream and a few others; the only shell is `sh -c` with one command. */
export function runRemote(remote: Remote, line: string): RemoteResult {
	const words = splitWords(line);
	if (!words) return fail(1, 'sh: 1: Syntax error: Unterminated quoted string\n');
	return run(remote, words);
}

const entrypoint = '/usr/local/bin/entrypoint';

function run(remote: Remote, words: readonly string[]): RemoteResult {
	const [command = '', ...rest] = words;
	const {hasLitestream, config} = remote.machine;
	if (/(?:^|\/)(?:sh|bash)$/.test(command) && rest[0] === '-c') return runScript(remote, rest[1] ?? '');
	if (command === 'exec' || (command === entrypoint && hasLitestream)) return run(remote, rest);
	if (command === 'timeout' && /^\d+$/.test(rest[0] ?? '')) return run(remote, rest.slice(1));
	const isLitestream = /^(?:\/usr\/(?:local\/)?bin\/)?litestream$/.test(command);
	if (isLitestream && hasLitestream) return runLitestream(remote, rest);
	switch (command) {
		case 'true':
			return succeed('');
		case 'false':
			return fail(1, '');
		case 'echo':
			return succeed(`${rest.join(' ')}\n`);
		case 'ls':
			return list(remote, rest.find(word => !word.startsWith('-')) ?? '/app');
		case 'grep':
			return hasLitestream && rest.join(' ') === `-c = litestream ] ${entrypoint}`
				? succeed('1\n')
				: fail(2, `grep: ${rest.at(-1) ?? ''}: No such file or directory\n`);
		case 'cat':
			return rest[0] === '/etc/litestream.yml' && hasLitestream
				? succeed(litestreamYml)
				: showFile(remote, rest[0] ?? '');
		case 'stat':
			return showSize(remote, rest);
		case 'df':
			return showFree(remote, rest);
		case 'find':
			return listFiles(remote, rest);
		case 'rm':
			return removeFiles(remote, rest);
		case 'sqlite3':
			return hasLitestream ? runSqlite(remote, rest) : fail(127, 'sh: 1: sqlite3: not found\n');
		case 'printenv':
			return succeed(`${String(asTable(config.env)[rest[0] ?? ''] ?? '')}\n`);
		default:
			return fail(127, `sh: 1: ${command}: not found\n`);
	}
}

/** The only script with a pattern lists the names of running processes. */
const runScript = (remote: Remote, script: string): RemoteResult =>
	script === 'cat /proc/[0-9]*/comm'
		? succeed(['init', ...(remote.machine.hasLitestream ? ['litestream'] : []), 'beam.smp', ''].join('\n'))
		: runRemote(remote, script);

function list({machine}: Remote, folder: string): RemoteResult {
	const mounts = machine.config.mounts;
	const [mount] = Array.isArray(mounts) ? mounts.map(asTable) : [];
	const database = String(asTable(machine.config.env).DATABASE_PATH ?? '');
	if (mount && folder.replace(/\/$/, '') === mount.path) {
		const file = database.split('/').at(-1) ?? '';
		return succeed(
			['lost+found', ...(file === '' ? [] : [file, `${file}-shm`, `${file}-wal`])].join('\n').concat('\n'),
		);
	}
	if (folder === '/app') return succeed('bin\nerts-16.1\nlib\nreleases\n');
	if (folder === database && database !== '') return succeed(`${database}\n`);
	return fail(2, `ls: cannot access '${folder}': No such file or directory\n`);
}
