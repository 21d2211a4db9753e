import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {buildProgram} from '../source/cli/arguments.ts';
import * as registry from '../source/cli/registry.ts';
import {exitCodes} from '../source/core/errors/codes.ts';
import {journalSchema} from '../source/core/journal.ts';
import {eventSchema} from '../source/core/session/events.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');
const reference = read('docs/reference.md');
const documents = [
	...['README.md', 'CONTRIBUTING.md'],
	...readdirSync(join(root, 'docs'), {recursive: true, encoding: 'utf8'})
		.filter(name => name.endsWith('.md'))
		.map(name => `docs/${name}`),
];

/** The first cell of every table row below a heading, without the table's own heading. */
function readFirstCells(text: string, heading: string): readonly string[] {
	const [, section = ''] = text.split(`\n## ${heading}\n`);
	const rows = (section.split('\n## ')[0] ?? '').split('\n').filter(line => line.startsWith('| '));
	return rows.map(row => row.split(/(?<!\\)\|/)[1]?.trim() ?? '');
}

const codeOf = (text: string): readonly string[] => [
	...[...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n')),
	...[...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code),
];

describe('the reference', () => {
	const flags = buildProgram(registry.questions).options;

	test.each(flags.flatMap(({short, long}) => [short, long]).filter(flag => flag !== undefined))(
		'names the flag %s',
		flag => {
			const cells = readFirstCells(reference, 'Flags').join(' ');
			expect(cells).toMatch(new RegExp(`\`${flag}[ \`]`));
		},
	);

	test('names no flag that is none', () => {
		const known = flags.flatMap(({short, long}) => [short, long]);
		const named = readFirstCells(reference, 'Flags').flatMap(cell => cell.match(/--?[a-z][\w-]*/g) ?? []);
		expect(named.filter(flag => !known.includes(flag))).toEqual([]);
	});

	test('names every exit code, and no other', () => {
		const codes = readFirstCells(reference, 'Exit codes').filter(cell => /^\d+$/.test(cell));
		expect(codes.map(Number)).toEqual(Object.values(exitCodes));
	});

	test('names every event with its fields, and no other', () => {
		const events = eventSchema.options.map(({entries: {type, ...fields}}) => ({
			name: type.literal,
			fields: Object.keys(fields),
		}));
		for (const {name, fields} of events) {
			const row = reference.split('\n').find(line => line.startsWith(`| \`${name}\` |`));
			expect(row, name).toBeDefined();
			for (const field of fields) expect(row).toContain(`\`${field}`);
		}

		const named = readFirstCells(reference, 'Events').filter(
			cell => cell !== '`type`' && !cell.startsWith('---'),
		);
		expect(named).toHaveLength(events.length);
	});

	test('names every variable that answers a question, and every provider and profile', () => {
		const names = registry.questions.flatMap(({environment}) => environment ?? []);
		const environment = readFirstCells(reference, 'Environment').join(' ');
		expect(names.filter(name => !environment.includes(`\`${name}\``))).toEqual([]);
		const ids = [...registry.providers, ...registry.profiles].map(({id}) => id);
		expect(ids.filter(id => !reference.includes(`\`${id}\``))).toEqual([]);
	});
});

describe('README', () => {
	test('is short, starts with a picture, and comes to real use soon', () => {
		expect(readme.split(/\s+/).length).toBeLessThanOrEqual(1500);
		const lines = readme.split('\n');
		expect(lines.findIndex(line => line.includes('docs/picture.svg'))).toBeLessThan(6);
		expect(lines.indexOf('npm ci && npm install -g .')).toBeLessThan(25);
	});

	test('has one table of commands: those of the registry', () => {
		const names = readFirstCells(readme, 'Commands').flatMap(
			cell => cell.match(/(?<=phxfly \[?)[a-z]+/g) ?? [],
		);
		expect(names).toEqual(registry.commands.map(({name}) => name));
	});
});

test.each([
	['questions/time-zone', '../'],
	['providers/garage', '../'],
	['steps/extend-volume', '../'],
	['checks/verify/one-region', '../../'],
])('CONTRIBUTING’s code for %s is what test/seams compiles and runs', (path, up) => {
	const [, after = ''] = read('CONTRIBUTING.md').split(`. \`source/${path}.ts\`:\n`);
	const [, code = ''] = /```ts\n([\s\S]*?)\n {3}```/.exec(after) ?? [];
	const fixture = read(`test/seams/${path.replace(/^.*\//, '')}.ts`).replaceAll('../../source/', up);
	expect(`${code.replaceAll(/^ {3}/gm, '')}\n`).toBe(fixture);
});

describe.each(documents)('%s', path => {
	const text = read(path);

	test('names no command that the registry lacks', () => {
		const known = registry.commands.map(({name}) => name);
		const named = codeOf(text).flatMap(
			line => line.match(/(?<=(?:^|[ /])(?:phxfly|cli\.js) )[a-z]+(?![\w/])/g) ?? [],
		);
		// The recipe for a new command adds one that is not there.
		const examples = path === 'CONTRIBUTING.md' ? ['status'] : [];
		expect(named.filter(name => !known.includes(name) && !examples.includes(name))).toEqual([]);
	});

	test('sends no one to a registry that has no phxfly', () => {
		expect(
			codeOf(text).filter(line => /npx (?:-y )?phxfly (?!finds)|npm install -g phxfly/.test(line)),
		).toEqual([]);
	});

	test('links to files and headings that exist', () => {
		const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
		for (const target of targets.filter(target => !/^https?:/.test(target))) {
			const [file = '', heading] = target.split('#');
			const linked = file === '' ? path : join(dirname(path), file);
			expect(existsSync(join(root, linked)), target).toBe(true);
			if (heading !== undefined) {
				const headings = [...read(linked).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
					title
						.toLowerCase()
						.replaceAll(/[^\w -]/g, '')
						.replaceAll(' ', '-'),
				);
				expect(headings, target).toContain(heading);
			}
		}
	});

	test('names files of the sources that exist', () => {
		const named = text.match(/(?<=`)(?:source|test|templates)\/[\w./-]*[\w/](?=`)/g) ?? [];
		// The recipes for new entries name files that are not there yet.
		const existing = named.filter(file => !(path === 'CONTRIBUTING.md' && text.includes(`. \`${file}\``)));
		expect(existing.filter(file => !existsSync(join(root, file)))).toEqual([]);
	});

	test('speaks of nothing outside the repository', () => {
		expect(text).not.toMatch(new RegExp(`\\.\\./${'shared'}|/${'work'}/|/home/|/root/`));
	});
});

test('docs/state.md names every key of the journal, of a section, and of a pending call', () => {
	const state = read('docs/state.md');
	const keys = [
		...Object.keys(journalSchema.entries),
		...Object.keys(journalSchema.entries.apps.item.entries),
		...Object.keys(journalSchema.entries.apps.item.entries.calls.item.entries),
		...Object.keys(journalSchema.entries.apps.item.entries.made.item.entries),
	];
	expect(keys.filter(key => !state.includes(`\`${key}\``))).toEqual([]);
});

test('docs/flyctl.md names every call of the steps and of the reader', () => {
	const page = read('docs/flyctl.md');
	const files = [
		...readdirSync(join(root, 'source/steps')).map(name => `source/steps/${name}`),
		...['source/adapters/fly-reader.ts', 'source/core/plan/secret-actions.ts', 'source/engine/run.ts'],
	];
	const groups = 'apps|auth|certs|checks|config|ips|machine|orgs|platform|secrets|storage|volumes';
	const calls = files.flatMap(file =>
		[...read(file).matchAll(new RegExp(`'(${groups})',\\s+'([a-z\\d-]+)'`, 'g'))].map(
			([, group, word]) => `${group} ${word}`,
		),
	);
	expect(calls.length).toBeGreaterThan(20);
	expect(calls.filter(call => !page.includes(`\`${call}`))).toEqual([]);
});

test('the picture is small, and its text is text', () => {
	const picture = read('docs/picture.svg');
	expect(picture.length).toBeLessThan(60_000);
	for (const word of ['rehearsal: nothing real happens', 'Review', 'Deploy', 'is running and backed up.']) {
		expect(picture).toContain(word);
	}
});
