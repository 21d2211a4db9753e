import {expect, test} from 'vitest';
import {
	editFlyToml,
	findFlyTomlProblems,
	findMountDestination,
	findMounts,
	parseFlyToml,
	planFlyTomlEdits,
	readMachineSize,
	type TomlEdit,
} from '../../source/core/fly-toml.ts';

const reason = 'a test';
const set = (path: readonly (string | number)[], value: string | number | boolean): TomlEdit => ({
	path,
	value,
	reason,
});
const wishes = {
	app: 'blog-1',
	primaryRegion: 'ams',
	phxHost: 'blog.example.com',
	mount: {source: 'wisp_data'},
	vmSize: 'shared-cpu-1x',
	vmMemoryMb: 1024,
};

function read(text: string) {
	const reading = parseFlyToml(text);
	if (!reading.ok) throw new Error(reading.problem);
	return reading.config;
}

const planned = (text: string, changed: Partial<Parameters<typeof planFlyTomlEdits>[1]> = {}) =>
	planFlyTomlEdits(read(text), {...wishes, ...changed}).map(edit =>
		'addTable' in edit ? `[${edit.addTable.path.join('.')}]` : `${edit.path.join('.')}=${edit.value}`,
	);

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
		because: 'a root key stands before the tables',
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
		because: 'a table is no list',
	},
])('refuses $before: $because', ({before, edit, line}) => {
	expect(editFlyToml(before, [edit])).toMatchObject({
		ok: false,
		line,
		problem: expect.stringContaining(`line ${line}`),
	});
});

test('a refused edit says what to write by hand, and nothing of the others is done', () => {
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

test.each([
	{text: 'app = "a\n', line: 1, column: 9, problem: 'Unterminated'},
	{text: 'a = 1\nb =\nc = 2', line: 2, column: 4, problem: 'A value is missing'},
	{text: '\uFEFF[a]\r\n[a]\r\n', line: 2, column: 2, problem: 'multiple times'},
	{
		text: 'x = 1\n[http_service]\nmin_machines_running = "1"',
		line: 3,
		column: 1,
		problem: 'http_service.min_machines_running must be a whole number',
	},
	{
		text: '[[http_service.checks]]\npath = 1',
		line: 2,
		column: 1,
		problem: 'http_service.checks.path must be text',
	},
	{text: '[http_service]\nauto_stop_machines = "false"', line: 2, column: 1, problem: '"off"'},
	{text: '[[services]]\ninternal_port = "8080"', line: 2, column: 1, problem: 'whole number'},
	{text: 'env = 5', line: 1, column: 1, problem: 'env must be a table'},
	{text: '[mounts]\nsource = 5', line: 2, column: 1, problem: 'mounts.source must be text'},
	{text: '[[mounts]]\nsource = 5', line: 2, column: 1, problem: 'mounts.source must be text'},
])('says where fly.toml is wrong: $problem', ({text, line, column, problem}) => {
	expect(parseFlyToml(text)).toMatchObject({
		ok: false,
		line,
		column,
		problem: expect.stringContaining(problem),
	});
});

const complete = `app = "blog-1"
primary_region = "ams"
[http_service]
internal_port = 8080
auto_stop_machines = false
min_machines_running = 1
[[http_service.checks]]
path = "/"
headers = {x-forwarded-proto = "https"}
[mounts]
source = "other"
destination = "/mnt"
[[vm]]
size = "shared-cpu-1x"
memory = "1gb"
`;

test.each([
	{text: complete, edits: [], because: 'nothing is missing, and a mount of another name is used'},
	{
		text: complete.replace('= false', '= "stop"'),
		edits: ['http_service.auto_stop_machines=off'],
		because: 'it would sleep',
	},
	{text: complete.replace('auto_stop_machines = false\n', ''), edits: [], because: 'unset means off'},
	{
		text: complete.replace('running = 1', 'running = 0'),
		edits: ['http_service.min_machines_running=1'],
		because: 'none is not one',
	},
	{
		text: complete.replace(/headers.*\n/, ''),
		edits: ['http_service.checks.0.headers.X-Forwarded-Proto=https'],
		because: 'the check would be redirected',
	},
	{text: complete.replace(/\[\[http[^[]*/, ''), edits: ['[http_service.checks]'], because: 'no check'},
	{
		text: complete.replace(/\[\[http[^[]*/, '[checks.up]\ntype = "tcp"\n'),
		edits: [],
		because: 'a TCP check is a check',
	},
	{
		text: complete.replace('"1gb"', '"512mb"'),
		edits: ['vm.0.memory=1gb'],
		because: 'other memory was answered',
	},
	{text: complete.replace('[mounts]', '[old]'), edits: ['[mounts]'], because: 'no volume'},
	{
		text: `${complete}[env]\nPHX_HOST = "old"\n`,
		edits: ['env.PHX_HOST=blog.example.com'],
		because: 'the host stands there',
	},
	{
		text: '',
		edits: [
			'app=blog-1',
			'primary_region=ams',
			'[http_service]',
			'[http_service.checks]',
			'[mounts]',
			'[vm]',
		],
		because: 'everything is missing',
	},
])('plans $edits: $because', ({text, edits}) => {
	expect(planned(text)).toEqual(edits);
});

test('plans no mount for an app that keeps nothing on disk', () => {
	expect(planned('', {mount: undefined, swapMb: 512})).not.toContain('[mounts]');
});

test.each([
	{text: '[mounts]\nsource = "a"', source: 'a'},
	{text: '[mount]\nsource = "a"', source: 'a'},
	{text: '[[mounts]]\nsource = "a"', source: 'a'},
])('finds the mount of $text', ({text, source}) => {
	expect(findMounts(read(text)).map(({entry}) => entry.source)).toEqual([source]);
});

test('derives the folder of the volume from DATABASE_PATH', () => {
	expect(findMountDestination(read('[env]\nDATABASE_PATH = "/mnt/db/x.db"'))).toBe('/mnt/db');
	expect(findMountDestination(read('[env]\nDATABASE_PATH = "x.db"'))).toBe('/data');
});

test.each([
	{text: '[[vm]]\nsize = "shared-cpu-2x"', size: {vmSize: 'shared-cpu-2x', vmMemoryMb: 512}},
	{text: '[vm]\nmemory = "2 GB"\ncpus = 2', size: {vmSize: 'shared-cpu-2x', vmMemoryMb: 2048}},
	{
		text: '[[vm]]\ncpu_kind = "performance"\nmemory_mb = 4096',
		size: {vmSize: 'performance-1x', vmMemoryMb: 4096},
	},
	{text: '', size: undefined},
])('reads the machine of $text', ({text, size}) => {
	expect(readMachineSize(read(text))).toEqual(size);
});

test.each([
	{
		text: '[[mounts]]\nsource = "a"\ndestination = "/a"\n[[mounts]]\nsource = "b"\ndestination = "/b"',
		problem: '2 mounts (a, b)',
	},
	{text: '[processes]\napp = ""\n[http_service]\ninternal_port = 1', problem: 'configuration is not valid'},
	{text: '[processes]\napp = ""\nworker = ""', problem: '2 process groups (app, worker)'},
	{text: '[mounts]\nsource = "a"', problem: 'no destination'},
])('refuses what one machine cannot run: $problem', ({text, problem}) => {
	expect(findFlyTomlProblems(read(text))).toEqual([
		expect.objectContaining({problem: expect.stringContaining(problem)}),
	]);
});
