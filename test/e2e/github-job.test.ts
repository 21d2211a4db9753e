import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {parse} from 'yaml';
import {type FlyWrapper, makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';

vi.setConfig({testTimeout: 900_000, hookTimeout: 600_000});

const root = fileURLToPath(new URL('../../', import.meta.url));
const package_ = './.github/phxfly-0.1.0.tgz';
const workflows = ['.github/workflows/fly.yml', '.github/workflows/fly-drill.yml'] as const;

let rehearsal: Rehearsal;
let project: string;
let wrapper: FlyWrapper;
let app: string;
beforeEach(() => {
	rehearsal = openRehearsal();
	project = join(rehearsal.folder, 'blog');
	mkdirSync(join(project, '.github'), {recursive: true});
	copySample(rehearsal.packageFolder, project);
	wrapper = makeFlyWrapper(rehearsal);
	// This app does not exist, so its site is unreachable from here.
	app = `phxfly-e2e-${rehearsal.folder.replaceAll(/[^a-z]/g, '').slice(-8)}-nowhere`;
});
afterEach(() => rehearsal.close());

const answers = () => [
	...['--app', app, '--org', 'personal', '--region', 'sjc', '--domain', 'none', '--no-mail'],
	...['--storage', 'tigris', '--bucket', 'blog-1-store'],
];
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
	rehearsal.run([...args, '--fly', wrapper.path], {
		cwd: project,
		env: {FLY_CONFIG_DIR: wrapper.configFolder, ...env},
	});
const ci = (...args: readonly string[]) => run(['ci', '--package', package_, ...args]);
const setUp = async () => expect((await run([...answers(), '--yes', '--wait', '0s'])).exit).toBe(3);
const read = (path: string) => readFileSync(join(project, path), 'utf8');
const pack = () => {
	const folder = join(project, '.github');
	const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
	execFileSync('npm', args, {cwd: root, stdio: ['ignore', 'pipe', 'ignore']});
};

type Workflow = {readonly jobs: Readonly<Record<string, {readonly steps: readonly Step[]}>>};
type Step = {readonly run?: string; readonly if?: string};
type Ran = {readonly run: string; readonly exit: number; readonly output: string};

/**
Executes the `run:` lines of a workflow on a runner that has only the checkout, in a shell, as GitHub does. phxfly is the one
that the job installs; only its waits are cut short.

@param tolerated - Exit codes that do not end the job here, since the app has no site.
*/
function runWorkflow(path: string, tolerated: readonly number[] = []): readonly Ran[] {
	rmSync(rehearsal.stateHome, {recursive: true, force: true});
	const prefix = join(rehearsal.folder, '..', 'prefix');
	const bin = join(rehearsal.folder, '..', 'bin');
	rmSync(prefix, {recursive: true, force: true});
	mkdirSync(bin, {recursive: true});
	const shim = join(bin, 'phxfly');
	const short = `case "$1" in apply|deploy|verify) set -- "$@" --wait 0s ;; esac`;
	writeFileSync(shim, `#!/bin/sh\n${short}\nexec '${prefix}/bin/phxfly' "$@"\n`);
	chmodSync(shim, 0o755);
	writeFileSync(join(bin, 'flyctl'), `#!/bin/sh\nexec '${wrapper.path}' "$@"\n`);
	chmodSync(join(bin, 'flyctl'), 0o755);
	const env = {
		...rehearsal.environment,
		PATH: `${bin}:${process.env.PATH ?? ''}`,
		npm_config_prefix: prefix,
		npm_config_offline: 'true',
		FLY_API_TOKEN: 'fo1_of_the_job',
		FLY_CONFIG_DIR: wrapper.configFolder,
		CI: 'true',
	};
	const ran: Ran[] = [];
	const {jobs} = parse(read(path)) as Workflow;
	for (const {run: line, if: condition} of Object.values(jobs).flatMap(({steps}) => steps)) {
		const hasFailed = ran.some(({exit}) => exit !== 0 && !tolerated.includes(exit));
		if (line === undefined || hasFailed !== (condition === 'failure()')) continue;
		const {status, stdout, stderr} = spawnSync('bash', ['-e', '-c', line], {
			cwd: project,
			env,
			encoding: 'utf8',
		});
		ran.push({run: line, exit: status ?? -1, output: stdout + stderr});
	}

	return ran;
}

const made = () =>
	rehearsal
		.world()
		.calls.filter(({mutates}) => mutates)
		.map(({argv}) => argv.slice(0, 2).join(' '));

test('without --package it refuses and says how to make the tarball; it never overwrites a file', async () => {
	const none = await run(['ci', '--yes']);
	expect({exit: none.exit, stderr: none.stderr}).toEqual({
		exit: 2,
		stderr: expect.stringContaining('npm pack --pack-destination'),
	});
	for (const spec of ['phxfly', '../phxfly.tgz', 'http://example.com/x.tgz', './none.tgz', '$(id).tgz']) {
		const {exit, stderr} = await run(['ci', '--package', spec, '--yes']);
		expect({spec, exit, stderr}).toMatchObject({
			spec,
			exit: 2,
			stderr: expect.stringContaining('failed (package-needed)'),
		});
	}

	await setUp();
	writeFileSync(join(project, package_), 'a tarball');
	mkdirSync(join(project, '.github', 'workflows'));
	writeFileSync(join(project, workflows[0]), 'name: mine\n');
	const before = readTree(project);
	const {exit, stdout, stderr} = await ci('--yes');
	expect(exit).toBe(6);
	expect(stdout).toContain('-name: mine');
	expect(stderr).toContain('failed (workflow-differs)');
	expect(readTree(project)).toEqual(before);
});

test('the workflows plan, apply, deploy, verify, and drill, each on a fresh runner', async () => {
	await setUp();
	pack();
	const dry = await ci('--dry-run');
	expect({exit: dry.exit, stdout: dry.stdout}).toEqual({
		exit: 0,
		stdout: expect.stringContaining('+name: Fly'),
	});
	expect(existsSync(join(project, workflows[0]))).toBe(false);
	expect((await ci('--json')).exit).toBe(5);
	const first = await ci('--yes');
	expect(first.exit).toBe(0);
	expect(first.stdout).toContain(
		`fly tokens create deploy -a ${app} --name phxfly-ci --expiry 2160h | gh secret set FLY_API_TOKEN`,
	);
	const files = readTree(project);
	const again = await ci();
	expect({exit: again.exit, stdout: again.stdout}).toEqual({
		exit: 0,
		stdout: expect.not.stringContaining('+++'),
	});
	expect(readTree(project)).toEqual(files);
	expect(made()).not.toContain('tokens create');

	const runs = runWorkflow(workflows[0], [3]);
	// A site that cannot be reached from here is pending: only the last step, which waits for it, fails.
	const exits = [0, 0, 0, 0, 3];
	expect(
		runs.map(({exit}) => exit),
		runs.map(({output}) => output).join('\n'),
	).toEqual(exits);
	expect(runs.map(({run: line}) => line.split(' ').slice(0, 2).join(' '))).toEqual([
		'npm install',
		'phxfly plan',
		'phxfly apply',
		'phxfly deploy',
		'phxfly verify',
	]);
	const world = normaliseWorld(rehearsal.world());
	const count = made().length;
	const second = runWorkflow(workflows[0], [3]);
	expect(second.map(({exit}) => exit)).toEqual(exits);
	expect(normaliseWorld(rehearsal.world())).toEqual(world);
	// Without a journal the values of the listed secrets are unknown, so they are set again, and nothing is made.
	expect(made().slice(count)).toEqual(['secrets import', 'secrets import', 'secrets deploy', 'deploy -a']);

	const drill = runWorkflow(workflows[1]);
	expect(
		drill.map(({exit}) => exit),
		drill.map(({output}) => output).join('\n'),
	).toEqual([0, 0]);
	for (const {output} of [...runs, ...second, ...drill]) expect(output).not.toContain('fo1_of_the_job');

	// A drill that fails is loud: an error of the run, not only a red line.
	await rehearsal.fly('machine', 'stop', rehearsal.world().machines[0]?.id ?? '', '-a', app);
	const failed = runWorkflow(workflows[1]);
	expect(failed.map(({exit}) => exit === 0)).toEqual([true, false, true]);
	expect(failed[2]?.output).toContain(`::error title=Drill failed::The replica of ${app}`);
});

test('with gh it creates one token that ends, and gives it to gh on standard input only', async () => {
	await setUp();
	writeFileSync(join(project, package_), 'a tarball');
	mkdirSync(join(project, '.git'));
	const config = '[remote "origin"]\n\turl = git@github.com:ann/blog.git\n';
	writeFileSync(join(project, '.git', 'config'), config);
	const bin = join(rehearsal.folder, '..', 'gh-bin');
	const seen = join(rehearsal.folder, '..', 'gh-seen');
	for (const folder of [bin, seen]) mkdirSync(folder);
	const gh = [
		'#!/bin/sh',
		`echo "$@" >> '${seen}/words'`,
		`env >> '${seen}/environment'`,
		'if [ "$2" = list ]; then',
		`	if [ -s '${seen}/token' ]; then printf 'FLY_API_TOKEN\\t2026-11-28\\n'; fi`,
		`	exit 0`,
		'fi',
		`cat > '${seen}/token'`,
		`[ ! -e '${seen}/broken' ] || { echo "no access" >&2; exit 1; }`,
	];
	writeFileSync(join(bin, 'gh'), `${gh.join('\n')}\n`);
	chmodSync(join(bin, 'gh'), 0o755);
	const env = {PATH: `${bin}:${process.env.PATH ?? ''}`, RESEND_API_KEY: 're_the_key_of_this_app_0815'};

	const {exit, stdout, stderr} = await run(['ci', '--package', package_, '--yes'], env);
	expect({exit, stderr}).toEqual({exit: 0, stderr: expect.any(String)});
	const token = readFileSync(join(seen, 'token'), 'utf8');
	expect(token).toMatch(/^FlyV1 fm2_\w+$/);
	expect(readFileSync(join(seen, 'words'), 'utf8').split('\n')).toEqual([
		'secret list --app actions -R ann/blog',
		'secret set FLY_API_TOKEN --app actions -R ann/blog',
		'',
	]);
	const create = rehearsal.world().calls.filter(({argv}) => argv[0] === 'tokens');
	expect(create.map(({argv}) => argv.slice(3).join(' '))).toEqual([
		`-a ${app} --name phxfly-ci --expiry 2160h --json`,
	]);
	const everything = [...readTree(join(rehearsal.folder, '..'))]
		.filter(([path]) => path !== 'gh-seen/token')
		.flatMap(([path, bytes]) => (bytes.includes(token.slice(10)) ? [path] : []));
	expect(everything).toEqual([]);
	expect(stdout + stderr).not.toContain(token.slice(10));
	expect(readFileSync(join(seen, 'environment'), 'utf8')).not.toContain('re_the_key_of_this_app_0815');

	// A second run finds the token and makes no other.
	expect((await run(['ci', '--package', package_], env)).exit).toBe(0);
	expect(rehearsal.world().calls.filter(({argv}) => argv[0] === 'tokens')).toHaveLength(1);

	writeFileSync(join(seen, 'token'), '');
	writeFileSync(join(seen, 'broken'), '');
	const broken = await run(['ci', '--package', package_, '--yes'], env);
	expect({exit: broken.exit, stderr: broken.stderr}).toEqual({
		exit: 1,
		stderr: expect.stringContaining('failed (token-not-stored)'),
	});
	expect(broken.stderr).toContain('no access');
});
