import {spawnSync} from 'node:child_process';
import {chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, describe, expect, test} from 'vitest';
import {profiles, providers, steps} from '../../source/cli/registry.ts';
import {toSecretQuestionId} from '../../source/core/questions/named-secret.ts';
import {canLook} from '../../source/output/script.ts';
import {hash, planScript, scriptFunctions, writeTestScript} from '../helpers/script-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'phxfly-script-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
if (!hasShellcheck) console.warn('SKIPPED: shellcheck is not installed, so no script is held to it.');

const existing = {
	Name: 'blog-1',
	Hostname: 'blog-1.fly.dev',
	Deployed: true,
	Status: 'deployed',
	Organization: {Slug: 'personal'},
	Machines: [],
};

const hostile = `it's "so" \`touch x\` $(touch x) \${HOME} \\ ! é 日本 <<END_OF_FILE # ;&|*~`;

const plans = [
	...providers.map(({id}) => ({what: `wisp, ${id}`, plan: planScript({profile: 'wisp', provider: id})})),
	...profiles
		.filter(({hasStorage}) => !hasStorage)
		.map(({id}) => ({what: id, plan: planScript({profile: id})})),
	{
		what: 'an app that runs',
		plan: planScript({profile: 'wisp', provider: 's3', existing, answers: {image: 'registry.fly.io/a:b'}}),
	},
	{
		what: 'two machines',
		plan: planScript({profile: 'phoenix', existing, answers: {'single-machine': 'yes'}}),
	},
	{
		what: 'values that no question lets through',
		plan: planScript({
			profile: 'wisp',
			provider: 'tigris',
			context: {
				app: hostile,
				org: hostile,
				domain: `${hostile}\n${hostile}`,
				bucket: hostile,
				appSecrets: [{name: 'PHX_HOST', value: hostile}],
				files: [{path: 'a b/$x', after: `END_OF_FILE\n${hostile}`, mode: 0o644, why: ''}],
			},
		}),
	},
];

describe.each(plans)('the script for $what', ({plan}) => {
	const script = writeTestScript(plan);

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
		expect(writeTestScript(plan)).toBe(script);
	});
});

test('every step has a look of its own in a script', () => {
	expect(steps.filter(({id}) => !canLook(id)).map(({id}) => id)).toEqual([]);
});

test('a step that it cannot look at is left to the person', () => {
	const plan = planScript({profile: 'phoenix'});
	const [first] = plan.steps;
	if (!first) throw new Error('no steps');
	const odd = {...first, step: {...first.step, id: 'odd', title: "Do it's thing"}};
	expect(writeTestScript({...plan, steps: [odd]})).toContain(
		"by_hand 'Do it'\\''s thing' apps create blog-1 --org personal --json",
	);
});

test('a confidential value that is at hand is not in the script, and its name is asked for', () => {
	const value = 'canaryQ8vX2mW5kT9rL3pB7nD';
	const script = writeTestScript(
		planScript({
			profile: 'phoenix',
			answers: {[toSecretQuestionId('API_KEY')]: 'given'},
			secrets: {[toSecretQuestionId('API_KEY')]: value},
		}),
	);
	expect(script).not.toContain(value);
	expect(script).toContain('\nhide_secret API_KEY\n');
	expect(script).toContain('\nwant_secret API_KEY\n');
});

/** In the scratch folder; a socket on standard input would make bash read its start-up file. */
const runBash = (code: string, env: NodeJS.ProcessEnv = process.env) =>
	spawnSync('bash', ['-c', code], {cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});

const text = fc.oneof(
	fc.string({unit: 'grapheme', maxLength: 20}),
	fc.string({
		unit: fc.constantFrom(
			"'",
			'"',
			'\\',
			'$',
			'`',
			' ',
			'\n',
			'\r',
			'\t',
			'*',
			'~',
			'!',
			'#',
			'-',
			'(',
			'é',
			'a',
		),
	}),
);
const word = text.filter(each => !each.includes('\0'));

test('whatever is in an answer reaches fly as one word, byte for byte', () => {
	// Stands in for the functions: prints what each call was given.
	const names = [...scriptFunctions.matchAll(/^(\w+)\(\)/gm)].map(([, name = '']) => name);
	const stub = names
		.map(name => `${name}() { [ ! -p /dev/fd/0 ] || cat >/dev/null; printf '%s\\0' ${name} "$@" '|'; }`)
		.join('\n');
	fc.assert(
		fc.property(word, word, word, word, (org, source, domain, value) => {
			const plan = planScript({
				profile: 'wisp',
				provider: 'tigris',
				context: {
					...{org, domain, bucket: value, files: []},
					mount: {source, destination: '/data'},
					appSecrets: [{name: 'PHX_HOST', value}],
					storageSecrets: [],
				},
			});
			const {stdout} = runBash(writeTestScript(plan, stub));
			const calls = stdout.split('|\0').map(call => call.split('\0').slice(0, -1));
			const find = (name: string) => calls.find(([first]) => first === name)?.slice(1);
			expect(find('create_app')).toEqual([org, 'apps', 'create', 'blog-1', '--org', org, '--json']);
			expect(find('create_volume')?.slice(0, 6)).toEqual([source, 'sjc', '1', 'volumes', 'create', source]);
			expect(find('add_certificate')).toEqual([domain, 'certs', 'add', domain, '--json', '-a', 'blog-1']);
			expect(find('want_public')).toEqual(['PHX_HOST', value]);
			expect(find('create_bucket')?.[0]).toBe(value);
		}),
		{numRuns: 60},
	);
});

test('files arrive byte for byte, whatever is in them, and a second run leaves them alone', () => {
	const content = fc
		.array(fc.oneof(word, fc.constantFrom('END_OF_FILE', 'END_OF_FILE_', '', '$(id)', '\t')), {maxLength: 8})
		.map(lines => lines.join('\n'));
	const prelude = `${scriptFunctions}\nanswers_yes=yes app=blog-1 changed=no scratch=${folder}\n`;
	fc.assert(
		fc.property(fc.array(content, {minLength: 10, maxLength: 10}), contents => {
			rmSync(join(folder, 'out'), {recursive: true, force: true});
			const files = contents.map((after, at) => ({path: `out/a file/${at}`, after, mode: 0o755, why: ''}));
			const script = writeTestScript(planScript({profile: 'phoenix', context: {files}}));
			const from = script.indexOf("write_file 'out/a file/0'");
			const lines = script.slice(from, script.lastIndexOf('\ncheck_config\n'));
			const run = () => runBash(`set -euo pipefail\n${prelude}\n${lines}\n`);
			expect(run()).toMatchObject({status: 0, stderr: ''});
			for (const {path, after} of files) {
				expect(readFileSync(join(folder, path), 'utf8')).toBe(after);
				expect(statSync(join(folder, path)).mode & 0o777).toBe(0o755);
			}

			expect(run().stdout.match(/there already: out/g)).toHaveLength(10);
		}),
		{numRuns: 3},
	);
}, 180_000);

test('a file that is neither as it was nor as it should be is not touched', () => {
	const path = join(folder, 'fly.toml');
	const prelude = `set -euo pipefail\n${scriptFunctions}\nanswers_yes=yes app=blog-1 changed=no scratch=${folder} kept=$KEPT`;
	const run = (state: string) =>
		runBash(`${prelude}\nwrite_file fly.toml 644 ${hash('a\n')} ${hash('b\n')} <<'E'\nb\nE\n`, {
			PATH: process.env.PATH,
			KEPT: state,
		});
	writeFileSync(path, 'c\n');
	const refused = run(join(folder, 'state'));
	expect(refused.status).toBe(1);
	expect(refused.stderr).toContain('fly.toml is not as it was when this script was made');
	expect(readFileSync(path, 'utf8')).toBe('c\n');

	writeFileSync(path, 'a\n');
	chmodSync(path, 0o640);
	expect(run(join(folder, 'state'))).toMatchObject({status: 0, stderr: ''});
	expect(readFileSync(path, 'utf8')).toBe('b\n');
	expect(statSync(path).mode & 0o777).toBe(0o640);
	const backup = join(folder, 'state', `fly.toml.${hash('a\n')}`);
	expect(readFileSync(backup, 'utf8')).toBe('a\n');
});
