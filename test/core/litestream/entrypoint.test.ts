import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {readTemplates} from '../../helpers/template-files.ts';

const script = readTemplates('wisp').get('rel/entrypoint.sh') ?? '';
let folder = '';

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'entrypoint-'));
	const fake =
		'#!/bin/sh\necho "litestream $* | $LITESTREAM_ACCESS_KEY_ID $LITESTREAM_SECRET_ACCESS_KEY $LITESTREAM_ENDPOINT"\n';
	writeFileSync(join(folder, 'litestream'), fake, {mode: 0o755});
});
afterEach(() => rmSync(folder, {recursive: true}));

const replica = {LITESTREAM_REPLICA_URL: 's3://b/p', AWS_ACCESS_KEY_ID: 'tid', AWS_SECRET_ACCESS_KEY: 'tsec'};

function run(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
	const PATH = `${folder}:/usr/bin:/bin`;
	const result = spawnSync('sh', ['-s', '--', ...args], {
		input: script,
		env: {PATH, DATABASE_PATH: `${folder}/a.db`, ...env},
		encoding: 'utf8',
	});
	return {status: result.status, lines: result.stdout.trim().split('\n'), stderr: result.stderr};
}

test('restores, then runs the release under Litestream', () => {
	expect(run({...replica, AWS_ENDPOINT_URL_S3: 'https://t'}).lines).toEqual([
		`litestream restore -if-db-not-exists -if-replica-exists ${folder}/a.db | tid tsec https://t`,
		'litestream replicate -exec /app/bin/server | tid tsec https://t',
	]);
});

test('takes keys as a pair, and its own before the others', () => {
	const own = {
		LITESTREAM_ACCESS_KEY_ID: 'AK',
		LITESTREAM_SECRET_ACCESS_KEY: 'SK',
		LITESTREAM_ENDPOINT: 'https://s3',
	};
	expect(run({...replica, ...own}).lines.at(-1)).toContain('| AK SK https://s3');
	expect(run({...replica, LITESTREAM_ACCESS_KEY_ID: 'AK'}).status).toBe(78);
});

test('refuses to run an unprotected database, unless allowed to', () => {
	expect(run({})).toMatchObject({status: 78, lines: ['']});
	expect(run({LITESTREAM_REQUIRED: 'false'}, ['echo', 'app'])).toMatchObject({status: 0, lines: ['app']});
});

test('never becomes a second writer in a release_command', () => {
	expect(run({...replica, RELEASE_COMMAND: '1'}, ['echo', 'migrate']).lines).toEqual(['migrate']);
	expect(run({...replica, RELEASE_COMMAND: '1'})).toMatchObject({status: 0, lines: ['']});
});

test('runs Litestream as the app sees it', () => {
	expect(run(replica, ['litestream', 'ltx', 'x']).lines).toEqual(['litestream ltx x | tid tsec']);
});

test("drops Litestream's local state when the replica changed, and only then", () => {
	const state = join(folder, '.a.db-litestream');
	run(replica);
	mkdirSync(state);
	run(replica);
	expect(existsSync(state)).toBe(true);
	run({...replica, LITESTREAM_REPLICA_URL: 's3://other/p'});
	expect(existsSync(state)).toBe(false);
	expect(readFileSync(`${state}.for`, 'utf8')).toBe(' s3://other/p');
});

test('a failed restore stops the boot', () => {
	writeFileSync(join(folder, 'litestream'), '#!/bin/sh\necho "$1"; exit 1\n', {mode: 0o755});
	expect(run(replica)).toMatchObject({status: 1, lines: ['restore']});
});
