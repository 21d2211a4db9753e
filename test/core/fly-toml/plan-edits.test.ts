import {expect, test} from 'vitest';
import {
	findFlyTomlProblems,
	findMountDestination,
	findMounts,
	parseFlyToml,
	readMachineSize,
} from '../../../source/core/fly-toml/config.ts';
import {planFlyTomlEdits} from '../../../source/core/fly-toml/plan-edits.ts';

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

const complete = `app = "blog-1"
primary_region = "ams"
kill_signal = "SIGTERM"
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
[[restart]]
policy = "on-failure"
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
		because: 'the host is in [env]',
	},
	{
		text: '',
		edits: [
			'app=blog-1',
			'primary_region=ams',
			'kill_signal=SIGTERM',
			'[http_service]',
			'[http_service.checks]',
			'[mounts]',
			'[vm]',
			'[restart]',
		],
		because: 'everything is missing',
	},
])('plans $edits: $because', ({text, edits}) => {
	expect(planned(text)).toEqual(edits);
});

test.each([
	{now: '', edits: ['kill_timeout=60s'], because: 'Fly waits 5 seconds'},
	{now: 'kill_timeout = 5\n', edits: ['kill_timeout=60'], because: 'that is too short, and stays a number'},
	{now: 'kill_timeout = "10s"\n', edits: ['kill_timeout=60s'], because: 'that is too short'},
	{now: 'kill_timeout = "2m"\n', edits: [], because: 'that is long enough'},
	{now: 'kill_timeout = "soon"\n', edits: [], because: 'nobody can tell how long that is'},
])('where Litestream runs, $now plans $edits: $because', ({now, edits}) => {
	expect(planned(now + complete, {runsLitestream: true})).toEqual(edits);
	expect(planned(now + complete)).toEqual([]);
});

test('an explicit signal stays, for doctor to report', () => {
	expect(planned(complete.replace('SIGTERM', 'SIGINT'), {runsLitestream: true})).toEqual([
		'kill_timeout=60s',
	]);
});

test('without a path that is sure to answer 200, Fly checks the port of the web service, and the reason says why', () => {
	const noHealthPath = '/ asks for a login';
	const text = complete.replace(/\[\[http[^[]*/, '').replace('8080', '4000');
	const [edit, ...more] = planFlyTomlEdits(read(text), {...wishes, noHealthPath});
	expect(more).toEqual([]);
	expect(edit).toMatchObject({
		addTable: {path: ['checks', 'listens'], kind: 'table', keys: {type: 'tcp', port: 4000}},
		reason: expect.stringContaining(noHealthPath),
	});
	const games =
		'[[services]]\ninternal_port = 1965\n[[services]]\ninternal_port = 4001\nports = [{handlers = ["http"]}]\n';
	expect(planFlyTomlEdits(read(games), {...wishes, noHealthPath})).toContainEqual(
		expect.objectContaining({
			addTable: expect.objectContaining({keys: expect.objectContaining({port: 4001})}),
		}),
	);
});

test.each([
	{variable: 'PORT', value: 4000, text: '', edits: ['env.PORT=8080'], port: 8080},
	{variable: 'PORT', value: undefined, text: '', edits: ['env.PORT=8080'], port: 8080},
	{variable: 'PORT', value: 8080, text: '', edits: [], port: 8080},
	{variable: 'PORT', value: 4000, text: '[env]\nPORT = "5000"\n', edits: [], port: 5000},
	{
		variable: 'HTTP_PORT',
		value: 4000,
		text: '[env]\nPORT = "5000"\n',
		edits: ['env.HTTP_PORT=8080'],
		port: 8080,
	},
	{variable: undefined, value: 4000, text: '', edits: [], port: 4000},
])(
	'a new service with $variable, $value by itself, and $text: $edits',
	({variable, value, text, edits, port}) => {
		const all = planFlyTomlEdits(read(text), {...wishes, port: {variable, value}});
		expect(planned(text, {port: {variable, value}}).filter(edit => edit.startsWith('env.'))).toEqual(edits);
		expect(all).toContainEqual(
			expect.objectContaining({
				addTable: expect.objectContaining({
					keys: expect.objectContaining({internal_port: port, force_https: true}),
				}),
			}),
		);
	},
);

test('a service that is there decides itself about its port', () => {
	expect(planned(complete, {port: {variable: 'PORT', value: 4000}})).toEqual([]);
});

test('a text about a replica or a volume is for an app that has one', () => {
	const text = complete.replace('= false', '= "stop"').replace('ams', 'fra').replace('[[restart]]', '[old]');
	const reasons = (mount: typeof wishes.mount | undefined, runsLitestream: boolean) =>
		planFlyTomlEdits(read(text), {...wishes, mount, runsLitestream})
			.map(({reason}) => reason)
			.join('\n');
	expect(reasons(undefined, false)).not.toMatch(/volume|replica|Litestream|database/i);
	expect(reasons(wishes.mount, true)).toMatch(/volume.*Litestream.*replicate.*continues to replicate/s);
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
])('rejects what one machine cannot run: $problem', ({text, problem}) => {
	expect(findFlyTomlProblems(read(text))).toEqual([
		expect.objectContaining({problem: expect.stringContaining(problem)}),
	]);
});
