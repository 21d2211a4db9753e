import {chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {answerFlags, providerAnswers} from '../helpers/answers.ts';
import {type Ended, openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

type Case = {
	readonly what: string;
	/** After the answers that would be right; the last of two flags counts. */
	readonly args?: readonly string[];
	/** Instead of the answers that would be right. */
	readonly allArgs?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	/** Changes a copy of the sample. */
	readonly injectFault?: (project: string) => void;
	readonly exit: number;
	readonly code: string;
	/** In the sentence. */
	readonly says: RegExp;
	/** In what to do. */
	readonly hints: RegExp;
};

const s3 = ['--storage', 's3', '--storage-region', 'eu-central-1'];
const keys = providerAnswers.s3.env;
const editToml = (change: (text: string) => string) => (project: string) => {
	const path = join(project, 'fly.toml');
	writeFileSync(path, change(readFileSync(path, 'utf8')));
};
const append = (text: string) => editToml(before => `${before}\n${text}\n`);

const cases: readonly Case[] = [
	{
		what: 'a folder that is no Phoenix app',
		injectFault: project =>
			writeFileSync(join(project, 'mix.exs'), 'defmodule A do\n  def project, do: [app: :a]\nend\n'),
		...{exit: 2, code: 'no-usable-project', says: /not a Phoenix app/, hints: /phxfly rehearse/},
	},
	{
		what: 'a fly.toml that does not parse',
		injectFault: editToml(() => 'app = "wisp"\nprimary_region = "sjc\n'),
		...{exit: 2, code: 'no-usable-project', says: /line 2, column \d+/, hints: /Fix that line/},
	},
	{
		what: 'a fly.toml with a table for the prototype',
		injectFault: append('[__proto__]\na = 1'),
		...{
			exit: 2,
			code: 'no-usable-project',
			says: /fly\.toml, line \d+, column \d+: A key cannot be named __proto__/,
			hints: /Fix that line/,
		},
	},
	{
		what: 'a fly.toml nested 20,000 times',
		injectFault: append(`x = ${'['.repeat(20_000)}${']'.repeat(20_000)}`),
		...{
			exit: 2,
			code: 'no-usable-project',
			says: /fly\.toml, line \d+, column 55: The nesting is too deep/,
			hints: /Fix that line/,
		},
	},
	{
		what: 'an answers file with a name that every object has',
		injectFault: project =>
			writeFileSync(join(project, 'answers.json'), '{"region": "sjc",\n"constructor": "a"}'),
		args: ['--answers', 'answers.json'],
		...{
			exit: 2,
			code: 'answers-file-refused',
			says: /answers\.json, line 2: unknown answer constructor/,
			hints: /names of the flags/,
		},
	},
	{
		what: 'an answers file with two spellings of an answer',
		injectFault: project =>
			writeFileSync(join(project, 'answers.toml'), 'volume_size = 1\nvolume-size = 2\n'),
		args: ['--answers', 'answers.toml'],
		...{
			exit: 2,
			code: 'answers-file-refused',
			says: /answers\.toml, line 2: volume-size is answered twice/,
			hints: /Keep one/,
		},
	},
	{
		what: 'a world that is another file',
		args: ['--world', 'fly.toml'],
		...{
			exit: 2,
			code: 'world-unreadable',
			says: /fly\.toml is not the world of a rehearsal/,
			hints: /--world FILE/,
		},
	},
	{
		what: '[processes] without service processes',
		injectFault: append('[processes]\n  app = "/app/bin/server"'),
		...{
			exit: 2,
			code: 'fly-toml-unfit',
			says: /line \d+: .*\[processes\].*processes = \["app"\]/,
			hints: /fly\.toml/,
		},
	},
	{
		what: 'two mounts',
		injectFault: editToml(text =>
			text
				.replace(/^\[\[?mounts\]?\]/m, '[[mounts]]')
				.concat('\n[[mounts]]\n  source = "other"\n  destination = "/other"\n'),
		),
		...{exit: 2, code: 'fly-toml-unfit', says: /line \d+: .*2 mounts.*other/, hints: /fly\.toml/},
	},
	{
		what: 'an unknown region',
		args: ['--region', 'zzz'],
		...{exit: 2, code: 'answer-refused', says: /--region: .*Unknown region.*sjc/, hints: /--region CODE/},
	},
	{
		what: 'a closed region',
		args: ['--region', 'sea'],
		...{exit: 2, code: 'answer-refused', says: /closed sea.*sjc/, hints: /--region CODE/},
	},
	...['0', '501', '-1', '1.5', 'big'].map(size => ({
		what: `a volume of ${size} GB`,
		args: [`--volume-size=${size}`],
		...{
			exit: 2,
			code: 'answer-refused',
			says: /--volume-size: .*(1–500|whole number)/,
			hints: /--volume-size/,
		},
	})),
	{
		what: 'a URL as domain',
		args: ['--domain', 'https://blog.example.com/posts'],
		...{
			exit: 2,
			code: 'answer-refused',
			says: /--domain: .*Did you mean blog\.example\.com\?/,
			hints: /--domain/,
		},
	},
	{
		what: 'an app name with capitals',
		args: ['--app', 'My_Blog'],
		...{exit: 2, code: 'answer-refused', says: /--app: .*Did you mean my-blog\?/, hints: /--app NAME/},
	},
	{
		what: 'storage of no kind',
		args: ['--storage', 'none'],
		...{exit: 2, code: 'answer-refused', says: /--storage: /, hints: /--storage/},
	},
	{
		what: 'a bucket name no store takes',
		args: ['--bucket', 'My_Bucket!'],
		...{exit: 2, code: 'answer-refused', says: /--bucket: /, hints: /--bucket/},
	},
	{
		what: 'a key with a newline at its end',
		args: s3,
		env: {...keys, LITESTREAM_SECRET_ACCESS_KEY: `${keys.LITESTREAM_SECRET_ACCESS_KEY}\n`},
		...{
			exit: 2,
			code: 'answer-refused',
			says: /LITESTREAM_SECRET_ACCESS_KEY: .*whitespace/,
			hints: /LITESTREAM_SECRET_ACCESS_KEY/,
		},
	},
	{
		what: 'a key with its name and quotes',
		args: s3,
		env: {...keys, LITESTREAM_ACCESS_KEY_ID: `AWS_ACCESS_KEY_ID="${keys.LITESTREAM_ACCESS_KEY_ID}"`},
		...{
			exit: 2,
			code: 'answer-refused',
			says: /LITESTREAM_ACCESS_KEY_ID: .*quotes/,
			hints: /LITESTREAM_ACCESS_KEY_ID/,
		},
	},
	{
		what: 'swapped keys',
		args: s3,
		env: {
			LITESTREAM_ACCESS_KEY_ID: keys.LITESTREAM_SECRET_ACCESS_KEY,
			LITESTREAM_SECRET_ACCESS_KEY: keys.LITESTREAM_ACCESS_KEY_ID,
		},
		...{exit: 2, code: 'answer-refused', says: /Swap the two keys/, hints: /LITESTREAM_ACCESS_KEY_ID/},
	},
	{
		what: 'a temporary key',
		args: s3,
		env: {...keys, LITESTREAM_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE'},
		...{exit: 2, code: 'answer-refused', says: /ASIA is temporary/, hints: /LITESTREAM_ACCESS_KEY_ID/},
	},
	{
		what: 'keys the storage refuses',
		args: s3,
		env: {...keys, LITESTREAM_ACCESS_KEY_ID: 'WRONG-KEY-ID'},
		...{
			exit: 9,
			code: 'storage-wrong-key-id',
			says: /does not know the access key id.*InvalidAccessKeyId/,
			hints: /Nothing was changed/,
		},
	},
	{
		what: 'a bucket that is not there',
		args: [...s3, '--bucket', 'missing-bucket'],
		env: keys,
		...{
			exit: 9,
			code: 'storage-no-bucket',
			says: /missing-bucket.*NoSuchBucket/,
			hints: /Nothing was changed/,
		},
	},
	{
		what: 'an unknown word',
		allArgs: ['stup'],
		...{exit: 2, code: 'usage', says: /stup is neither a command nor a folder.*setup/, hints: /--help/},
	},
	{
		what: 'an unknown flag',
		args: ['--regoin', 'sjc'],
		...{exit: 2, code: 'usage', says: /--regoin.*--region/, hints: /--help/},
	},
	{
		what: 'a flag that the command does not use',
		allArgs: ['deploy', '--rehearse', '--yes', '--dry-run'],
		...{exit: 2, code: 'usage', says: /deploy does not use --dry-run/, hints: /deploy --help/},
	},
	{
		what: 'a flag without its value',
		allArgs: ['rehearse', '--region'],
		...{exit: 2, code: 'usage', says: /--region/, hints: /--help/},
	},
	{
		what: 'a folder that is not there',
		allArgs: ['rehearse', './nowhere'],
		...{exit: 2, code: 'no-folder', says: /no folder .*nowhere/, hints: /folder/},
	},
	{
		what: 'a domain nobody answered',
		allArgs: ['rehearse', '--yes', '--app', 'blog-1', '--region', 'sjc', '--storage', 'tigris', '--no-mail'],
		...{exit: 5, code: 'input-needed', says: /--domain/, hints: /phxfly rehearse .*--domain/},
	},
	{
		what: 'a storage nobody answered',
		allArgs: ['rehearse', '--yes', '--app', 'blog-1', '--region', 'sjc', '--domain', 'none', '--no-mail'],
		...{
			exit: 5,
			code: 'input-needed',
			says: /--storage.*tigris.*s3.*r2/s,
			hints: /phxfly rehearse .*--storage tigris/,
		},
	},
	{
		what: 'a mail key nobody answered',
		allArgs: [
			'rehearse',
			'--yes',
			'--app',
			'blog-1',
			'--region',
			'sjc',
			'--domain',
			'none',
			'--storage',
			'tigris',
		],
		...{
			exit: 5,
			code: 'input-needed',
			says: /RESEND_API_KEY.*--no-mail/,
			hints: /phxfly rehearse .*--no-mail/,
		},
	},
	{
		what: 'storage keys nobody gave',
		args: s3,
		...{
			exit: 5,
			code: 'input-needed',
			says: /LITESTREAM_ACCESS_KEY_ID.*--secret-file/,
			hints: /phxfly rehearse/,
		},
	},
];

let rehearsal: Rehearsal;
let project: string;
let pristine: ReadonlyMap<string, Buffer>;

beforeAll(() => {
	rehearsal = openRehearsal();
	project = join(rehearsal.folder, 'blog');
});
afterAll(() => rehearsal.close());

const start = ['rehearse', '--yes', '--speed', '1000', ...answerFlags(), '--world', '../w.json'];
const allKeys = Object.values(keys);

/** One sentence and what to do, on stderr, and no stack trace. */
function expectSentence(
	{stderr, stdout}: Ended,
	{code, says, hints}: Pick<Case, 'code' | 'says' | 'hints'>,
): void {
	expect(stderr).toMatch(new RegExp(`^failed \\(${code}\\): .+[.?]`, 'm'));
	expect(stderr).toMatch(/^what to do: .+/m);
	expect(/^failed .*$/m.exec(stderr)?.[0]).toMatch(says);
	expect(/^what to do: .*$/m.exec(stderr)?.[0]).toMatch(hints);
	expect(stderr).not.toMatch(/\n\s+at |Error:|undefined|\[object/);
	expect(stdout).not.toContain('failed');
}

function expectNothingChanged(): void {
	expect(readTree(project)).toEqual(pristine);
	if (!existsSync(rehearsal.worldPath)) return;
	expect(rehearsal.world().calls.filter(({mutates}) => mutates)).toEqual([]);
	const copy = readTree(join(rehearsal.stateFolder(), 'project'));
	for (const [path, bytes] of copy) {
		const own = pristine.get(path);
		// The copy has only the name of a file that no fact is read from.
		expect([path, bytes]).toEqual([path, bytes.length === 0 ? Buffer.alloc(0) : own]);
		expect(own).toBeDefined();
	}
}

describe('rejected before any change', () => {
	beforeAll(() => {
		process.umask(0o022);
	});

	test.each(cases)('$exit: $what', async given => {
		for (const path of [
			project,
			rehearsal.worldPath,
			`${rehearsal.worldPath}.lock`,
			join(rehearsal.stateHome, 'phxfly'),
		]) {
			rmSync(path, {recursive: true, force: true});
		}
		mkdirSync(project);
		copySample(rehearsal.packageFolder, project);
		given.injectFault?.(project);
		pristine = readTree(project);
		const args = given.allArgs
			? [
					...given.allArgs,
					...(given.allArgs[0] === 'rehearse' ? ['--world', '../w.json', '--speed', '1000'] : []),
				]
			: [...start, ...(given.args ?? [])];
		// The last flag of a case may lack its value, and takes the next word.
		if (given.what === 'a flag without its value') args.splice(-4);
		const options = {cwd: project, ...(given.env ? {env: given.env} : {})};

		const said = await rehearsal.run(args, options);
		expect(said.exit).toBe(given.exit);
		expectSentence(said, given);
		expectNothingChanged();

		const json = await rehearsal.run([...args.slice(0, 1), '--json', ...args.slice(1)], options);
		expect(json).toMatchObject({exit: given.exit, strayLines: [], stderr: ''});
		const [failed, finished] = json.events.slice(-2);
		expect(failed).toMatchObject({type: 'failed', code: given.code});
		expect(failed?.message).toMatch(given.says.source.startsWith('phxfly') ? /./ : given.says);
		expect(failed?.hint).toMatch(given.hints);
		expect(finished).toMatchObject({type: 'finished', exit: given.exit, resources: []});
		expectNothingChanged();

		if (given.exit === 5) {
			const needed = json.events.find(({type}) => type === 'input-needed');
			expect(needed?.next).toMatch(given.hints);
		}

		for (const key of given.env ? allKeys : []) {
			expect(said.stdout + said.stderr + json.stdout).not.toContain(key);
		}
	});
});

test.skipIf(process.getuid?.() === 0)('9: a folder that cannot be written', async () => {
	rmSync(project, {recursive: true, force: true});
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	pristine = readTree(project);
	chmodSync(project, 0o555);
	try {
		const said = await rehearsal.run(['--yes', ...answerFlags()], {cwd: project});
		expect(said.exit).toBe(9);
		expectSentence(said, {code: 'folder-not-writable', says: /Cannot write files/, hints: /permissions/});
		expect(readTree(project)).toEqual(pristine);
	} finally {
		chmodSync(project, 0o755);
	}
});

test('5: the command that --json names continues, once it contains a value', async () => {
	const fresh = openRehearsal();
	try {
		const args = [
			'rehearse',
			'--json',
			'--yes',
			'--speed',
			'1000',
			'--region',
			'sjc',
			'--storage',
			'tigris',
			'--no-mail',
		];
		const missing = await fresh.run([...args, '--app', 'blog-1', '--world', './a b.json']);
		expect(missing.exit).toBe(5);
		const needed = missing.events.find(({type}) => type === 'input-needed');
		expect(needed).toMatchObject({flag: '--domain'});
		// As a shell would read it: words with blanks or bars are quoted.
		const words = (needed?.next ?? '').match(/'[^']*'|\S+/g)?.map(word => word.replaceAll("'", '')) ?? [];
		expect(words).toContain('./a b.json');
		expect(words.slice(0, 2)).toEqual(['phxfly', 'rehearse']);
		expect(needed?.next).not.toMatch(/[^'\w]HOST\|none(?!')/);
		const again = await fresh.run([
			'plan',
			'--rehearse',
			...words.slice(2, -1).filter(word => word !== '--yes'),
			'none',
		]);
		expect(again.exit).toBe(0);
	} finally {
		await fresh.close();
	}
});
