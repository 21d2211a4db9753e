import {spawnSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {readTemplates} from '../../helpers/template-files.ts';

const script = readTemplates('wisp').get('rel/entrypoint.sh') ?? '';
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
let folder = '';
let database = '';

const fake = (restore: string) => `#!/bin/sh
if [ "$1" = version ]; then echo "$FAKE_VERSION"; exit; fi
echo "litestream $* | $LITESTREAM_ACCESS_KEY_ID $LITESTREAM_SECRET_ACCESS_KEY $LITESTREAM_ENDPOINT"
if [ "$1" = restore ]; then ${restore}; fi
`;
const install = (restore = ':') => writeFileSync(join(folder, 'litestream'), fake(restore), {mode: 0o755});

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'entrypoint-'));
	database = `${folder}/a.db`;
	install();
});
afterEach(() => {
	chmodSync(folder, 0o755);
	rmSync(folder, {recursive: true});
});

const replica = {LITESTREAM_REPLICA_URL: 's3://b/p', AWS_ACCESS_KEY_ID: 'tid', AWS_SECRET_ACCESS_KEY: 'tsec'};

type Options = {readonly uid?: number};

function run(
	env: Readonly<Record<string, string>>,
	args: readonly string[] = ['bin/server'],
	{uid}: Options = {},
) {
	const PATH = `${folder}:/usr/bin:/bin`;
	const result = spawnSync('sh', ['-s', '--', ...args], {
		input: script,
		env: {
			PATH,
			DATABASE_PATH: database,
			FAKE_VERSION: '0.5.17',
			LITESTREAM_RESTORE_PATIENCE: '0',
			...env,
		},
		encoding: 'utf8',
		...(uid === undefined ? {} : {uid, gid: uid}),
	});
	return {status: result.status, lines: result.stdout.trim().split('\n'), stderr: result.stderr};
}

test.skipIf(!hasShellcheck)('is clean to shellcheck', () => {
	const {stdout, status} = spawnSync('shellcheck', ['-s', 'sh', '-'], {input: script, encoding: 'utf8'});
	expect({stdout, status}).toEqual({stdout: '', status: 0});
});

test('restores a checked copy, then runs the command under Litestream', () => {
	const {lines, stderr} = run({...replica, AWS_ENDPOINT_URL_S3: 'https://t'});
	expect([lines[0], lines.at(-1)]).toEqual([
		`litestream restore -integrity-check quick -o ${database}.restoring -if-replica-exists ${database} | tid tsec https://t`,
		"	exit 0' 'sh' '' 'bin/server' | tid tsec https://t",
	]);
	expect(stderr).toBe(
		`entrypoint: ${database} is not there; restoring it from the replica, if there is one\n`,
	);
});

test('0.3 restores without a check, which it does not have', () => {
	const {lines} = run({...replica, FAKE_VERSION: 'v0.3.13'});
	expect(lines[0]).toContain(`litestream restore -o ${database}.restoring -if-replica-exists ${database} |`);
});

test('what is left of a restore that was killed never becomes the database', () => {
	install('echo half > "$5"; exit 1');
	expect(run(replica).status).toBe(75);
	expect(existsSync(database)).toBe(false);
	writeFileSync(`${database}.restoring`, 'half');
	install('[ ! -e "$5" ] || exit 7; echo whole > "$5"');
	expect(run(replica)).toMatchObject({status: 0});
	expect(readFileSync(database, 'utf8')).toBe('whole\n');
	expect(existsSync(`${database}.restoring`)).toBe(false);
});

test('restores over an empty file, never over a database', () => {
	writeFileSync(database, '');
	expect(run(replica).lines[0]).toContain('litestream restore');
	writeFileSync(database, 'SQLite format 3');
	expect(run(replica).lines[0]).toContain('litestream replicate');
	expect(readFileSync(database, 'utf8')).toBe('SQLite format 3');
});

test('refuses to put a restored database below the WAL of another', () => {
	writeFileSync(`${database}-wal`, 'frames');
	expect(run(replica)).toMatchObject({
		status: 78,
		lines: [''],
		stderr: expect.stringContaining('without its database'),
	});
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
	expect(run({...replica, DATABASE_PATH: ''}).status).toBe(78);
});

test.each([{RELEASE_COMMAND: '1'}, {FLY_TEST_MACHINE_IP: ''}, {FLY_TEST_MACHINE_IP: 'fdaa::2'}])(
	'never becomes a second writer on a machine without the volume: %o',
	env => {
		expect(run({...replica, ...env}, ['echo', 'migrate'])).toEqual({
			status: 0,
			lines: ['migrate'],
			stderr: '',
		});
	},
);

test('without a command it says that CMD is missing', () => {
	expect(run(replica, [])).toEqual({
		status: 64,
		lines: [''],
		stderr: 'entrypoint: nothing to run; the Dockerfile needs a CMD such as CMD ["/app/bin/server"]\n',
	});
});

test('on Fly it starts only where a volume holds the database', () => {
	// No temporary folder of this computer is a volume, unless it is mounted.
	const mounted = readFileSync('/proc/mounts', 'utf8')
		.split('\n')
		.map(line => line.split(' ')[1] ?? '');
	const isMounted = mounted.some(point => point.length > 1 && folder.startsWith(`${point}/`));
	const fly = {...replica, FLY_MACHINE_ID: 'm1'};
	if (!isMounted)
		expect(run(fly)).toMatchObject({status: 78, stderr: expect.stringContaining('no volume is mounted')});
	// A link into a mount counts as the mount.
	const shared = mkdtempSync('/dev/shm/entrypoint-');
	symlinkSync(shared, join(folder, 'data'));
	try {
		expect(run({...fly, DATABASE_PATH: `${folder}/data/deep/a.db`})).toMatchObject({status: 0});
		expect(existsSync(`${shared}/deep`)).toBe(true);
	} finally {
		rmSync(shared, {recursive: true});
	}
});

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)('says whose the folder is, where USER cannot write', () => {
	chmodSync(folder, 0o755);
	const nobody = {uid: 65534};
	expect(run(replica, ['x'], nobody)).toMatchObject({
		status: 78,
		stderr: `entrypoint: cannot write ${folder}: ${folder} belongs to 0:0, and this runs as 65534:65534\n`,
	});
	expect(run({...replica, DATABASE_PATH: `${folder}/deep/er/a.db`}, ['x'], nobody).stderr).toBe(
		`entrypoint: cannot write ${folder}/deep/er: ${folder} belongs to 0:0, and this runs as 65534:65534\n`,
	);
	chmodSync(folder, 0o777);
	writeFileSync(database, 'x', {mode: 0o644});
	expect(run(replica, ['x'], nobody).stderr).toContain(
		`cannot write ${database}: ${database} belongs to 0:0`,
	);
});

const at = (second: number) => `2026-11-28T11:00:${String(second).padStart(2, '0')}Z`;

/** Runs with a replica whose newest change is `answers[0]` at the first list, and so on. @returns The pauses, too. */
function watch(answers: readonly string[], env: Readonly<Record<string, string>> = {}) {
	const lists = join(folder, 'lists');
	const pauses = join(folder, 'pauses');
	rmSync(pauses, {force: true});
	writeFileSync(lists, answers.map(answer => `${answer}\n`).join(''));
	const list = `head -n 1 '${lists}'; sed -i 1d '${lists}'`;
	writeFileSync(join(folder, 'litestream'), `${fake(':')}case "$1" in ltx | wal) ${list} ;; esac\n`, {
		mode: 0o755,
	});
	writeFileSync(join(folder, 'sleep'), `#!/bin/sh\necho "$1" >>'${pauses}'\n`, {mode: 0o755});
	writeFileSync(database, 'SQLite format 3');
	const result = run({...replica, ...env});
	return {
		...result,
		pauses: existsSync(pauses) ? readFileSync(pauses, 'utf8').trim().split('\n') : [],
		lists: answers.length - readFileSync(lists, 'utf8').split('\n').length + 1,
	};
}

test.each(['0.5.17', 'v0.3.13'])('changes in each of three pauses are another writer: %s', version => {
	const {status, stderr, lines, pauses} = watch([at(1), at(3), at(8), at(13)], {FAKE_VERSION: version});
	expect({status, lines, pauses}).toEqual({status: 75, lines: [''], pauses: ['2', '5', '5']});
	expect(stderr).toContain(
		`entrypoint: the replica got a change at ${at(13)} that this machine did not send\n`,
	);
	expect(stderr).toContain('entrypoint: another machine writes to s3://b/p, and a second writer would');
});

test.each([
	{name: 'an idle replica', answers: [at(1), at(1)], pauses: ['2']},
	{name: 'an empty prefix', answers: ['', at(3)], pauses: []},
	{name: 'a late change', answers: [at(1), at(3), at(3)], pauses: ['2', '5']},
	{name: 'two late changes', answers: [at(1), at(3), at(8), at(8)], pauses: ['2', '5', '5']},
	{name: 'storage whose clock was set back', answers: [at(9), at(3)], pauses: ['2']},
	{name: 'storage that refuses', answers: [`level=ERROR msg="${at(1)}"`], pauses: []},
	{name: 'storage that fails meanwhile', answers: [at(1), at(3), `level=ERROR ${at(8)}`], pauses: ['2', '5']},
])('$name is not another writer', ({answers, pauses}) => {
	expect(watch(answers)).toMatchObject({status: 0, pauses, lists: answers.length - (answers[0] ? 0 : 1)});
});

test('LITESTREAM_WATCH is the first pause, and 0 looks at nothing', () => {
	expect(watch([at(1), at(1)], {LITESTREAM_WATCH: '30'})).toMatchObject({status: 0, pauses: ['30']});
	expect(watch([at(1), at(3)], {LITESTREAM_WATCH: '0'})).toMatchObject({status: 0, pauses: [], lists: 0});
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
	install('exit 1');
	expect(run(replica)).toMatchObject({status: 75, lines: [expect.stringContaining('litestream restore')]});
});
