import toml from '@iarna/toml';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parseFlyToml} from '../../../source/core/fly-toml/config.ts';
import type {TomlEdit} from '../../../source/core/fly-toml/document.ts';
import {editFlyToml} from '../../../source/core/fly-toml/edit.ts';
import {planFlyTomlEdits} from '../../../source/core/fly-toml/plan-edits.ts';
import {decodeFile} from '../../../source/core/text/decode.ts';
import {type Encoding, encodings, flyTomlText, flyTomlTextIn, tails} from '../../helpers/fly-toml-texts.ts';

const reason = 'a test';
const value = fc.oneof(
	fc.string(),
	fc.integer(),
	fc.boolean(),
	fc.constantFrom("it's", 'a"b', 'x\\y', '#', 'é✓', ''),
);
const setting: fc.Arbitrary<TomlEdit> = fc.record({
	path: fc.constantFrom<(string | number)[]>(
		['app'],
		['primary_region'],
		['swap_size_mb'],
		['a key'],
		['env', 'PHX_HOST'],
		['env', 'NEW'],
		['http_service', 'min_machines_running'],
		['http_service', 'auto_stop_machines'],
		['http_service', 'checks', 0, 'headers', 'X-Forwarded-Proto'],
		['http_service', 'checks', 1, 'headers', 'X-Forwarded-Proto'],
		['http_service', 'concurrency', 'soft_limit'],
		['services', 0, 'min_machines_running'],
		['vm', 0, 'memory'],
		['mounts', 'source'],
		['quoted key', 'inner'],
		['experimental', 'cmd'],
		['build', 'image'],
		['metrics', 'port'],
		['a', 'b', 'x'],
	),
	value,
	reason: fc.constant(reason),
});
const adding: fc.Arbitrary<TomlEdit> = fc.constantFrom<TomlEdit>(
	{addTable: {path: ['vm'], kind: 'array-entry', keys: {size: 'shared-cpu-1x', memory: '1gb'}}, reason},
	{addTable: {path: ['mounts'], kind: 'array-entry', keys: {source: 'd', destination: '/data'}}, reason},
	{
		addTable: {
			path: ['http_service', 'checks'],
			kind: 'array-entry',
			keys: {path: '/', headers: {'X-A': 'b'}},
		},
		reason,
	},
	{addTable: {path: ['env'], kind: 'table', keys: {PORT: '8080'}}, reason},
	{addTable: {path: ['deploy', 'extra'], kind: 'table', keys: {a: [1, 2], 'b c': true}}, reason},
);
const edit = fc.oneof({weight: 3, arbitrary: setting}, {weight: 1, arbitrary: adding});

test('generated files are TOML, so that the tests below really test something', () => {
	fc.assert(
		fc.property(flyTomlText, text => {
			toml.parse(text.replace('\uFEFF', '').replaceAll('\r\n', '\n'));
		}),
		{numRuns: 500},
	);
});

const runs = 2000;

test.each(Object.keys(encodings) as Encoding[])(
	'%s: an edit changes its own line and no other byte, or is refused',
	{timeout: 180_000},
	encoding => {
		const counts = {edited: 0, unchanged: 0, refused: 0};
		fc.assert(
			fc.property(flyTomlTextIn(encoding), edit, (text, change) => {
				const bytes = Buffer.from(text);
				const before = decodeFile('fly.toml', bytes);
				const edited = editFlyToml(before, [change]);
				if (!edited.ok) {
					counts.refused += 1;
					return;
				}

				counts[edited.text === before ? 'unchanged' : 'edited'] += 1;
				expectOnlyThatChange(before, edited.text, change);
				expectOnlyThatLine(bytes, Buffer.from(edited.text), change);
			}),
			{numRuns: runs},
		);
		console.log(`${encoding}: ${JSON.stringify(counts)}`);
		expect(counts.refused).toBeLessThan(runs * 0.35);
		expect(counts.refused).toBeGreaterThan(0);
		expect(counts.edited).toBeGreaterThan(runs * 0.6);
	},
);

test.each([
	['UTF-16 with its mark', Buffer.from('\ufeffapp = "blog"\n', 'utf16le')],
	['UTF-16 without', Buffer.from('# é\napp = "blog"\n', 'utf16le')],
	['UTF-16 without, plain letters', Buffer.from('app = "blog"\n', 'utf16le')],
	['Latin-1', Buffer.from('# h\xe9 \napp = "blog"\n', 'latin1')],
	['half a character', Buffer.from('app = "blog"\n# é').subarray(0, -1)],
	['a lone surrogate', Buffer.from([0x23, 0xed, 0xa0, 0x80, 0x0a])],
])('%s: rejected, never edited', (_, bytes) => {
	const edits = (text: string) => {
		const reading = parseFlyToml(text);
		return reading.ok ? editFlyToml(text, [{path: ['app'], value: 'x', reason}]).ok : false;
	};
	const attempt = () => edits(decodeFile('fly.toml', bytes));
	let isEdited = false;
	try {
		isEdited = attempt();
	} catch (error) {
		expect(error).toMatchObject({code: 'not-text', exit: 'usage'});
	}

	expect(isEdited).toBe(false);
});

test('a planned edit is never rejected, and after it nothing more is needed', {timeout: 180_000}, () => {
	fc.assert(
		fc.property(flyTomlText, fc.boolean(), (before, isProtected) => {
			const wishes = {
				app: 'blog-1',
				primaryRegion: 'ams',
				phxHost: 'blog.example.com',
				mount: {source: 'wisp_data'},
				vmSize: 'shared-cpu-1x',
				vmMemoryMb: 1024,
				swapMb: 512,
				runsLitestream: isProtected,
				noHealthPath: isProtected ? undefined : 'every page asks for a login',
				port: {variable: isProtected ? 'PORT' : undefined, value: 4000},
				environment: [{name: 'DATABASE_PATH', value: '/data/blog.db', reason}],
			};
			const reading = parseFlyToml(before);
			if (!reading.ok) throw new Error(reading.problem);
			const edited = editFlyToml(before, planFlyTomlEdits(reading.config, wishes));
			if (!edited.ok) throw new Error(`refused: ${edited.problem}`);
			const again = parseFlyToml(edited.text);
			expect(again.ok && planFlyTomlEdits(again.config, wishes)).toEqual([]);
		}),
		{numRuns: 500},
	);
});

/** Compares only bytes: every other line is unchanged, ends included, and so is what follows the value. */
function expectOnlyThatLine(before: Buffer, after: Buffer, change: TomlEdit): void {
	const [old, fresh] = [splitLines(before), splitLines(after)] as const;
	let start = 0;
	while (start < old.length && old[start] === fresh[start]) start += 1;
	let end = 0;
	while (end < Math.min(old.length, fresh.length) - start && old.at(-1 - end) === fresh.at(-1 - end))
		end += 1;
	const [removed, added] = [old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)];
	const isInsideString = /"""|'''/.test(before.toString('latin1'));
	if (!isInsideString) expect(removed.length).toBeLessThanOrEqual(1);
	const endings = new Set(old.map(endingOf).filter(ending => ending !== ''));
	if (endings.size > 0) for (const line of added) expect(['', ...endings]).toContain(endingOf(line));
	if ('addTable' in change || isInsideString || removed.length !== 1) return;
	const tail = (line: string) => {
		const text = line.slice(0, line.length - endingOf(line).length);
		return tails.map(each => Buffer.from(each).toString('latin1')).findLast(each => text.endsWith(each));
	};
	expect(added.map(tail)).toContain(tail(removed[0] ?? ''));
}

/** With their ends; a character a byte. */
const splitLines = (bytes: Buffer) => bytes.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? [];
const endingOf = (line: string) => /\r?\n$/.exec(line)?.[0] ?? '';

/** Judged by the bytes and by another parser than the editor's first one. */
function expectOnlyThatChange(before: string, after: string, change: TomlEdit): void {
	let start = 0;
	while (start < before.length && before[start] === after[start]) start += 1;
	let end = 0;
	while (
		end < before.length - start &&
		before.at(-1 - end) === after.at(-1 - end) &&
		end < after.length - start
	) {
		end += 1;
	}
	const removed = before.slice(start, before.length - end);
	const isNew = 'addTable' in change || !before.includes(String(change.path.at(-1)));
	if (isNew) expect(removed).toBe('');
	if (!/"""|'''/.test(before)) expect(removed).not.toContain('\n');
	const parsed = (text: string) => toml.parse(text.replace('\uFEFF', '').replaceAll('\r\n', '\n'));
	const [old, fresh] = [flatten(parsed(before)), flatten(parsed(after))];
	const path = ('addTable' in change ? change.addTable.path : change.path).join('/');
	for (const [key, item] of old)
		if (!key.startsWith(path)) expect([key, fresh.get(key)]).toEqual([key, item]);
	for (const key of fresh.keys()) if (!old.has(key)) expect(key.startsWith(path)).toBe(true);
	if (!('addTable' in change)) expect(fresh.get(path)).toBe(String(change.value));
}

function flatten(value: unknown, path = ''): ReadonlyMap<string, string> {
	if (typeof value !== 'object' || value === null || value instanceof Date)
		return new Map([[path, String(value)]]);
	const inner = Object.entries(value).map(([key, item]) => flatten(item, path ? `${path}/${key}` : key));
	return new Map(inner.flatMap(map => [...map]));
}
