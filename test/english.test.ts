import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {listTexts} from './helpers/list-texts.ts';

/** Folders and files still to be rewritten. Delete an entry to hold it to the rules. */
const notYetCovered: readonly string[] = [
	'docs/benchmarks.md',
	'test/bench/',
	...['test/docs.test.ts', 'test/vitest.config.ts'],
	'test/english.test.ts',
];

/** Saved plans contain digests of these files, so a new comment would make existing plans outdated. */
const pinned: readonly string[] = ['templates/'];

/** The strings of these folders imitate other programs, so only their comments count. */
const imitations = ['source/rehearsal/'];

type Rule = {readonly found: RegExp; readonly use: string};

const rules: readonly Rule[] = [
	{found: /\b(?:nobody|somebody|whoever)\b/i, use: 'the name of who acts'},
	{found: /(?<!\b(?:there|it) )\b(?:is|are|was|were) no (?!longer\b|more than\b)/i, use: '"is not a"'},
	{found: /\bmend(?:s|ed|ing)?\b/i, use: 'fix'},
	{found: /\banew\b/i, use: 'again, recreate'},
	{found: /\b(?:go|goes|going|went|gone) on\b/i, use: 'continue, resume'},
	{found: /\bthere already\b/i, use: 'existing, already exists'},
	{found: /\b(?:is|are) told\b/i, use: 'the one who acts'},
	{found: /\bAnswer --/, use: 'Pass --'},
	{
		found:
			/\bof (?:its|their|your|our|one's) own(?=$|[^\w ]| (?:and|or|in|on|for|at|of|here|there|that|beside|each)\b)/i,
		use: 'its own X, separate',
	},
	{found: /\bput(?:s|ting)? aside\b|\bputs? the \w+ aside\b/i, use: 'archived'},
	{found: /\bwithout a word\b/i, use: 'silently'},
	{found: /\bordinary (?:text )?file\b/i, use: 'regular file'},
	{found: /\bout of order\b/i, use: 'unavailable'},
	{found: /\bnothing but\b/i, use: 'only'},
	{found: /\bMake an? /, use: 'Create a'},
	{found: /\blook(?:s|ed|ing)? again\b/i, use: 'checks again'},
	{found: /\b(?:lies|stands) (?!for\b)/i, use: 'is, is stored'},
	{found: /\bany more\b/i, use: 'no longer'},
	{found: /\bfor ever\b/i, use: 'forever'},
	{found: /\bproved\b/i, use: 'verified'},
	{found: /\b(?:please|simply)\b/i, use: 'nothing'},
	{
		found:
			/organis|recognis|colour|catalogue|behaviour|labelled|cancelled|licence|centre\b|misspelt|spelt\b/i,
		use: 'American spelling',
	},
	{found: /\be-mails?\b|\bwhite space\b|\blower case\b/i, use: 'email, whitespace, lowercase'},
	{found: /[‘’]/, use: "'"},
];

/** Code words and addresses are promises or quotations: ids, codes, statuses, flags. */
const withoutCode = (text: string): string => text.replace(/`[^`\n]*`/g, '``').replace(/https?:\/\/\S+/g, '');

/** Returns what a text says against the rules. A single word is an id, a code, or a status. */
function findFaults(text: string): readonly string[] {
	const prose = withoutCode(text).trim();
	if (!prose.includes(' ')) return [];
	return rules.flatMap(({found, use}) => {
		const hit = found.exec(prose);
		return hit
			? [`"${hit[0].trim()}", use ${use}: ${prose.slice(Math.max(0, hit.index - 40), hit.index + 60)}`]
			: [];
	});
}

type Part = {readonly line: number; readonly text: string};

/** Returns the texts of a file that people read. */
function listParts(path: string, source: string): readonly Part[] {
	if (/\.tsx?$/.test(path)) {
		const onlyComments = imitations.some(start => path.startsWith(start));
		const isTest = path.startsWith('test/');
		return listTexts(source).filter(
			({kind, isTitle}) => kind === 'comment' || (isTest ? isTitle : !onlyComments),
		);
	}

	const lines = source.split('\n').map((text, index) => ({line: index + 1, text}));
	if (path.endsWith('.md')) {
		let isCode = false;
		return lines.filter(({text}) => {
			if (text.trimStart().startsWith('```')) isCode = !isCode;
			return !isCode;
		});
	}

	return lines
		.map(({line, text}) => ({line, text: /(?:^|\s)#+\s(.*)$/.exec(text)?.[1] ?? ''}))
		.filter(({text}) => text !== '');
}

const root = fileURLToPath(new URL('../', import.meta.url));

const paths = [
	'README.md',
	'CONTRIBUTING.md',
	...['source', 'docs', 'templates', 'test'].flatMap(folder =>
		readdirSync(join(root, folder), {recursive: true, withFileTypes: true, encoding: 'utf8'})
			.filter(entry => entry.isFile() && !/\.(?:svg|lock|css|js|ico|snap|db|txt)$/.test(entry.name))
			.map(entry => join(entry.parentPath, entry.name).slice(root.length)),
	),
];

const covered = paths
	.filter(path => !path.startsWith('test/fixtures/'))
	.filter(path => ![...notYetCovered, ...pinned].some(start => path.startsWith(start)))
	.sort();

test.each(covered)('%s is in plain American English', path => {
	const faults = listParts(path, readFileSync(join(root, path), 'utf8')).flatMap(({line, text}) =>
		findFaults(text).map(fault => `${path}:${line} ${fault}`),
	);
	expect(faults).toEqual([]);
});

test('every exception still exists', () => {
	expect(notYetCovered.filter(start => !paths.some(path => path.startsWith(start)))).toEqual([]);
	expect(covered.length).toBeGreaterThan(150);
});

test.each([
	'Nobody answers on the socket',
	'This is no address',
	'Mend the line, then run it again',
	'The setup goes on here',
	'The volume is there already',
	'Answer --region CODE',
	'a bucket of its own',
	'ignores it without a word',
	'Make a bucket first',
	'the replica lies in the bucket',
	'12 checks proved',
	'The organisation owns it',
	'the provider’s own',
])('sees "%s"', text => {
	expect(findFaults(text)).toHaveLength(1);
});

test.each([
	'proved',
	'not-yet',
	'there is no volume',
	'the app is no longer running',
	'the status `proved` is a promise',
	'see https://example.com/colour for more',
	'a mark that stands for an app',
	'Run phxfly again to continue.',
	'amendments and recommendations',
])('accepts "%s"', text => {
	expect(findFaults(text)).toEqual([]);
});

test('reads comments, strings, and titles, but no code', () => {
	const source = [
		"import {a} from './a b.ts';",
		'/** First line.',
		'   Second line. */',
		"const pattern = /'[/]/; // Why.",
		`test('a title', () => say(\`one $\{f('two words')} three\`, "it's"));`,
	].join('\n');
	expect(listTexts(source).map(({kind, line, text, isTitle}) => [kind, line, text, isTitle])).toEqual([
		['comment', 2, 'First line. Second line.', false],
		['comment', 4, 'Why.', false],
		['string', 5, 'a title', true],
		['string', 5, 'two words', false],
		['string', 5, 'one … three', false],
		['string', 5, "it's", false],
	]);
});
