import {spawn} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {openJournal} from '../../source/adapters/journal.ts';
import {startJournal} from '../../source/core/journal.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import {bundleScript} from '../helpers/bundle-script.ts';

let folder: string;
beforeEach(() => {
	folder = join(mkdtempSync(join(tmpdir(), 'phxfly-journal-')), 'blog');
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const project = '/home/dev/blog';
const open = (more: Partial<Parameters<typeof openJournal>[0]> = {}) =>
	openJournal({
		...{folder, project, isRehearsal: false, steps},
		nowMs: Date.parse('2026-11-22T10:00:00Z'),
		...more,
	});
/** One step that makes the app, and one whose name has a dot. */
const steps = [
	{id: 'create-app', resource: {kind: 'app'}, startsAfresh: true},
	{id: 'x.y', resource: {kind: 'x'}, provenBy: 'volumes'},
] as const;
const file = () => join(folder, 'journal.json');
const modeOf = (path: string) => statSync(path).mode & 0o777;
const call = {
	marker: 'm1',
	step: 'create-volume',
	argv: ['volumes', 'create', 'data'],
	before: ['vol_1'],
	startedAtMs: 5,
};

function write(content: string): void {
	mkdirSync(folder, {recursive: true});
	writeFileSync(file(), content);
}

describe('what is remembered', () => {
	test('survives to the next run', () => {
		const first = open();
		first.change(state => ({...state, answers: {app: {value: 'blog-1', origin: 'flag'}}}));
		first.recordCall(call);
		first.markStarted('m1', 4711, '99');
		first.recordId('create-app', 'blog-1');
		const {read, archived} = open();
		expect(archived).toBeUndefined();
		expect(read()).toEqual({
			...startJournal(project, false),
			runAtMs: Date.parse('2026-11-22T10:00:00Z'),
			answers: {app: {value: 'blog-1', origin: 'flag'}},
			intents: [{...call, pid: 4711, processStartedAt: '99'}],
			ids: {'create-app': 'blog-1'},
		});
	});

	test('an outcome closes only the calls of its step, and records what phxfly created', () => {
		const journal = open();
		journal.recordCall(call);
		journal.recordCall({...call, marker: 'm2', step: 'deploy'});
		journal.closeCalls('create-volume', 'vol_2');
		expect(open().read()).toMatchObject({
			intents: [{marker: 'm2'}],
			ids: {'create-volume': 'vol_2'},
			made: ['create-volume'],
		});
		expect(open().journalView.wasCreatedHere('create-volume')).toBe(true);
		expect(open().journalView.wasCreatedHere('deploy')).toBe(false);
	});

	test('names with dots stay names', () => {
		open().recordSecret(new Secret('a.b.c', 'value'), 'digest');
		open().recordId('x.y', 'z');
		expect(open().journalView.digestOf('a.b.c')).toBe('digest');
		expect(open().journalView.idOf('x')).toBe('z');
	});

	test('stores only a digest and a salted fingerprint of a secret', () => {
		open().recordSecret(new Secret('KEY', 'the-secret-value'), 'd1');
		open().recordSecret(new Secret('SAME', 'the-secret-value'), 'd1');
		const {secrets} = open().read();
		expect(secrets.KEY?.fingerprint).not.toBe(secrets.SAME?.fingerprint);
		const text = readFileSync(file(), 'utf8');
		expect(text).not.toContain('the-secret-value');
		expect(text).not.toContain(Buffer.from('the-secret-value').toString('base64'));
		const {compare: compareSecret, digestOf} = open().journalView;
		const compare = (name: string, value: string) => compareSecret(new Secret(name, value));
		expect([compare('KEY', 'the-secret-value'), compare('KEY', 'other'), compare('NONE', 'x')]).toEqual([
			'same',
			'different',
			'unknown',
		]);
		expect(digestOf('KEY')).toBe('d1');
	});

	test('the app belongs to the project by its id, or by a call that was to create it', () => {
		const journal = open();
		expect(journal.journalView.isOurApp('blog-1')).toBe(false);
		journal.recordCall({...call, step: 'create-app', argv: ['apps', 'create', 'blog-1']});
		expect(journal.journalView.isOurApp('blog-1')).toBe(true);
		expect(journal.journalView.isOurApp('blog-2')).toBe(false);
		journal.closeCalls('create-app', 'blog-1');
		expect(open().journalView.isOurApp('blog-1')).toBe(true);
		expect(open().journalView.app()).toBe('blog-1');
	});

	test('what a list has to show is known by the step it proves, and of a new app nothing is expected', () => {
		const journal = open();
		expect(journal.journalView.expects('volumes')).toBe(false);
		journal.recordId('x.y', 'z');
		expect([journal.journalView.expects('volumes'), journal.journalView.expects('secrets')]).toEqual([
			true,
			false,
		]);
		journal.markRun({id: 'create-app', startsAfresh: true});
		expect(journal.journalView.hasRun('create-app')).toBe(true);
		expect(journal.journalView.isNewApp()).toBe(true);
		journal.recordId('x.y', 'z');
		expect(journal.journalView.expects('volumes')).toBe(false);
		expect(open().journalView.isNewApp()).toBe(false);
	});

	test('a new app has nothing of what an earlier one of its name had', () => {
		const journal = open();
		journal.closeCalls('create-app', 'blog-1');
		journal.closeCalls('x.y', 'z');
		journal.recordSecret(new Secret('KEY', 'the-secret-value'), 'd1');
		journal.markRun({id: 'x.y'});
		expect(open().read().made).toEqual(['create-app', 'x.y']);
		journal.markRun({id: 'create-app', startsAfresh: true});
		expect(open().read()).toMatchObject({
			ids: {'create-app': 'blog-1'},
			made: ['create-app'],
			things: {},
			secrets: {},
		});
	});
});

describe('the file on disk', () => {
	test('is only for the owner, whatever the umask and the earlier mode', () => {
		const umask = process.umask(0);
		try {
			open().recordId('a', 'b');
		} finally {
			process.umask(umask);
		}

		expect([modeOf(folder), modeOf(file())]).toEqual([0o700, 0o600]);
		chmodSync(file(), 0o644);
		open().recordId('a', 'c');
		expect(modeOf(file())).toBe(0o600);
	});

	test('what a kill left is swept: unfinished copies and private flyctl folders, nothing else', () => {
		open().recordId('a', 'b');
		for (const name of ['fly-Ab3xYz', 'fly-longer-name', 'backups']) mkdirSync(join(folder, name));
		writeFileSync(join(folder, 'fly-Ab3xYz', 'config.yml'), 'access_token: x');
		for (const name of ['journal.json.tmp-123', 'run.log', 'world.json'])
			writeFileSync(join(folder, name), 'x');
		open();
		expect(readdirSync(folder).sort()).toEqual([
			'backups',
			'fly-longer-name',
			'journal.json',
			'run.log',
			'world.json',
		]);
	});

	test('is not there before there is something to remember', () => {
		open();
		expect(readdirSync(folder)).toEqual([]);
	});

	test('opened to be read only, nothing is written, moved or swept', () => {
		write('{"torn');
		writeFileSync(join(folder, 'journal.json.tmp-1'), 'x');
		const journal = open({isReadOnly: true});
		journal.recordId('a', 'b');
		expect(journal.read().ids).toEqual({a: 'b'});
		expect(journal.archived).toMatchObject({path: file()});
		expect(readFileSync(file(), 'utf8')).toBe('{"torn');
		expect(readdirSync(folder).sort()).toEqual(['journal.json', 'journal.json.tmp-1']);
	});
});

describe('an invalid journal is archived, with the reason, and the run starts over', () => {
	const good = JSON.stringify({...startJournal(project, false), ids: {a: 'b'}});

	test.each([
		{kind: 'truncated', content: good.slice(0, -9), why: 'truncated'},
		{kind: 'empty', content: '', why: 'empty'},
		{kind: 'blank', content: ' \n', why: 'empty'},
		{kind: 'newer', content: good.replace('"v":1', '"v":2'), why: 'newer'},
		{kind: 'another folder', content: good.replace(project, '/home/dev/other'), why: '/home/dev/other'},
		{
			kind: 'a rehearsal',
			content: good.replace('"isRehearsal":false', '"isRehearsal":true'),
			why: 'rehearsal',
		},
		{kind: 'edited by hand', content: good.replace('{"a":"b"}', '{"a":7}'), why: 'ids.a'},
		{kind: 'another program', content: '[1,2]', why: 'unexpected content'},
		{kind: 'null', content: 'null', why: 'unexpected content'},
		{kind: 'a byte order mark', content: `\ufeff${good}`, why: 'truncated'},
	])('$kind', ({content, why}) => {
		write(content);
		const journal = open();
		expect(journal.archived?.why).toContain(why);
		expect(readFileSync(journal.archived?.path ?? '', 'utf8')).toBe(content);
		expect(journal.read()).toEqual(startJournal(project, false));
		journal.recordId('c', 'd');
		expect(open().archived).toBeUndefined();
		expect(open().read().ids).toEqual({c: 'd'});
		expect(existsSync(journal.archived?.path ?? '')).toBe(true);
	});

	test('a good one is not', () => {
		write(good);
		expect(open().archived).toBeUndefined();
		expect(open().read().ids).toEqual({a: 'b'});
	});

	test('two in the same instant are both kept', () => {
		write('first');
		const one = open();
		write('second');
		const two = open();
		expect([one, two].map(({archived}) => readFileSync(archived?.path ?? '', 'utf8'))).toEqual([
			'first',
			'second',
		]);
	});
});

test('killed at any moment, it is never truncated and contains everything recorded', async () => {
	const script = await bundleScript(`
		import {writeSync} from 'node:fs';
		import {openJournal} from './source/adapters/journal.ts';
		const journal = openJournal({folder: process.argv[2], project: ${JSON.stringify(project)}, isRehearsal: false, steps: [], nowMs: 0});
		if (journal.putAside) writeSync(1, 'aside ' + journal.putAside.why + '\\n');
		for (let count = Number(journal.read().ids.count ?? 0) + 1; ; count++) {
			journal.change(state => ({...state, ids: {count: String(count), padding: 'x'.repeat(40_000 + (count % 7) * 1000)}}));
			writeSync(1, count + '\\n');
		}
	`);
	const untilMs = performance.now() + 8000;
	let kills = 0;
	let told = 0;
	while (kills < 6 || (performance.now() < untilMs && kills < 200)) {
		const child = spawn(process.execPath, [script, folder], {stdio: ['ignore', 'pipe', 'inherit']});
		let said = '';
		child.stdout.on('data', (chunk: Buffer) => {
			// The first word begins the countdown, so that each kill falls into the writing.
			if (said === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 20);
			said += chunk;
		});
		await new Promise(resolve => child.on('close', resolve));
		kills++;
		expect(said).not.toContain('aside');
		const last = Number(said.trimEnd().split('\n').at(-1));
		expect(last).toBeGreaterThan(told);
		const {read, archived} = open({isReadOnly: true});
		expect(archived).toBeUndefined();
		told = Number(read().ids.count);
		// What was told is there; one more may be.
		expect([last, last + 1]).toContain(told);
	}

	expect(kills).toBeGreaterThan(5);
	open();
	expect(readdirSync(folder)).toEqual(['journal.json']);
});
