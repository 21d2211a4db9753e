import {spawnSync} from 'node:child_process';
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, describe, expect, test} from 'vitest';
import {profiles, providers} from '../../source/cli/registry.ts';
import type {Plan} from '../../source/core/plan/plan.ts';
import type {Action, Step} from '../../source/core/plan/step.ts';
import {toSecretQuestionId} from '../../source/core/questions/named-secret.ts';
import {writeScript} from '../../source/output/script.ts';
import {makePlan} from '../helpers/make-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'phxfly-script-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
if (!hasShellcheck) console.warn('SKIPPED: shellcheck is not installed, so no script is held to it.');

const write = (plan: Plan, answers: readonly string[] = []) => writeScript(plan, {version: '0.1.0', answers});

const existing = {
	Name: 'blog-1',
	Hostname: 'blog-1.fly.dev',
	Deployed: true,
	Version: 3,
	Status: 'deployed',
	Organization: {Slug: 'personal'},
	Machines: [],
};

const hostile = `it's "so" \`touch x\` $(touch x) \${HOME} \\ ! é 日本 <<END # ;&|*~`;

const value = 'canaryQ8vX2mW5kT9rL3pB7nD';

/** A step outside the registry, with every kind of action. */
const future: readonly Action[] = [
	{
		kind: 'fly',
		args: ['moons', 'create', 'io', '-a', 'blog-1'],
		environment: {FLY_MOON: 'a b'},
		why: 'every app needs one',
		timeoutMs: 1,
	},
	{kind: 'wait-for-lease', machineId: 'm1', untilMs: 0, owner: 'a@b.c'},
	{kind: 'clear-lease', machineId: 'm2', app: 'blog-1'},
	{kind: 'fly', args: ['moons', 'keys'], isSecret: true, catches: ['MOON_KEY'], timeoutMs: 1},
	{
		kind: 'fly',
		args: ['moons', 'unlock', 'NAME=-'],
		input: {kind: 'value', secret: {name: 'MOON_CODE'}},
		timeoutMs: 1,
	},
	{
		kind: 'write-file',
		change: {path: 'moon.toml', after: 'a = 1', mode: 0o600, why: 'tells Fly where it is'},
	},
];

function withFutureStep(plan: Plan): Plan {
	const step: Step = {
		...{id: 'make-moon', title: "Make it's moon", needs: [], locks: [], usualSeconds: [1, 2]},
		isNeeded: () => true,
		look: async () => ({is: 'absent'}),
		records: async () => [],
		actions: () => future,
	};
	return {...plan, steps: [...plan.steps, {step, finding: {is: 'absent'}, actions: future, isOurs: false}]};
}

const plans = [
	...providers.map(({id}) => ({what: `wisp, ${id}`, plan: makePlan({profile: 'wisp', provider: id})})),
	...profiles
		.filter(({hasStorage}) => !hasStorage)
		.map(({id}) => ({what: id, plan: makePlan({profile: id})})),
	{
		what: 'an app that runs',
		plan: makePlan({profile: 'wisp', provider: 's3', existing, answers: {image: 'registry.fly.io/a:b'}}),
	},
	{
		what: 'two machines',
		plan: makePlan({profile: 'phoenix', existing, answers: {'single-machine': 'yes'}}),
	},
	{what: 'a step of the future', plan: withFutureStep(makePlan({profile: 'phoenix'}))},
	{what: 'nothing to do', plan: {...makePlan({profile: 'phoenix'}), steps: []}},
	{
		what: 'values that no question lets through',
		plan: makePlan({
			profile: 'wisp',
			provider: 'tigris',
			context: {
				app: hostile,
				org: hostile,
				domain: `${hostile}\n${hostile}`,
				bucket: hostile,
				appSecrets: [{name: 'PHX_HOST', value: hostile}],
				files: [{path: 'a b/$x', after: `END\n${hostile}`, mode: 0o644, why: hostile}],
			},
		}),
	},
];

describe.each(plans)('the script for $what', ({plan}) => {
	const script = write(plan, ['--domain', hostile]);

	test('parses', () => {
		expect(spawnSync('bash', ['-n'], {input: script, encoding: 'utf8'})).toMatchObject({
			status: 0,
			stderr: '',
		});
	});

	test.skipIf(!hasShellcheck)('is clean to shellcheck', () => {
		const {stdout, status} = spawnSync('shellcheck', ['-'], {input: script, encoding: 'utf8'});
		expect(stdout).toBe('');
		expect(status).toBe(0);
	});

	test('is the same every time', () => {
		expect(write(plan, ['--domain', hostile])).toBe(script);
	});

	test('runs nothing when it is cut off', () => {
		const cut = script.slice(0, script.lastIndexOf('\nexit\n'));
		expect(spawnSync('bash', ['-n'], {input: cut, encoding: 'utf8'}).status).not.toBe(0);
	});

	test('needs a terminal, and says so', () => {
		const path = join(folder, 'setup.sh');
		writeFileSync(path, script);
		const ran = runBash(`exec bash ${path}`);
		expect(ran).toMatchObject({status: 1, stdout: ''});
		expect(ran.stderr).toContain('Run it in a terminal');
	});
});

describe('a step of the future', () => {
	const script = write(withFutureStep({...makePlan({profile: 'phoenix'}), steps: []}), ['--app', 'blog-1']);

	test.each([
		"# Make it's moon\n",
		'#   Then create the DNS records that phxfly verify lists.\n',
		"#   every app needs one\nsay '  every app needs one'\nrun env 'FLY_MOON=a b' fly moons create io -a blog-1\n",
		'#   Another deploy holds machine m1 until 1970-01-01T00:00:00.000Z. This script cannot wait\n',
		'#   for that; phxfly apply does. To look: fly machine leases view m1 -a blog-1\n',
		"#   An interrupted deploy left its lease on the machine\nsay '  An interrupted deploy left its lease on the machine'\nrun fly machine leases clear m2 -a blog-1\n",
		'while ask fly moons keys; do\n\tprivate fly moons keys && break\n',
		'#   It shows MOON_KEY on this screen, once. Keep them only if it says that it does not set them:\n',
		"while ask fly moons unlock 'NAME=-'; do\n\tenter MOON_CODE value\n\tbare MOON_CODE | fly moons unlock 'NAME=-' && break\n",
		"#   moon.toml: tells Fly where it is\nsay '  moon.toml: tells Fly where it is'\nwrite moon.toml 600 cut <<'END'\na = 1\nEND\n",
		'\ntake MOON_CODE\n',
		'  phxfly verify --app blog-1',
	])('is written as %j', text => {
		// A word with an equals sign is safe for the shell as it is.
		expect(script.replaceAll(/'(NAME=-)'/g, '$1')).toContain(text.replaceAll(/'(NAME=-)'/g, '$1'));
	});
});

test('writes no command for a step that is done, and says so', () => {
	const plan = makePlan({profile: 'phoenix'});
	const steps = plan.steps.map(each => ({...each, finding: {is: 'there', id: 'it'} as const, actions: []}));
	const script = write({...plan, steps});
	expect(script).toContain('# Create the app: already done (it).\n');
	expect(script).not.toContain('\nrun ');
});

test('the script contains no known confidential value, and asks for it by name', () => {
	const script = write(
		makePlan({
			profile: 'phoenix',
			answers: {[toSecretQuestionId('API_KEY')]: 'given'},
			secrets: {[toSecretQuestionId('API_KEY')]: value},
		}),
	);
	expect(script).not.toContain(value);
	expect(script).toMatch(/\ntake .*API_KEY\n/);
	expect(script).toContain('\n\tenter API_KEY import\n');
});

/** Runs bash in the scratch folder. A socket on standard input would make it read its startup file. */
const runBash = (code: string, env: NodeJS.ProcessEnv = process.env) =>
	spawnSync('bash', ['-c', code], {cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});

/** Returns the functions of a script, and its commands without those that check the terminal. */
function split(script: string): {functions: string; commands: string} {
	const [start, end] = ['\n{\n', '\nexec 3<&0 </dev/null\n'];
	return {
		functions: script.slice(0, script.indexOf(start)),
		commands: script.slice(script.indexOf(end) + end.length, script.lastIndexOf('\nexit\n}\n')),
	};
}

const text = fc.oneof(
	fc.string({unit: 'grapheme', maxLength: 20}),
	fc.string({
		unit: fc.constantFrom(
			...["'", '"', '\\', '$', '`', ' ', '\n', '\r', '\t', '*', '~', '!', '#', '-', '(', 'é', 'a'],
		),
	}),
);
const word = text.filter(each => !each.includes('\0'));

test('any answer reaches fly as one word, byte for byte', () => {
	// Replaces the functions, and prints the arguments of each call.
	const stub = [
		'run',
		'ask',
		'private',
		'keep',
		'say',
		'write',
		'enter',
		'generate',
		'lines',
		'take',
		'failed',
	]
		.map(name => `${name}() { printf '%s\\0' ${name} "$@" '|'; }`)
		.join('\n');
	fc.assert(
		fc.property(word, word, word, word, (org, source, domain, value) => {
			const plan = makePlan({
				profile: 'wisp',
				provider: 'tigris',
				context: {
					...{org, domain, bucket: value, files: []},
					mount: {source, destination: '/data'},
					appSecrets: [{name: 'PHX_HOST', value}],
					storageSecrets: [],
				},
			});
			const {stdout} = runBash(`${stub}\n${split(write(plan)).commands}`);
			const calls = stdout.split('|\0').map(call => call.split('\0').slice(0, -1));
			const all = calls.map(each => JSON.stringify(each));
			for (const wanted of [
				['run', 'fly', 'apps', 'create', 'blog-1', '--org', org, '--json'],
				['run', 'fly', 'certs', 'add', domain, '--json', '-a', 'blog-1'],
				['ask', 'fly', 'storage', 'create', '-a', 'blog-1', '--name', value, '--yes'],
				['private', 'fly', 'storage', 'create', '-a', 'blog-1', '--name', value, '--yes'],
				['keep', 'PHX_HOST', value],
			]) {
				expect(all).toContain(JSON.stringify(wanted));
			}

			expect(calls.find(([, , word]) => word === 'volumes')?.[4]).toBe(source);
		}),
		{numRuns: 60},
	);
});

test('writes any file byte for byte, and a second run leaves it alone', () => {
	const content = fc
		.array(fc.oneof(word, fc.constantFrom('END', 'END_', '', '$(id)', '\t')), {maxLength: 8})
		.map(lines => lines.join('\n'));
	fc.assert(
		fc.property(fc.array(content, {minLength: 10, maxLength: 10}), contents => {
			rmSync(join(folder, 'out'), {recursive: true, force: true});
			const files = contents.map((after, at) => ({path: `out/a file/${at}`, after, mode: 0o755, why: ''}));
			const plan = makePlan({profile: 'phoenix', context: {files}});
			const steps = plan.steps.filter(({step}) => step.id === 'write-files');
			const {functions, commands} = split(write({...plan, steps}));
			const run = () => runBash(`${functions}\nscratch=${folder}\nask() { say "asked $*"; }\n${commands}`);
			const first = run();
			expect(first).toMatchObject({status: 0, stderr: ''});
			expect(first.stdout.match(/^asked write out/gm)).toHaveLength(10);
			for (const {path, after} of files) {
				expect(readFileSync(join(folder, path), 'utf8')).toBe(after);
				expect(statSync(join(folder, path)).mode & 0o777).toBe(0o755);
			}

			const second = run();
			expect(second.stdout.match(/already has this text/g)).toHaveLength(10);
			expect(second.stdout).not.toContain('asked');
		}),
		{numRuns: 3},
	);
}, 180_000);

describe('an existing file', () => {
	const place = join(folder, 'place');
	const plan = makePlan({
		profile: 'phoenix',
		context: {files: [{path: 'fly.toml', before: 'a\n', after: 'b\n', mode: 0o644, why: ''}]},
	});
	const {functions} = split(write(plan));
	const run = (answer: 'run' | 'skip') =>
		runBash(
			`cd ${place}\n${functions}\nscratch=${folder}\nask() { ${answer === 'run' ? 'true' : 'false'}; }\nwrite fly.toml 644 <<'END'\nb\nEND\n`,
		);
	const reset = (make: () => void) => {
		rmSync(place, {recursive: true, force: true});
		mkdirSync(place);
		make();
	};

	test('is shown as a diff, copied, and replaced without changing its mode', () => {
		reset(() => writeFileSync(join(place, 'fly.toml'), 'c\n'));
		chmodSync(join(place, 'fly.toml'), 0o640);
		const {status, stdout, stderr} = run('run');
		expect({status, stderr}).toEqual({status: 0, stderr: ''});
		expect(stdout).toContain('-c\n+b\n');
		expect(readFileSync(join(place, 'fly.toml'), 'utf8')).toBe('b\n');
		expect(statSync(join(place, 'fly.toml')).mode & 0o777).toBe(0o640);
		const [copy = ''] = readdirSync(place).filter(name => name !== 'fly.toml');
		expect(readFileSync(join(place, copy), 'utf8')).toBe('c\n');
		expect(stdout).toContain(`The text before is in ${copy}`);
	});

	test('stays as it is when the answer is skip', () => {
		reset(() => writeFileSync(join(place, 'fly.toml'), 'c\n'));
		expect(run('skip')).toMatchObject({status: 0, stderr: ''});
		expect(readdirSync(place)).toEqual(['fly.toml']);
		expect(readFileSync(join(place, 'fly.toml'), 'utf8')).toBe('c\n');
	});

	test('is not written unless it is a regular file', () => {
		reset(() => mkdirSync(join(place, 'fly.toml')));
		const refused = run('run');
		expect(refused).toMatchObject({status: 1, stderr: 'fly.toml is not a regular file. Move it away.\n'});
		expect(readdirSync(join(place, 'fly.toml'))).toEqual([]);
	});
});

describe('a value', () => {
	const {functions} = split(write(makePlan({profile: 'wisp', provider: 's3'})));
	const judge = (kind: string, typed: string) =>
		runBash(`${functions}\njudge ${kind} "$TYPED"`, {PATH: process.env.PATH, TYPED: typed}).stdout.trim();

	test.each([
		['import', '', 'Nothing was typed.'],
		['import', 'a"b', 'fly secrets import changes quotes'],
		['import', 'a\nb', 'fly secrets import changes quotes'],
		['import', 'x'.repeat(60_000), 'It is longer than fly reads.'],
		['value', ' a', 'It starts or ends with a space'],
		['value', 'a\n', 'It starts or ends with a space'],
		['value', 'a\u00a0', 'It starts or ends with a space'],
	])('for %s that fly would change is refused: %j', (kind, typed, says) => {
		expect(judge(kind, typed)).toContain(says);
	});

	test.each([
		['import', ` it's $HOME \\ \`x\` é= `],
		['value', `"a" 'b'\n$HOME\\`],
	])('for %s that fly carries exactly is taken: %j', (kind, typed) => {
		expect(judge(kind, typed)).toBe('');
		const {stdout} = runBash(
			`${functions}\ntake A_KEY\nenter A_KEY ${kind} 3</dev/null\n${kind === 'import' ? 'lines' : 'bare'} A_KEY\nenv | grep -c A_KEY || true`,
			{PATH: process.env.PATH, A_KEY: typed},
		);
		expect(stdout).toBe(kind === 'import' ? `A_KEY="${typed}"\n0\n` : `${typed}0\n`);
	});
});
