import {gunzipSync} from 'node:zlib';
import {proofScript} from '../../core/proof/script/script.ts';
import {isReplicating} from '../world/log.ts';
import {databaseBytes} from './files.ts';
import {isLitestream03, listGenerations, listTransactions} from './objects.ts';
import {findReplica} from './replica.ts';
import {fail, isConfigured, type Remote, type RemoteResult, readDatabase, succeed} from './result.ts';
import {splitWords} from './words.ts';

type RunWords = (words: readonly string[]) => RemoteResult;

const start =
	/^umask 077; mkdir -p (\S+) && echo ([\w+/=]+) \| base64 -d \| gzip -d > \1\/prove\.sh && test -s \1\/prove\.sh && (.*) sh \1\/prove\.sh start$/;

/** How long a proof takes on a small database, in simulated milliseconds. */
const proofMs = 800;

/**
Starts the proof if this command sends exactly phxfly's own script. A rehearsal has no database to compare, so it reports what its simulated
Litestream, bucket, and image would lead to.

@returns `undefined` for any other command.
*/
export function startProof(remote: Remote, command: string, run: RunWords): RemoteResult | undefined {
	const [, folder, packed = '', settings = ''] = start.exec(command) ?? [];
	if (folder === undefined) return undefined;
	if (unpack(packed) !== proofScript) {
		return fail(127, 'sh: a rehearsal runs no other script than that of its own phxfly\n');
	}

	const {machine, nowMs} = remote;
	const values = new Map(
		(splitWords(settings) ?? []).map(word => {
			const at = word.indexOf('=');
			return [word.slice(0, at), word.slice(at + 1)] as const;
		}),
	);
	machine.files = {...machine.files, [`${folder}/prove.sh`]: proofScript.length};
	machine.proof = {folder, readyAt: nowMs + proofMs, report: writeReport(remote, folder, values, run)};
	return succeed('', 300);
}

function unpack(packed: string): string | undefined {
	try {
		return gunzipSync(Buffer.from(packed, 'base64')).toString();
	} catch {
		// It is not gzip.
		return undefined;
	}
}

/** Answers `sh FOLDER/prove.sh poll` and `stop`. */
export function answerProof({machine, nowMs}: Remote, words: readonly string[]): RemoteResult | undefined {
	const [, folder] = /^(\/tmp\/\S+)\/prove\.sh$/.exec(words[0] ?? '') ?? [];
	if (folder === undefined) return undefined;
	const {proof} = machine;
	if (proof?.folder !== folder) return fail(127, `sh: 0: cannot open ${words[0]}: No such file\n`);
	if (words[1] === 'poll') return succeed(nowMs < proof.readyAt ? 'stage=restore\n' : proof.report);
	if (words[1] !== 'stop') return fail(2, `sh: a rehearsal does not know ${words.join(' ')}\n`);
	const left = Object.entries(machine.files ?? {}).filter(([path]) => !path.startsWith(`${folder}/`));
	if (left.length > 0) machine.files = Object.fromEntries(left);
	else delete machine.files;
	delete machine.proof;
	return succeed('', 700);
}

function writeReport(
	remote: Remote,
	folder: string,
	values: ReadonlyMap<string, string>,
	run: RunWords,
): string {
	const {machine, nowMs} = remote;
	const found = new Map<string, string | number>();
	const rows: string[] = [];
	const end = (last: string) => {
		for (const [name, value] of Object.entries({last, rounds: 1, seconds: proofMs / 1000}))
			found.set(name, value);
		return `${[...found]
			.map(([name, value]) => `${name}=${value}`)
			.concat(rows)
			.join('\n')}\nend\n`;
	};
	const database = readDatabase(remote);
	const litestream = (values.get('LITESTREAM') ?? '').split(' ');
	const version = run([...litestream, 'version']);
	if (values.get('DATABASE_PATH') !== database) return end('no-database');
	if (version.exitCode !== 0) return end('no-litestream');
	const note = (pairs: Readonly<Record<string, string | number>>) => {
		for (const [name, value] of Object.entries(pairs)) found.set(name, value);
	};
	note({
		version: version.stdout.trim().replace(/^v/, ''),
		bytes: databaseBytes,
		need: 32_880,
		free: 6_454_412,
	});
	const isOurs = isConfigured(remote, database);
	const writer = isReplicating(machine) ? (isOurs ? 640 : 'other') : 'none';
	note({process: writer, held: isOurs ? 'yes' : 'no', stopped: 'no'});
	if (writer === 'none') return end('not-replicating');

	const synced = syncAny(litestream, values.get('SOCKETS') ?? '', database, run);
	note(synced);
	noteBucket(note, remote);
	if (writer === 'other') return end('not-replicating');
	if (synced.sync === 'failed') return end('sync-failed');
	const copy = `${folder}/copy.db`;
	const config = values.get('CONFIG') ? ['-config', values.get('CONFIG') ?? ''] : [];
	const restored = run([...litestream, 'restore', ...config, '-o', copy, database]);
	run(['rm', '-f', copy]);
	if (restored.exitCode !== 0) {
		note({restore_said: restored.stderr.trim()});
		return end('restore-failed');
	}

	const hasSqlite = run(['sqlite3', database, 'PRAGMA integrity_check']).exitCode === 0;
	note({
		as_of: new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z'),
		pages: databaseBytes / 4096,
		copy: databaseBytes,
	});
	if (hasSqlite && values.get('COUNT') === 'yes') rows.push('counted=yes', ...countRows(database, run));
	note({check: hasSqlite ? 'ok' : 'unchecked', reader: hasSqlite ? 'yes' : 'no'});
	return end('match');
}

function countRows(database: string, run: RunWords): readonly string[] {
	const names = run(['sqlite3', database, 'SELECT name FROM sqlite_master']).stdout.trim().split('\n');
	return names.map(name => {
		const counted = run(['sqlite3', database, `SELECT count(*) FROM "${name}"`]).stdout.trim();
		return `row=${counted}`;
	});
}

function syncAny(litestream: readonly string[], sockets: string, database: string, run: RunWords) {
	for (const socket of sockets.split(' ')) {
		const {exitCode, stderr} = run([...litestream, 'sync', '-wait', '-socket', socket, database]);
		if (exitCode === 0) return {sync: 'ok'};
		if (!stderr.includes('control socket')) return {sync: 'failed', sync_said: stderr.trim()};
	}

	return {sync: 'none'};
}

function noteBucket(
	note: (pairs: Readonly<Record<string, string | number>>) => void,
	{machine, world}: Remote,
): void {
	const replica = findReplica(world, machine);
	if ('problem' in replica) {
		note({list: 'failed', list_said: replica.problem.trim()});
		return;
	}

	const transactions = listTransactions(world, replica);
	const generations = listGenerations(world, replica);
	const is03 = isLitestream03(machine);
	const objects = is03 ? generations.length : transactions.length;
	const hasSnapshot = is03 ? generations.length > 0 : transactions.some(({level}) => level === 9);
	note({list: 'ok', objects, newer: 0, lacks: 0, differ: 0, short: 0, hole: ''});
	note({snapshot: hasSnapshot ? 'yes' : 'no'});
}
