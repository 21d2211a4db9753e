import {expect, test} from 'vitest';
import type {TomlEdit} from '../../../source/core/fly-toml/document.ts';
import {editFlyToml} from '../../../source/core/fly-toml/edit.ts';

const reason = 'a test';
const set = (path: readonly (string | number)[], value: string | number | boolean): TomlEdit => ({
	path,
	value,
	reason,
});

test.each([
	{
		before: 'app = "a" # mine\n',
		edit: set(['app'], 'b'),
		after: 'app = "b" # mine\n',
		because: 'a comment stays',
	},
	{before: "app='a'", edit: set(['app'], 'b'), after: "app='b'", because: 'quotes and spacing stay'},
	{
		before: "app='a'",
		edit: set(['app'], "it's"),
		after: 'app="it\'s"',
		because: 'a literal string holds no quote',
	},
	{
		before: '\uFEFFapp = "a"\r\n',
		edit: set(['app'], 'b'),
		after: '\uFEFFapp = "b"\r\n',
		because: 'mark and CRLF stay',
	},
	{
		before: '[env]\r\n\tA = "1"\r\n',
		edit: set(['env', 'B'], '2'),
		after: '[env]\r\n\tA = "1"\r\n\tB = "2"\r\n',
		because: 'a new key looks like its siblings',
	},
	{
		before: '[env]\n  A = "1"',
		edit: set(['env', 'B'], '2'),
		after: '[env]\n  A = "1"\n  B = "2"',
		because: 'a missing last newline stays missing',
	},
	{
		before: '[env]\n',
		edit: set(['env', 'B'], '2'),
		after: '[env]\n  B = "2"\n',
		because: 'an empty table is indented by two',
	},
	{
		before: 'env = {}',
		edit: set(['env', 'B'], '2'),
		after: 'env = { B = "2" }',
		because: 'an empty inline table',
	},
	{
		before: 'env = { A = "1" } # c',
		edit: set(['env', 'B'], '2'),
		after: 'env = { A = "1", B = "2" } # c',
		because: 'an inline table stays inline',
	},
	{
		before: '"http_service".internal_port = 1\n',
		edit: set(['http_service', 'min_machines_running'], 1),
		after: '"http_service".internal_port = 1\n"http_service".min_machines_running = 1\n',
		because: 'dotted keys stay dotted',
	},
	{
		before: '[a]\nb.c = 1\n[d]\n',
		edit: set(['a', 'b', 'x'], 2),
		after: '[a]\nb.c = 1\nb.x = 2\n[d]\n',
		because: 'dotted keys below a header',
	},
	{
		before: '[a.b]\nc = 1\n',
		edit: set(['a', 'x'], 2),
		after: '[a]\nx = 2\n\n[a.b]\nc = 1\n',
		because: 'a table that was only implied',
	},
	{
		before: '# about\n\n[env]\n',
		edit: set(['app'], 'b'),
		after: '# about\n\napp = "b"\n\n[env]\n',
		because: 'a root key goes before the tables',
	},
	{
		before: '[a]\nx = """\n[b]\n"""\n[b]\ny = 1\n',
		edit: set(['b', 'y'], 2),
		after: '[a]\nx = """\n[b]\n"""\n[b]\ny = 2\n',
		because: 'a header inside a string is none',
	},
	{
		before: '[[vm]]\na = 1\n[[vm]]\na = 2\n',
		edit: set(['vm', 1, 'a'], 3),
		after: '[[vm]]\na = 1\n[[vm]]\na = 3\n',
		because: 'the second of two',
	},
	{before: '', edit: set(['app'], 'b'), after: 'app = "b"\n', because: 'an empty file'},
])('edits $before: $because', ({before, edit, after}) => {
	expect(editFlyToml(before, [edit])).toEqual({ok: true, text: after});
});

test.each([
	{before: 'app = ["a"]\n', edit: set(['app'], 'b'), line: 1, because: 'a list is not a value to replace'},
	{before: '\n[app]\nx = 1\n', edit: set(['app'], 'b'), line: 2, because: 'a table is not a value'},
	{
		before: 'x = 1\n[[vm]]\n',
		edit: set(['vm', 1, 'size'], 'b'),
		line: 2,
		because: 'there is no second machine',
	},
	{before: 'app = "a\n', edit: set(['app'], 'b'), line: 1, because: 'it is not TOML'},
	{
		before: '[x]\n[vm]\na = 1\n',
		edit: {addTable: {path: ['vm'], kind: 'array-entry', keys: {}}, reason} as TomlEdit,
		line: 2,
		because: 'a table is not a list',
	},
])('rejects $before: $because', ({before, edit, line}) => {
	expect(editFlyToml(before, [edit])).toMatchObject({
		ok: false,
		line,
		problem: expect.stringContaining(`line ${line}`),
	});
});

test('a rejected edit shows what to write yourself, and none of the others is applied', () => {
	expect(
		editFlyToml('app = "a"\nenv = 1\n', [set(['app'], 'b'), set(['env', 'PHX_HOST'], 'h')]),
	).toMatchObject({
		ok: false,
		path: ['env', 'PHX_HOST'],
		line: 2,
		wanted: 'PHX_HOST = "h"',
	});
});

test('adds an array entry with a table inside, below its relatives and with their indentation', () => {
	const before = '[http_service]\n\tport = 1\n\t[http_service.a]\n\t\tb = 1\n\t\t# of a\n\n# of env\n[env]\n';
	const keys = {path: '/', headers: {'X-Forwarded-Proto': 'https'}};
	const edited = editFlyToml(before, [
		{addTable: {path: ['http_service', 'checks'], kind: 'array-entry', keys}, reason},
	]);
	expect(edited.ok && edited.text).toBe(
		'[http_service]\n\tport = 1\n\t[http_service.a]\n\t\tb = 1\n\t\t# of a\n\n\t[[http_service.checks]]\n\t\tpath = "/"\n\n' +
			'\t\t[http_service.checks.headers]\n\t\t\tX-Forwarded-Proto = "https"\n\n# of env\n[env]\n',
	);
});
