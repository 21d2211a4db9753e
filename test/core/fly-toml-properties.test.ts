import toml from '@iarna/toml';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {editFlyToml, parseFlyToml, planFlyTomlEdits, type TomlEdit} from '../../source/core/fly-toml.ts';
import {flyTomlText} from '../helpers/fly-toml-texts.ts';

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

test('generated files are TOML, so that nothing below holds for want of trying', () => {
	fc.assert(
		fc.property(flyTomlText, text => {
			toml.parse(text.replace('\uFEFF', '').replaceAll('\r\n', '\n'));
		}),
		{numRuns: 500},
	);
});

test('an edit changes its own line and no other byte, or is refused', {timeout: 180_000}, () => {
	let refused = 0;
	fc.assert(
		fc.property(flyTomlText, edit, (before, change) => {
			const edited = editFlyToml(before, [change]);
			if (!edited.ok) refused += 1;
			else expectOnlyThatChange(before, edited.text, change);
		}),
		{numRuns: 3000},
	);
	expect(refused).toBeLessThan(3000 * 0.35);
	expect(refused).toBeGreaterThan(0);
});

test('a new line takes the ending of the file', {timeout: 120_000}, () => {
	fc.assert(
		fc.property(flyTomlText, edit, (before, change) => {
			const edited = editFlyToml(before, [change]);
			if (!edited.ok) return;
			const endings = new Set(before.match(/\r?\n/g) ?? ['\n']);
			for (const ending of edited.text.match(/\r?\n/g) ?? []) expect(endings).toContain(ending);
		}),
		{numRuns: 1000},
	);
});

test('what is planned is never refused, and once edited nothing more is needed', {timeout: 180_000}, () => {
	fc.assert(
		fc.property(flyTomlText, before => {
			const wishes = {
				app: 'blog-1',
				primaryRegion: 'ams',
				phxHost: 'blog.example.com',
				mount: {source: 'wisp_data'},
				vmSize: 'shared-cpu-1x',
				vmMemoryMb: 1024,
				swapMb: 512,
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
