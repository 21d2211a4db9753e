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
import {startJournal, startSection} from '../../source/core/journal.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import {bundleScript} from '../helpers/bundle-script.ts';

let folder: string;
beforeEach(() => {
	folder = join(mkdtempSync(join(tmpdir(), 'phxfly-journal-')), 'blog');
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const project = '/home/dev/blog';
const open = (more: Partial<Parameters<typeof openJournal>[0]> = {}) => {
	const journal = openJournal({
		...{folder, project, isRehearsal: false, steps},
		nowMs: Date.parse('2026-11-22T10:00:00Z'),
		...more,
	});
	journal.openSection('blog-1', 'personal');
	return journal;
};
const section = () => open().section();
const thing = (id: string, mark?: string) => ({id, ...(mark === undefined ? {} : {mark}), traits: {}});
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
			apps: [
				{
					...startSection('blog-1', 'personal'),
					calls: [{...call, pid: 4711, processStartedAt: '99'}],
					ids: {'create-app': 'blog-1'},
				},
			],
		});
	});

	test('an outcome closes only the calls of its step, and records what phxfly created', () => {
		const journal = open();
		journal.recordCall(call);
		journal.recordCall({...call, marker: 'm2', step: 'deploy'});
		journal.closeCalls('create-volume', [thing('vol_2', '2026-11-22T10:00:01Z')]);
		expect(section()).toMatchObject({
			calls: [{marker: 'm2'}],
			ids: {'create-volume': 'vol_2'},
			made: [{step: 'create-volume', id: 'vol_2', mark: '2026-11-22T10:00:01Z'}],
		});
		const {hasMade} = open().journalView;
		expect([hasMade('create-volume'), hasMade('deploy')]).toEqual([true, false]);
		expect(hasMade('create-volume', thing('vol_2', '2026-11-22T10:00:01Z'))).toBe(true);
		// An id that Fly used again.
		expect(hasMade('create-volume', thing('vol_2', '2026-11-25T10:00:01Z'))).toBe(false);
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
		const {secrets} = section();
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
		journal.closeCalls('create-app', [thing('blog-1')]);
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
		journal.closeCalls('create-app', [thing('blog-1')]);
		journal.closeCalls('x.y', [thing('z')]);
		journal.recordSecret(new Secret('KEY', 'the-secret-value'), 'd1');
		expect(section().made).toEqual([
			{step: 'create-app', id: 'blog-1'},
			{step: 'x.y', id: 'z'},
		]);
		journal.closeCalls('create-app', [thing('blog-1')]);
		expect(section()).toMatchObject({
			ids: {'create-app': 'blog-1'},
			made: [{step: 'create-app', id: 'blog-1'}],
			secrets: {},
		});
	});

	test('another app gets its own records, and the earlier ones stay', () => {
		const journal = open();
		journal.closeCalls('create-app', [thing('blog-1')]);
		journal.openSection('blog-2', 'personal');
		expect([journal.journalView.app(), journal.journalView.hasMade('create-app')]).toEqual([
			undefined,
			false,
		]);
		journal.recordId('create-app', 'blog-2');
		journal.openSection('blog-1', 'team');
		expect(journal.section()).toEqual(startSection('blog-1', 'team'));
		const {apps} = open().read();
		expect(apps.map(({app, org, made}) => [app, org, made.length])).toEqual([
			['blog-2', 'personal', 0],
			['blog-1', 'personal', 1],
		]);
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
		expect(journal.section().ids).toEqual({a: 'b'});
		expect(journal.archived).toMatchObject({path: file()});
		expect(readFileSync(file(), 'utf8')).toBe('{"torn');
		expect(readdirSync(folder).sort()).toEqual(['journal.json', 'journal.json.tmp-1']);
	});
});

describe('a project with several configurations', () => {
	const [usual, other] = [
		{path: 'fly.toml', app: 'blog-1'},
		{path: 'fly.staging.toml', app: 'blog-2'},
	];
	const make = (flyToml?: string) =>
		open().change(state => ({...state, flyToml, answers: {app: {value: 'blog-1', origin: '--app'}}}));
	const reopen = (flyToml: {path: string; app: string | undefined}) =>
		openJournal({folder, project, isRehearsal: false, steps, nowMs: 0, flyToml});

	test('the answers for one do not count for another, which has its own section', () => {
		make();
		open().recordId('create-app', 'blog-1');
		const journal = reopen(other);
		expect([journal.otherFlyToml, journal.read().answers]).toEqual(['fly.toml', {}]);
		expect([journal.journalView.app(), journal.section().app]).toEqual([undefined, '']);
		journal.openSection('blog-2', 'personal');
		journal.recordId('create-app', 'blog-2');
		expect(reopen(usual).read().answers).toMatchObject({app: {value: 'blog-1'}});
		expect(reopen(other).journalView.app()).toBe('blog-2');
	});

	test('one that names no app is another one; a file that was renamed is not', () => {
		make('fly.production.toml');
		expect(reopen({path: 'fly.toml', app: undefined}).otherFlyToml).toBe('fly.production.toml');
		expect(reopen(usual).otherFlyToml).toBeUndefined();
		expect(reopen(usual).read().answers).toMatchObject({app: {value: 'blog-1'}});
		expect(reopen({path: 'fly.production.toml', app: undefined}).otherFlyToml).toBeUndefined();
	});

	test('an empty journal is of none, and the name is sealed', () => {
		expect(reopen(other).otherFlyToml).toBeUndefined();
		make('fly.staging.toml');
		writeFileSync(file(), readFileSync(file(), 'utf8').replace('fly.staging.toml', 'fly.other.toml'));
		expect(reopen(other).archived?.why).toContain('another program changed it');
	});
});

describe('an invalid journal is archived, with the reason, and the run starts over', () => {
	/** Returns what phxfly writes. */
	const makeGood = (more: Partial<Parameters<typeof openJournal>[0]> = {}) => {
		open(more).recordId('a', 'b');
		return readFileSync(file(), 'utf8');
	};
	const replace = (from: RegExp, to: string) => (good: string) => {
		expect(good).toMatch(from);
		return good.replace(from, to);
	};

	test.each<{kind: string; content(good: string): string; why: string}>([
		{kind: 'truncated', content: good => good.slice(0, -9), why: 'truncated'},
		{kind: 'empty', content: () => '', why: 'empty'},
		{kind: 'blank', content: () => ' \n', why: 'empty'},
		{kind: 'newer', content: replace(/"v":\s*2/, '"v": 3'), why: 'newer'},
		{kind: 'another folder', content: () => makeGood({project: '/home/dev/other'}), why: '/home/dev/other'},
		{kind: 'a rehearsal', content: () => makeGood({isRehearsal: true}), why: 'rehearsal'},
		{kind: 'an id of another type', content: replace(/"a":\s*"b"/, '"a": 7'), why: 'apps.0.ids.a'},
		{
			kind: 'an id that another program added',
			content: replace(/"made":\s*\[\]/, '"made": [{"step": "create-volume", "id": "vol_of_others"}]'),
			why: 'another program changed it',
		},
		{kind: 'another program', content: () => '[1,2]', why: 'unexpected content'},
		{kind: 'null', content: () => 'null', why: 'unexpected content'},
		{kind: 'a byte order mark', content: good => `\ufeff${good}`, why: 'truncated'},
	])('$kind', ({content: makeContent, why}) => {
		const content = makeContent(makeGood());
		write(content);
		const journal = open();
		expect(journal.archived?.why).toContain(why);
		expect(readFileSync(journal.archived?.path ?? '', 'utf8')).toBe(content);
		expect(journal.read()).toEqual(startJournal(project, false));
		journal.recordId('c', 'd');
		expect(open().archived).toBeUndefined();
		expect(section().ids).toEqual({c: 'd'});
		expect(existsSync(journal.archived?.path ?? '')).toBe(true);
	});

	test('a good one is not', () => {
		makeGood();
		expect(open().archived).toBeUndefined();
		expect(section().ids).toEqual({a: 'b'});
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
		journal.openSection('blog-1', 'personal');
		if (journal.archived) writeSync(1, 'aside ' + journal.archived.why + '\\n');
		for (let count = Number(journal.section().ids.count ?? 0) + 1; ; count++) {
			journal.changeSection(section => ({...section, ids: {count: String(count), padding: 'x'.repeat(40_000 + (count % 7) * 1000)}}));
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
		const {section: read, archived} = open({isReadOnly: true});
		expect(archived).toBeUndefined();
		told = Number(read().ids.count);
		// What was told is there; one more may be.
		expect([last, last + 1]).toContain(told);
	}

	expect(kills).toBeGreaterThan(5);
	open();
	expect(readdirSync(folder)).toEqual(['journal.json']);
});
