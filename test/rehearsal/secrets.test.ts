import {createHash} from 'node:crypto';
import {expect, test} from 'vitest';
import {parseSecrets, SecretParserCrash} from '../../source/rehearsal/world/secrets.ts';
import {openWorldInMemory} from '../helpers/fake-fly.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What the parser of flyctl made of `K=` and the value: the same, another value, no pair at all (1), or a crash (2). */
type Outcome = 'ok' | 1 | 2 | {became: string};
const rows: readonly {value: string; raw: Outcome; double: Outcome; single: Outcome; triple: Outcome}[] = [
	{value: 'abc', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: 'a=b==', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: 'a b', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: ' lead', raw: {became: 'lead'}, double: 'ok', single: 'ok', triple: 'ok'},
	{value: 'trail ', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: 'a#b', raw: {became: 'a'}, double: 'ok', single: {became: "'a"}, triple: 'ok'},
	{value: '#a', raw: {became: ''}, double: 'ok', single: 2, triple: 'ok'},
	{value: 'a #b', raw: {became: 'a'}, double: 'ok', single: {became: "'a"}, triple: 'ok'},
	{value: '"', raw: 2, double: 1, single: 'ok', triple: 'ok'},
	{value: '""', raw: {became: ''}, double: 1, single: 'ok', triple: 'ok'},
	{value: '"a"', raw: {became: 'a'}, double: 'ok', single: 'ok', triple: 'ok'},
	{value: "'a'", raw: {became: 'a'}, double: 'ok', single: 'ok', triple: 'ok'},
	{value: "it's", raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: 'a"b#c', raw: 'ok', double: {became: '"a"b'}, single: 'ok', triple: 1},
	{value: 'a"b"c#d', raw: {became: 'a"b"c'}, double: 'ok', single: {became: '\'a"b"c'}, triple: 'ok'},
	{value: '"a#b"', raw: {became: 'a#b'}, double: {became: '""a'}, single: 'ok', triple: 1},
	{value: '$HOME', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: 'a\\nb', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: 'a\nb', raw: 1, double: 1, single: 1, triple: 'ok'},
	{value: 'a\n', raw: {became: 'a'}, double: 1, single: 1, triple: 'ok'},
	{value: '\na', raw: 1, double: 2, single: 2, triple: 'ok'},
	{value: '"""', raw: 1, double: 1, single: 'ok', triple: 'ok'},
	{value: 'x"""', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: '-', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: '', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: 'ü✓', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: 'a\tb', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: 'a\rb', raw: 'ok', double: 'ok', single: 'ok', triple: 'ok'},
	{value: 'a\r', raw: {became: 'a'}, double: 'ok', single: 'ok', triple: 'ok'},
];

const quotes = {raw: '', double: '"', single: "'", triple: '"""'} as const;
const cases = rows.flatMap(row =>
	(Object.keys(quotes) as (keyof typeof quotes)[]).map(style => ({
		style,
		value: row.value,
		outcome: row[style],
	})),
);

test.each(cases)('import of $value, $style: $outcome', ({style, value, outcome}) => {
	const text = `K=${quotes[style]}${value}${quotes[style]}\n`;
	const expected = typeof outcome === 'object' ? outcome.became : value;
	expect(read(text)).toEqual(typeof outcome === 'number' ? outcome : {value: expected});
});

function read(text: string): {value: string | undefined} | 1 | 2 {
	try {
		const secrets = parseSecrets(text);
		return secrets.size === 0 ? 1 : {value: secrets.get('K')};
	} catch (error) {
		return error instanceof SecretParserCrash ? 2 : 1;
	}
}

test.each([
	{text: 'A=1\r\n\n# note\nB=2', names: ['A', 'B'], because: 'CRLF, empty lines and comments are fine'},
	{text: 'export A=1', names: ['export A'], because: 'it is no shell'},
	{text: `A=1\nB=${'x'.repeat(70_000)}\nC=3`, names: ['A'], because: 'a long line ends the parsing'},
	{text: `A=${'x'.repeat(65_533)}\nC=3`, names: ['A', 'C'], because: 'the longest line that fits'},
	{text: `A=${'x'.repeat(65_534)}\nC=3`, names: [], because: 'one byte more does not'},
	{text: 'A="""x\nB=2', names: [], because: 'unfinished quotes swallow the rest'},
	{text: 'A="""l1\nl2"""\nB=2', names: ['A', 'B'], because: 'finished ones do not'},
])('import keeps $names: $because', ({text, names}) => {
	expect([...parseSecrets(text).keys()]).toEqual(names);
});

async function openApp() {
	const fly = openWorldInMemory();
	await fly.call(['apps', 'create', 'blog-1', '--org', 'personal']);
	return fly;
}

test('import reports what it rejects, and then stores nothing', async () => {
	const {call, world} = await openApp();
	const bad = await call(['secrets', 'import', '--stage', '-a', 'blog-1'], {stdin: 'A=1\nNOEQUALS\n'});
	expect(bad).toMatchObject({
		exit: 1,
		stderr:
			'Error: Failed to parse secrets from stdin: Secrets must be provided as NAME=VALUE pairs (NOEQUALS is invalid)\n',
	});
	expect(await call(['secrets', 'import', '-a', 'blog-1'])).toMatchObject({
		exit: 1,
		stderr: 'Error: requires at least one SECRET=VALUE pair\n',
	});
	expect(await call(['secrets', 'import', '-a', 'blog-1'], {stdin: 'A="'})).toMatchObject({exit: 2});
	expect(world.secrets).toEqual([]);
});

test.each([
	{stdin: ' a b\n', value: 'a b', because: 'white space around it goes'},
	{stdin: 'l1\nl2\n', value: 'l1\nl2', because: 'lines within stay'},
	{stdin: 'x'.repeat(70_000), value: 'x'.repeat(65_536), because: 'only 64 KiB are read'},
])('set NAME=- from stdin: $because', async ({stdin, value}) => {
	const {call, world} = await openApp();
	await call(['secrets', 'set', 'A=-', 'B=-', 'C=1', '--stage', '-a', 'blog-1'], {stdin});
	const found = Object.fromEntries(world.secrets.map(({name, sha256: digest}) => [name, digest]));
	expect(found).toEqual({A: sha256(value), B: sha256(''), C: sha256('1')});
	expect(world.calls.at(-1)).toMatchObject({stdinSha256: sha256(stdin), exit: 0, mutates: true});
});

test('the world has only values that are not secret; the debug log has them all', async () => {
	const {call, world, log} = await openApp();
	const stdin = 'SECRET_KEY_BASE="very-secret-1"\nPHX_HOST="blog.example.com"\n';
	await call(['secrets', 'import', '--stage', '-a', 'blog-1'], {stdin});
	expect(JSON.stringify(world)).not.toContain('very-secret-1');
	expect(world.secrets).toMatchObject([
		{name: 'SECRET_KEY_BASE'},
		{name: 'PHX_HOST', value: 'blog.example.com'},
	]);
	expect(log.join('\n')).toContain('"SECRET_KEY_BASE":"very-secret-1"');
	expect(await call(['secrets', 'list', '-a', 'blog-1'])).toMatchObject({
		stdout: expect.stringContaining(
			` * PHX_HOST        │ ${sha256('blog.example.com').slice(0, 16)} │ Staged `,
		),
	});
});

test('unset of an unknown name is not an error; deploy without machines is one; sync changes nothing', async () => {
	const {call, world} = await openApp();
	await call(['secrets', 'set', 'A=1', '--stage', '-a', 'blog-1']);
	expect(await call(['secrets', 'unset', 'NOPE', '--stage', '-a', 'blog-1'])).toMatchObject({exit: 0});
	expect(await call(['secrets', 'deploy', '-a', 'blog-1'])).toMatchObject({
		exit: 1,
		stderr: 'Error: no machines available to deploy\n',
	});
	expect(await call(['secrets', 'sync', '-a', 'blog-1'])).toMatchObject({exit: 0});
	expect(world.calls.at(-1)).toMatchObject({mutates: false});
	await call(['secrets', 'unset', 'A', '--stage', '-a', 'blog-1']);
	expect(world.secrets).toEqual([]);
});

test('without --stage before the first deployment the text is another, the effect the same', async () => {
	const {call, world} = await openApp();
	const {stdout} = await call(['secrets', 'set', 'A=1', '-a', 'blog-1']);
	expect(stdout).toBe('Secrets are staged for the first deployment\n');
	expect(world.secrets).toMatchObject([{name: 'A', status: 'Staged'}]);
});
