import {asTable} from '../config/config.ts';
import {readEnvironment} from '../world/environment.ts';
import {isReplicating} from '../world/log.ts';
import {listFiles, removeFiles, showFile, showFree, showSize} from './files.ts';
import {runLitestream} from './litestream.ts';
import {runLitestream03} from './litestream-03.ts';
import {isLitestream03} from './objects.ts';
import {answerProof, startProof} from './proof.ts';
import {answerRestore} from './restore.ts';
import {fail, type Remote, type RemoteResult, readDatabase, succeed} from './result.ts';
import {printCopy} from './sample-copy.ts';
import {splitCommands, splitWords} from './words.ts';

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
	if (/^SELECT version, inserted_at FROM schema_migrations ORDER BY version;?$/i.test(query)) {
		const {migration, migrations, boot} = remote.machine;
		const ran = migrations ?? (migration === undefined ? [] : [{version: migration, ranAt: boot.at}]);
		return succeed(
			ran
				.map(({version, ranAt}) => `${version}|${new Date(ranAt).toISOString().slice(0, 19)}\n`)
				.sort()
				.join(''),
		);
	}
	if (/\bsqlite_(?:master|schema)\b/.test(query)) return succeed(`${Object.keys(tables).join('\n')}\n`);
	const counted = [...query.matchAll(/count\(\*\) FROM "(\w+)"/gi)].map(([, name = '']) => name);
	const unknown = counted.find(name => tables[name] === undefined);
	if (counted.length === 0 || unknown !== undefined) {
		return fail(1, `Error: in prepare, no such table: ${unknown ?? ''} (1)\n`);
	}

	return succeed(counted.map(name => `${name}|${tables[name]}\n`).join(''));
}

/** In the image of a world that an older phxfly made. */
const templateYml = `dbs:
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

/** Runs a command on the simulated machine: Litestream and a few others; a shell only runs commands one after another. */
export function runRemote(remote: Remote, line: string): RemoteResult {
	const words = splitWords(line);
	if (!words) return fail(1, 'sh: 1: Syntax error: Unterminated quoted string\n');
	return run(remote, words);
}

/** The configuration in the image, where there is one. */
const readYml = ({machine: {hasLitestream, judgment, litestreamYml}}: Remote): string | undefined =>
	litestreamYml ?? (hasLitestream && !judgment ? templateYml : undefined);

const entrypoint = '/usr/local/bin/entrypoint';

function run(remote: Remote, words: readonly string[]): RemoteResult {
	const [command = '', ...rest] = words;
	const {hasLitestream, judgment} = remote.machine;
	const litestreamYml = readYml(remote);
	const hasOurEntrypoint = judgment ? judgment.passesLitestream : hasLitestream;
	const isShell = /(?:^|\/)(?:sh|bash)$/.test(command);
	const proof = isShell
		? (startProof(remote, rest[1] ?? '', started => run(remote, started)) ?? answerProof(remote, rest))
		: undefined;
	if (proof) return proof;
	if (isShell && rest[0] === '-c') return runScript(remote, rest[1] ?? '');
	if (command === 'exec' || (command === entrypoint && hasOurEntrypoint)) return run(remote, rest);
	if (command === 'timeout' && /^\d+$/.test(rest[0] ?? '')) return run(remote, rest.slice(1));
	const isLitestream = /^(?:\/usr\/(?:local\/)?bin\/)?litestream$/.test(command);
	if (isLitestream && hasLitestream) {
		return isLitestream03(remote.machine)
			? runLitestream03(remote, rest)
			: runLitestream(remote, rest, litestreamYml ?? '');
	}

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
			return hasOurEntrypoint && rest.join(' ') === `-c = litestream ] ${entrypoint}`
				? succeed('1\n')
				: fail(2, `grep: ${rest.at(-1) ?? ''}: No such file or directory\n`);
		case 'cat':
			return rest[0] === (remote.machine.litestream?.path ?? '/etc/litestream.yml') &&
				litestreamYml !== undefined
				? succeed(litestreamYml)
				: showFile(remote, rest[0] ?? '');
		case 'stat':
			return showSize(remote, rest);
		case 'date':
			return rest.join(' ') === '-u +%s'
				? succeed(`${Math.floor(remote.nowMs / 1000)}\n`)
				: fail(1, 'date: a rehearsal only prints seconds\n');
		case 'df':
			return showFree(remote, rest);
		case 'find':
			return listFiles(remote, rest);
		case 'rm':
			return removeFiles(remote, rest);
		case 'sqlite3':
			return (judgment ? judgment.hasSqlite : hasLitestream)
				? runSqlite(remote, rest)
				: fail(127, 'sh: 1: sqlite3: not found\n');
		case 'printenv':
			return printVariables(remote, rest);
		default:
			return fail(127, `sh: 1: ${command}: not found\n`);
	}
}

/** Runs commands one after another, and knows `$?`. The only script with a pattern lists the names of running processes. */
function runScript(remote: Remote, script: string): RemoteResult {
	if (script === 'cat /proc/[0-9]*/comm')
		return succeed(
			['init', ...(isReplicating(remote.machine) ? ['litestream'] : []), 'beam.smp', ''].join('\n'),
		);
	const answer = printCopy(remote, script) ?? answerRestore(remote, script);
	if (answer) return answer;
	// Nothing else of a shell is known.
	if (/[&|<>()]/.test(script)) return runRemote(remote, script);
	return splitCommands(script)
		.map(command => command.trim())
		.filter(command => command !== '')
		.reduce<RemoteResult>(
			(before, command) => {
				const after = runRemote(remote, command.replaceAll('$?', String(before.exitCode)));
				return {
					exitCode: after.exitCode,
					stdout: before.stdout + after.stdout,
					stderr: before.stderr + after.stderr,
					ms: before.ms + after.ms,
				};
			},
			succeed('', 0),
		);
}

/** `printenv NAME…`: a secret wins over the variable of fly.toml. Without a value, only the exit code tells. */
function printVariables({machine}: Remote, names: readonly string[]): RemoteResult {
	const environment = readEnvironment(machine);
	const unkept = names.find(name => environment.names.has(name) && !environment.values.has(name));
	if (unkept !== undefined) return fail(2, `printenv: a rehearsal does not keep the value of ${unkept}\n`);
	const values = names.map(name => environment.values.get(name));
	return {
		...succeed(
			values
				.filter(value => value !== undefined)
				.map(value => `${value}\n`)
				.join(''),
		),
		exitCode: values.includes(undefined) ? 1 : 0,
	};
}

function list({machine}: Remote, folder: string): RemoteResult {
	const mounts = machine.config.mounts;
	const [mount] = Array.isArray(mounts) ? mounts.map(asTable) : [];
	const database = readEnvironment(machine).values.get('DATABASE_PATH') ?? '';
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
