import {spawnSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {readProofReport} from '../../../source/core/proof/report.ts';
import {proofScript} from '../../../source/core/proof/script/script.ts';
import {judgeProof} from '../../../source/core/proof/verdict.ts';
import {describeVerdict} from '../../../source/core/proof/words.ts';
import {shells} from '../../helpers/shells.ts';

type Lines = Readonly<Record<string, string | number>>;

/** What the script prints for a healthy replica of Litestream 0.5. */
const healthy: Lines = {
	version: '0.5.17',
	bytes: 57344,
	need: 32880,
	free: 6454412,
	process: 640,
	held: 'yes',
	stopped: 'no',
	as_of: '2026-11-28T14:03:12Z',
	pages: 14,
	check: 'ok',
	sync: 'ok',
	list: 'ok',
	objects: 3,
	snapshot: 'yes',
	newer: 0,
	lacks: 0,
	differ: 0,
	short: 0,
	arrived: 0,
	hole: '',
	last: 'match',
};

const place = {
	app: 'blog',
	machineId: 'm1',
	bucket: 'store',
	prefix: 'blog',
	databasePath: '/data/app.db',
	hasEntrypoint: true,
	nowMs: Date.parse('2026-11-28T14:03:12Z'),
};

function judge(changes: Lines) {
	const lines = Object.entries({...healthy, ...changes}).map(([name, value]) => `${name}=${value}`);
	const report = readProofReport([...lines, 'end', ''].join('\n'));
	if (!report) throw new Error('The report has no end.');
	const verdict = judgeProof(report);
	return {verdict, ...describeVerdict(verdict, report, place)};
}

const old = {version: '0.3.13', sync: 'none'};
const failed = (said: string) => ({last: 'restore-failed', restore_said: said});

test.each([
	[{}, 'proved '],
	[{sync: 'none', check: 'unchecked'}, 'proved '],
	[{check: 'Parse error: no such module: vec0'}, 'proved '],
	[
		{check: '*** in database main *** Tree 3 page 9: btreeInitPage() returns error code 11'},
		'wrong database-itself-damaged',
	],
	[{differ: 2}, 'wrong second-writer'],
	[{newer: 1}, 'wrong second-writer'],
	[{...old, newer: 1}, 'proved '],
	[{list: 'failed', list_said: 'Error: 503 SlowDown'}, 'could-not-tell unexplained'],
	[{list: 'failed', list_said: 'decode: unexpected EOF'}, 'could-not-tell unexplained'],
	[{list: 'failed', list_said: 'api error AccessDenied'}, 'wrong credentials'],
	[{process: 'none'}, 'wrong not-running'],
	[{stopped: 'yes'}, 'wrong stopped-process'],
	[{held: 'swapped'}, 'wrong database-file-swapped'],
	[{process: 'other', last: 'not-replicating'}, 'wrong other-database'],
	[
		{process: 'other', last: 'not-replicating', sync: 'failed', sync_said: 'InvalidAccessKeyId'},
		'wrong credentials',
	],
	[{last: 'no-database'}, 'wrong no-database'],
	[{last: 'no-room'}, 'could-not-tell no-room'],
	[{last: 'no-room', full: 'yes'}, 'wrong full-disk'],
	[{last: 'no-tools', tools: 'od -w'}, 'could-not-tell no-tools'],
	[{last: 'no-litestream'}, 'could-not-tell no-litestream'],
	[{last: 'deadline'}, 'could-not-tell too-long'],
	[{last: 'sync-silent', sync: 'failed', list: 'failed'}, 'could-not-tell storage-silent'],
	[{last: 'sync-silent', sync: 'failed', objects: 0}, 'not-yet sync'],
	[
		{...failed('no matching backup files available'), sync: 'none', objects: 0, sending: 'yes'},
		'not-yet sync',
	],
	[{...old, last: 'behind', snapshot: 'no', sending: 'yes'}, 'not-yet sync'],
	[{...old, last: 'restore-silent'}, 'could-not-tell storage-silent'],
	[{last: 'restore-too-long'}, 'could-not-tell restore-too-long'],
	[{last: 'moved'}, 'could-not-tell moved'],
	[{last: 'busy'}, 'could-not-tell busy'],
	[{last: 'no-wal-index'}, 'could-not-tell no-wal-index'],
	[{last: 'sync-failed', sync: 'failed', sync_said: 'SignatureDoesNotMatch'}, 'wrong credentials'],
	[{last: 'sync-failed', sync: 'failed', sync_said: '503 SlowDown'}, 'not-yet sync'],
	[
		{last: 'sync-failed', sync: 'failed', sync_said: 'open ltx file /x/1.ltx: no such file or directory'},
		'wrong local-state-of-another-replica',
	],
	[failed('NoSuchBucket'), 'wrong no-bucket'],
	[failed('dial tcp: connection refused'), 'wrong endpoint'],
	[failed('RequestTimeTooSkewed'), 'wrong clock'],
	[failed("AuthorizationHeaderMalformed: the region 'a' is wrong; expecting 'b'"), 'wrong region'],
	[failed('decode page 8: nonsequential page numbers in snapshot transaction: 7,9'), 'wrong mixed-histories'],
	[failed('lz4: invalid frame checksum'), 'wrong damaged-object'],
	[failed('decode database: unexpected EOF'), 'could-not-tell unexplained'],
	[{...failed('decode database: unexpected EOF'), short: 1, differ: 1}, 'wrong damaged-object'],
	[failed('non-contiguous transaction files'), 'wrong deleted-object'],
	[failed('Error: something new'), 'could-not-tell unexplained'],
	[{last: 'behind', objects: 0}, 'wrong empty-bucket'],
	[{last: 'behind', full: 'yes'}, 'wrong full-disk'],
	[{last: 'behind', hole: '7'}, 'wrong deleted-object'],
	[{last: 'behind', lacks: 1}, 'wrong deleted-object'],
	[{...old, last: 'behind', snapshot: 'no'}, 'wrong deleted-object'],
	[{...old, last: 'behind', arrived: 1}, 'wrong deleted-object'],
	[{...old, last: 'behind'}, 'wrong behind-and-not-arriving'],
	[{last: 'behind'}, 'wrong another-history'],
	[{last: 'behind', newer: 1}, 'wrong bucket-ahead'],
	[{last: 'other', differ: 1}, 'wrong second-writer'],
	[{last: 'other', live_check: 'ok'}, 'wrong other-content'],
	[{...old, last: 'other', arrived: 1}, 'wrong other-content'],
	[{...old, last: 'other', arrived: 0}, 'wrong behind-and-not-arriving'],
	[{last: 'other', live_check: 'Tree 3 page 9'}, 'wrong live-database-damaged'],
] as readonly (readonly [Lines, string])[])('%o is %s', (changes, expected) => {
	const {verdict, status, detail, hint} = judge(changes);
	expect(`${verdict.status} ${verdict.cause}`).toBe(expected);
	expect(status).toBe(verdict.status);
	if (status === 'proved') return;
	expect(detail).toMatch(new RegExp(`^${verdict.cause}: \\w`));
	expect(hint).toMatch(/\w/);
	// Whatever the cause, nothing that exists only once goes away.
	expect(hint).not.toMatch(/\b(?:rm|reset|destroy|remove|drop|overwrite|delete)\b/);
});

test('a verified replica names the moment and the pages, and what was not checked', () => {
	expect(judge({}).detail).toBe(
		'as of 14:03:12 UTC a restored copy equals the database: 14 pages compared, intact',
	);
	expect(judge({check: 'unchecked', full: 'yes'}).detail).toBe(
		'as of 14:03:12 UTC a restored copy equals the database: 14 pages compared, integrity not checked (no sqlite3); the volume is full: extend it',
	);
});

test('a new replica gets a separate prefix, and local state is only moved', () => {
	const changes = {last: 'behind'};
	expect(judge(changes).hint).toBe(
		'start a new replica under an empty prefix, and keep the old one: fly secrets set LITESTREAM_REPLICA_URL=s3://store/blog-20261128-1403 -a blog, then phxfly --prefix blog-20261128-1403',
	);
	const lines = Object.entries({...healthy, ...changes}).map(([name, value]) => `${name}=${value}`);
	const report = readProofReport(`${lines.join('\n')}\nend\n`);
	if (!report) throw new Error('The report has no end.');
	const foreign = {...place, hasEntrypoint: false, prefix: 'blog-20261101-0900'};
	expect(describeVerdict(judgeProof(report), report, foreign).hint).toMatch(
		/: fly secrets set --stage LITESTREAM_REPLICA_URL=s3:\/\/store\/blog-20261128-1403 -a blog, then fly machine exec m1 'sh -c "kill -STOP \$\(pidof litestream\); mv \/data\/\.app\.db-litestream \/data\/\.app\.db-litestream\.before"' -a blog, then fly secrets deploy -a blog, then phxfly --prefix blog-20261128-1403$/,
	);
});

test('a report without its end is not one yet', () => {
	expect(readProofReport('stage=restore\n')).toBeUndefined();
	expect(readProofReport('last=match\n')).toBeUndefined();
});

test.each(shells.filter(({words}) => words))('$name reads the script', ({words = []}) => {
	const [program = '', ...rest] = words;
	const {status, stderr} = spawnSync(program, [...rest, '-n'], {input: proofScript, encoding: 'utf8'});
	expect({status, stderr}).toEqual({status: 0, stderr: ''});
});
