import {spawnSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {findMounts, parseFlyToml} from '../../../source/core/fly-toml/config.ts';
import {editFlyToml} from '../../../source/core/fly-toml/edit.ts';
import {planFlyTomlEdits} from '../../../source/core/fly-toml/plan-edits.ts';
import {fillTemplate} from '../../../source/core/project/placeholders.ts';
import {readProject} from '../../../source/core/project/project.ts';
import {planTemplateFiles} from '../../../source/core/project/template.ts';
import {readChat, readSample, readTemplates} from '../../helpers/template-files.ts';

const templates = readTemplates('wisp');
const mount = {source: 'wisp_data', destination: '/data'};
const machine = {vmSize: 'shared-cpu-1x', vmMemoryMb: 1024, swapMb: 512};
const wishes = {
	app: 'blog-1',
	primaryRegion: 'ams',
	phxHost: 'blog.example.com',
	mount,
	volumeSizeGb: 1,
	...machine,
};

/** The files that would be written to the sample without `missing` and with `more`. */
function plan(missing: RegExp, more: Readonly<Record<string, string>> = {}) {
	const kept = [...readSample()].filter(([path]) => !missing.test(path));
	const reading = readProject(new Map([...kept, ...Object.entries(more)]));
	if (!reading.ok) throw new Error(reading.problem);
	return planTemplateFiles(reading.facts, wishes, templates);
}
const paths = (...given: Parameters<typeof plan>) => plan(...given).map(({path}) => path);
const all = /^(Dockerfile|\.dockerignore|fly\.toml|etc\/|rel\/)/;
const textOf = (path: string, ...given: Parameters<typeof plan>) =>
	plan(...given).find(change => change.path === path)?.after ?? '';

test('an app without deployment files gets all of them, scripts executable', () => {
	expect(plan(all).map(({path, mode}) => `${mode.toString(8)} ${path}`)).toEqual([
		'644 .dockerignore',
		'644 Dockerfile',
		'644 etc/litestream.yml',
		'644 fly.toml',
		'755 rel/entrypoint.sh',
		'755 rel/overlays/bin/server',
	]);
});

test('the sample lacks one file, which its entrypoint starts', () => {
	expect(paths(/^$/)).toEqual(['rel/overlays/bin/server']);
});

test.each([
	{
		missing: /^etc|^rel/,
		paths: ['etc/litestream.yml', 'rel/entrypoint.sh', 'rel/overlays/bin/server'],
		because: 'its Dockerfile copies them',
	},
	{missing: /^\.dockerignore/, paths: ['rel/overlays/bin/server'], because: 'a working build is left alone'},
	{
		missing: all,
		more: {Dockerfile: 'FROM x\nCOPY lib lib\nCMD ["/app/bin/wisp", "start"]'},
		paths: ['fly.toml'],
		because: 'its Dockerfile needs none',
	},
	{
		missing: all,
		more: {Dockerfile: 'FROM x\nCOPY . .\nCMD /app/bin/server'},
		paths: ['fly.toml', 'rel/overlays/bin/server'],
		because: 'it starts bin/server',
	},
	{
		missing: all,
		more: {Dockerfile: 'FROM x\nCOPY --from=b /rel .\nCMD /app/bin/server'},
		paths: ['fly.toml'],
		because: 'nothing copies it',
	},
	{
		missing: all,
		more: {Dockerfile: 'FROM x\n# COPY etc/litestream.yml /\n', 'config/litestream.yml': ''},
		paths: ['fly.toml'],
		because: 'a comment copies nothing',
	},
])('writes $paths: $because', ({missing, more, paths: wanted}) => {
	expect(paths(missing, more)).toEqual(wanted);
});

test('the template Dockerfile uses what the app has', () => {
	const dockerfile = textOf('Dockerfile', /^Dockerfile|^etc/, {
		'config/litestream.yml': 'dbs: []',
		'assets/package.json': '{}',
		'assets/package-lock.json': '{}',
		'mix.exs': '[app: :other, releases: [blog: []], deps: [{:phoenix, "~> 1.8"}]]',
		'.tool-versions': 'elixir 1.18.4\nerlang 27.3.4',
	});
	expect(dockerfile).toContain('ARG ELIXIR_VERSION=1.18.4\nARG OTP_VERSION=27.3.4\n');
	expect(dockerfile).toContain('COPY config/litestream.yml /etc/litestream.yml');
	expect(dockerfile).toContain('RUN npm ci --prefix assets');
	expect(dockerfile).toContain('_build/prod/rel/blog ./');
	expect(dockerfile).not.toContain('assets.deploy');
});

test("the sample's Dockerfile and scripts are what the templates make of it", () => {
	const sample = readSample();
	for (const path of ['Dockerfile', 'etc/litestream.yml', 'rel/entrypoint.sh', '.dockerignore']) {
		expect(sample.get(path)).toBe(textOf(path, /^(Dockerfile|\.dockerignore|etc)/) || templates.get(path));
	}
});

test('the fly.toml that phxfly writes needs no edit', () => {
	const reading = parseFlyToml(textOf('fly.toml', all));
	expect(reading.ok && planFlyTomlEdits(reading.config, {...wishes, healthPath: '/health'})).toEqual([]);
	expect(reading.ok && findMounts(reading.config)).toHaveLength(1);
});

test("the sample's fly.toml needs a few lines, and keeps all others", () => {
	const text = readSample().get('fly.toml') ?? '';
	const reading = parseFlyToml(text);
	const edits = reading.ok ? planFlyTomlEdits(reading.config, wishes) : [];
	expect(edits.map(edit => ('addTable' in edit ? edit.addTable.path : edit.path).join('.'))).toEqual([
		'app',
		'primary_region',
		'env.PHX_HOST',
		'swap_size_mb',
		'http_service.checks.0.headers.X-Forwarded-Proto',
		'vm',
	]);
	const edited = editFlyToml(text, edits);
	const after = new Set(edited.ok ? edited.text.split('\n') : []);
	expect(text.split('\n').filter(line => !after.has(line))).toHaveLength(3);
});

const chat = readProject(readChat());
const phoenixFiles = chat.ok
	? planTemplateFiles(chat.facts, {...wishes, mount: undefined, vmMemoryMb: 512}, readTemplates('phoenix'))
	: [];
const written = [...plan(all), ...phoenixFiles];

test.each(written)('$path is filled', ({after}) => {
	expect(after).not.toMatch(/%[A-Z][A-Z_]*%/);
});

test.each(written.filter(({mode}) => mode === 0o755))('$path is a shell script', ({after}) => {
	expect(spawnSync('sh', ['-n'], {input: after}).status).toBe(0);
});

test('an app without a database gets neither volume nor Litestream, and each setting has its reason', () => {
	expect(phoenixFiles.map(({path, mode}) => `${mode.toString(8)} ${path}`)).toEqual([
		'644 .dockerignore',
		'644 Dockerfile',
		'644 fly.toml',
		'755 rel/overlays/bin/server',
	]);
	const dockerfile = phoenixFiles.find(({path}) => path === 'Dockerfile')?.after;
	expect(dockerfile).toContain('_build/prod/rel/parley ./');
	expect(dockerfile).not.toMatch(/litestream|sqlite/i);
	const text = phoenixFiles.find(({path}) => path === 'fly.toml')?.after ?? '';
	const reading = parseFlyToml(text);
	expect(reading).toMatchObject({
		ok: true,
		config: {
			swap_size_mb: 512,
			http_service: {auto_stop_machines: 'off', min_machines_running: 1},
			vm: [{size: 'shared-cpu-1x', memory: '512mb'}],
		},
	});
	expect(reading.ok && findMounts(reading.config)).toEqual([]);
	expect(
		reading.ok &&
			planFlyTomlEdits(reading.config, {...wishes, mount: undefined, vmMemoryMb: 512, healthPath: '/'}),
	).toEqual([]);
	for (const key of ['kill_timeout', 'swap_size_mb', 'strategy', 'auto_stop_machines', 'policy']) {
		expect(text, key).toMatch(
			new RegExp(`^\\s*#.*\\n(?:\\s*kill_signal.*\\n|\\[\\[.*\\n)?\\s*${key} = `, 'm'),
		);
	}
});

test.each([
	{text: 'a %B% c', values: {B: 'x'}, filled: 'a x c'},
	{text: 'a\n%B%\nc', values: {B: ''}, filled: 'a\nc'},
	{text: 'a\n\nc %{}', values: {}, filled: 'a\n\nc %{}'},
])('fills $text', ({text, values, filled}) => {
	expect(fillTemplate(text, values)).toBe(filled);
});

test.each([
	{text: '%NOPE%', values: {}, problem: '%NOPE% without a value'},
	{text: '%A%', values: {A: '%B%'}, problem: 'still contains %B%'},
])('does not fill $text', ({text, values, problem}) => {
	expect(() => fillTemplate(text, values)).toThrow(problem);
});

test('the sample is small enough to ship', () => {
	const size = [...readSample().values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
	expect(size).toBeLessThan(40_000);
});
