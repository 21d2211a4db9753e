import {asTable} from '../app-config/read-value.ts';
import {hash} from '../ids.ts';
import type {World} from '../world.ts';
import type {Remote, RemoteResult} from './remote-result.ts';
import {fail, succeed} from './remote-result.ts';

type Replica = {readonly bucket: string; readonly prefix: string};

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
	const replica = findReplica(remote);
	if ('problem' in replica) return fail(1, replica.problem, 100);
	const txid = putTransactions(remote, replica);
	return succeed(`txid: ${txid}\nreplica_txid: ${txid}\n`, 1_200);
}

function listTransactions(remote: Remote): RemoteResult {
	const replica = findReplica(remote);
	if ('problem' in replica) return fail(1, replica.problem, 100);
	const rows = findObjects(remote.world, replica).map(({key, size, lastModified}) => {
		const [, level = '', from = '', to = ''] = /\/(\d{4})\/(\w{16})-(\w{16})\.ltx$/.exec(key) ?? [];
		return [Number(level), from, to, size, new Date(lastModified).toISOString()].join('  ');
	});
	return succeed(['level  min_txid  max_txid  size  created', ...rows].join('\n').concat('\n'), 300);
}

function readDatabase({machine}: Remote): string {
	return String(asTable(machine.config.env).DATABASE_PATH ?? '/data/app_prod.db');
}

/** Where the machine replicates to, from the secrets it started with. */
function findReplica({machine, world}: Remote): Replica | {problem: string} {
	const names = new Set(machine.secrets.map(({name}) => name));
	const env = asTable(machine.config.env);
	const url =
		machine.secrets.find(({name}) => name === 'LITESTREAM_REPLICA_URL')?.value ??
		String(env.LITESTREAM_REPLICA_URL ?? '');
	const [, bucket, prefix = ''] = /^s3:\/\/([^/?]+)\/?([^?]*)/.exec(url) ?? [];
	const hasKeys = ['LITESTREAM', 'AWS'].some(
		part => names.has(`${part}_ACCESS_KEY_ID`) && names.has(`${part}_SECRET_ACCESS_KEY`),
	);
	if (bucket === undefined) return {problem: 'Error: replica url scheme required\n'};
	if (!hasKeys) return {problem: 'Error: s3: get credentials: no EC2 IMDS role found\n'};
	const endpoint = machine.secrets.find(({name}) => name === 'LITESTREAM_ENDPOINT')?.value ?? '';
	const isTigris = /tigris\.dev|storage\.dev/.test(endpoint);
	if (isTigris && !world.buckets.some(({name}) => name === bucket)) {
		return {problem: 'Error: s3: NoSuchBucket: The specified bucket does not exist, status code: 404\n'};
	}
	return {bucket, prefix: prefix.replace(/\/$/, '')};
}

function findObjects(world: World, {bucket, prefix}: Replica): World['objects'] {
	return world.objects.filter(object => object.bucket === bucket && object.key.startsWith(`${prefix}/0`));
}

/** One transaction more each time, and a snapshot with the first. */
function putTransactions({world, nowMs}: Remote, replica: Replica): number {
	const last = findObjects(world, replica).map(({key}) =>
		Number.parseInt(/-(\w{16})\.ltx$/.exec(key)?.[1] ?? '0', 16),
	);
	const txid = Math.max(0, ...last) + 1;
	const name = (number: number) => number.toString(16).padStart(16, '0');
	put(world, nowMs, replica, `0000/${name(txid)}-${name(txid)}.ltx`);
	if (txid === 1) put(world, nowMs, replica, `0009/${name(1)}-${name(1)}.ltx`);
	return txid;
}

function put(world: World, nowMs: number, {bucket, prefix}: Replica, name: string): void {
	const key = prefix === '' ? name : `${prefix}/${name}`;
	const body = Buffer.from(`LTX1 ${key}`);
	world.objects.push({
		bucket,
		key,
		size: body.length,
		etag: `"${hash(body.toString()).slice(0, 32)}"`,
		lastModified: nowMs,
		body: body.toString('base64'),
	});
}
