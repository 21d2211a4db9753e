import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {appendFileSync, chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {answerFlags, type ProviderId, providerAnswers} from '../helpers/answers.ts';
import {type FlyWrapper, makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {chatFolder} from '../helpers/template-files.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 400_000, hookTimeout: 400_000});

type Place = {readonly rehearsal: Rehearsal; readonly project: string; readonly wrapper: FlyWrapper};

let place: Place;
const open: Rehearsal[] = [];
beforeEach(() => {
	place = openPlace();
});
afterEach(async () => {
	for (const rehearsal of open.splice(0)) await rehearsal.close();
});

function openPlace(): Place {
	const rehearsal = openRehearsal();
	open.push(rehearsal);
	const project = join(rehearsal.folder, 'blog');
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	return {rehearsal, project, wrapper: makeFlyWrapper(rehearsal)};
}

const changes = ({rehearsal}: Place) =>
	rehearsal
		.world()
		.calls.filter(({mutates}) => mutates)
		.map(({argv}) => argv.join(' '));

/** Plans with the built-in Fly as the real one, without a key, and keeps the script. */
async function writeScript(
	{rehearsal, project, wrapper}: Place,
	provider: ProviderId,
	more: readonly string[] = [],
) {
	const {exit, stdout, stderr} = await rehearsal.run(
		['plan', '--script', '--fly', wrapper.path, ...answerFlags(provider), ...more],
		{cwd: project, env: {FLY_CONFIG_DIR: wrapper.configFolder}},
	);
	expect({
		exit,
		stderr: stderr.replaceAll(/^(?:mail|doctor|Access|Secret|The secret).*\n/gm, ''),
	}).toMatchObject({exit: 0});
	const path = join(rehearsal.folder, 'setup.sh');
	writeFileSync(path, stdout);
	return path;
}

type Ran = {readonly exit: number | null; readonly output: string};

/** @param kill - Ends bash and what it started as soon as this is so. */
function runScript(
	{rehearsal, project, wrapper}: Place,
	path: string,
	{
		args = ['--yes'],
		env = {},
		typed = '',
		kill,
	}: {
		readonly args?: readonly string[];
		readonly env?: Readonly<Record<string, string>>;
		readonly typed?: string;
		readonly kill?: (output: string) => boolean;
	} = {},
): Promise<Ran> {
	const child = spawn('bash', [path, ...args], {
		cwd: project,
		detached: true,
		env: {...rehearsal.environment, FLY: wrapper.path, FLY_CONFIG_DIR: wrapper.configFolder, ...env},
	});
	let [output, isOver] = ['', false];
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text;
			if (isOver || !kill?.(output) || child.pid === undefined) return;
			isOver = true;
			process.kill(-child.pid, 'SIGKILL');
		});
	}

	child.stdin.on('error', () => undefined).end(typed);
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', exit => resolve({exit, output}));
	});
}

/** Without what DNS and the passing of time make of it. */
function settled({rehearsal}: Place) {
	const {dns: _, certificates, ...rest} = normaliseWorld(rehearsal.world());
	return {...rest, certificates: certificates.map(({app, hostname}) => ({app, hostname}))};
}

describe.each(['tigris', 's3'] as const)('with %s', provider => {
	test('run twice it leaves what the wizard leaves, and changes nothing the second time', async () => {
		const {env} = providerAnswers[provider];
		const script = await writeScript(place, provider);
		const text = readFileSync(script, 'utf8');
		for (const value of Object.values(env)) expect(text).not.toContain(value);

		const first = await runScript(place, script, {env});
		expect(first).toMatchObject({exit: 0, output: expect.stringContaining('All stages are done.')});
		const made = changes(place);
		const second = await runScript(place, script, {env});
		expect(second.exit).toBe(0);
		expect(changes(place)).toEqual(made);

		const wizard = openPlace();
		const {exit} = await wizard.rehearsal.run(
			[
				'--rehearse',
				'--speed',
				'300',
				'--world',
				wizard.rehearsal.worldPath,
				'--yes',
				'--json',
				...answerFlags(provider),
				wizard.project,
			],
			{env},
		);
		expect(exit).toBe(0);
		expect(settled(place)).toEqual(settled(wizard));
		const [tree, wanted] = [place, wizard].map(({project}) => readTree(project));
		expect([...(tree?.keys() ?? [])].sort()).toContain('rel/overlays/bin/server');
		expect(wanted?.size).toBeGreaterThan(5);
	});
});

test('stopped anywhere, it goes on when it is run again, and makes nothing twice', async () => {
	const script = await writeScript(place, 'tigris');
	for (const heading of [
		'2. Write the files',
		'3. Create the volume',
		'4. Create the bucket',
		'6. Set the storage',
		'9. Deploy',
	]) {
		await runScript(place, script, {kill: output => output.includes(heading)});
	}

	const {exit, output} = await runScript(place, script);
	expect({exit, output}).toMatchObject({exit: 0});
	expect(normaliseWorld(place.rehearsal.world())).toMatchObject({
		apps: [{name: 'blog-1'}],
		volumes: [{name: 'wisp_data', isAttached: true}],
		buckets: [{name: 'blog-1-store'}],
		machines: [{state: 'started'}],
	});
	expect(changes(place).filter(call => call.startsWith('volumes create'))).toHaveLength(1);
});

test('a typed key arrives byte for byte, and is in no output, no file and no environment', async () => {
	const key = `re_can"ary'Q8 #$x\`0123\\`;
	const script = await writeScript(place, 'tigris', ['--bucket', 'blog-1-keys']);
	const text = readFileSync(script, 'utf8').replace(
		'want_public PHX_HOST',
		'want_secret RESEND_API_KEY\nwant_public PHX_HOST',
	);
	writeFileSync(script, text);
	// Yes to the app, two files, the volume and the bucket; then the key; then yes to what is left.
	const typed = `${'y\n'.repeat(5)}${key}\n${'y\n'.repeat(8)}`;
	const {exit, output} = await runScript(place, script, {args: [], typed});
	expect({exit, output}).toMatchObject({exit: 0});
	expect(place.rehearsal.world().secrets.find(({name}) => name === 'RESEND_API_KEY')?.sha256).toBe(
		createHash('sha256').update(key).digest('hex'),
	);
	const {secrets, calls} = place.rehearsal.world();
	expect(secrets.map(({name}) => name)).toContain('AWS_SECRET_ACCESS_KEY');
	expect(JSON.stringify(calls)).not.toContain('re_can');
	expect(output).not.toMatch(/re_can|tsec_|tid_/);
	const folders = [
		place.project,
		place.rehearsal.home,
		place.rehearsal.stateHome,
		place.wrapper.configFolder,
	];
	for (const [path, bytes] of folders.flatMap(folder => [...readTree(folder)])) {
		expect(bytes.toString('latin1'), path).not.toMatch(/re_can|tsec_/);
	}

	for (const environment of place.wrapper.environments()) {
		expect([...environment.values()].join('\n')).not.toMatch(/re_can|tsec_/);
	}
});

test('a key in the environment is used, and no program gets it', async () => {
	const script = await writeScript(place, 's3');
	const {env} = providerAnswers.s3;
	const {exit, output} = await runScript(place, script, {env});
	expect({exit, output}).toMatchObject({exit: 0});
	for (const environment of place.wrapper.environments()) {
		for (const name of Object.keys(env)) expect([...environment.keys()]).not.toContain(name);
	}
});

test('without anybody to ask it changes nothing, and says so', async () => {
	const script = await writeScript(place, 'tigris');
	const {exit, output} = await runScript(place, script, {args: []});
	expect(exit).toBe(1);
	expect(output).toContain('Nobody is there to answer.');
	expect(changes(place)).toEqual([]);
	const no = await runScript(place, script, {args: [], typed: 'n\n'});
	expect(no).toMatchObject({exit: 1, output: expect.stringContaining('Stopped as you said.')});
	expect(changes(place)).toEqual([]);
});

test('an app that nothing calls its own is left alone, unless it is taken over', async () => {
	const script = await writeScript(place, 'tigris');
	await place.rehearsal.fly('apps', 'create', 'blog-1', '--org', 'personal', '--json');
	const before = changes(place);
	const refused = await runScript(place, script);
	expect(refused).toMatchObject({exit: 1, output: expect.stringContaining('Take it over with --adopt')});
	expect(changes(place)).toEqual(before);
	expect((await runScript(place, script, {args: ['--yes', '--adopt']})).exit).toBe(0);
});

test('a volume elsewhere, a second one, or a changed fly.toml stops it with what to do', async () => {
	const script = await writeScript(place, 'tigris');
	appendFileSync(join(place.project, 'fly.toml'), '# touched\n');
	const touched = await runScript(place, script);
	expect(touched).toMatchObject({exit: 1, output: expect.stringContaining('fly.toml is not as it was')});

	const other = openPlace();
	const its = await writeScript(other, 'tigris');
	await other.rehearsal.fly('apps', 'create', 'blog-1', '--org', 'personal', '--json');
	await other.rehearsal.fly(
		'volumes',
		'create',
		'wisp_data',
		'-a',
		'blog-1',
		'--region',
		'ams',
		'--yes',
		'--json',
	);
	const args = ['--yes', '--adopt'];
	const elsewhere = await runScript(other, its, {args});
	expect(elsewhere).toMatchObject({
		exit: 1,
		output: expect.stringMatching(/is in ams, not in sjc[\s\S]*--region ams/),
	});
	await other.rehearsal.fly(
		'volumes',
		'create',
		'wisp_data',
		'-a',
		'blog-1',
		'--region',
		'sjc',
		'--yes',
		'--json',
	);
	const twice = await runScript(other, its, {args});
	expect(twice).toMatchObject({
		exit: 1,
		output: expect.stringContaining('Several volumes are called wisp_data'),
	});
	expect(changes(other).filter(call => call.startsWith('deploy'))).toEqual([]);
});

test('a call that fails ends it with what to do, and what it hides stays hidden', async () => {
	const script = await writeScript(place, 'tigris');
	const broken = join(place.rehearsal.folder, 'broken');
	writeFileSync(
		broken,
		`#!/bin/sh\ncase "$*" in "storage create"*) echo 'AWS_SECRET_ACCESS_KEY: tsec_canary'; exit 1;; esac\nexec '${place.wrapper.path}' "$@"\n`,
	);
	chmodSync(broken, 0o755);
	const {exit, output} = await runScript(place, script, {env: {FLY: broken}});
	expect(exit).toBe(1);
	expect(output).toContain('AWS_SECRET_ACCESS_KEY: (hidden)');
	expect(output).not.toContain('tsec_canary');
	expect(output).toContain('Run this again: it looks first.');
});

test('--script beside another form of the plan is refused, and an open answer ends it with 5', async () => {
	const {rehearsal} = place;
	for (const other of [['--json'], ['--out', 'plan.json']]) {
		expect((await rehearsal.run(['plan', '--rehearse', '--script', ...other, ...answerFlags()])).exit).toBe(
			2,
		);
	}

	const {exit, stdout} = await rehearsal.run(['plan', '--rehearse', '--script', '--app', 'blog-1']);
	expect(exit).toBe(5);
	expect(stdout).not.toContain('#!/usr/bin/env bash');
});

test('a LiveView app: no volume, no bucket, its own key to the byte, and two machines brought to one', async () => {
	const {rehearsal, wrapper} = place;
	const project = join(rehearsal.folder, 'chat');
	cpSync(chatFolder, project, {recursive: true});
	const chat = {...place, project};
	const key = `sk-ant-#1 "double" 'single' $HOME`;
	const plan = async (more: readonly string[]) => {
		const answers = ['--app', 'parley-1', '--org', 'personal', '--region', 'ams', '--domain', 'none'];
		const {exit, stdout, stderr} = await rehearsal.run(
			['plan', '--script', '--fly', wrapper.path, ...answers, ...more],
			{cwd: project, env: {FLY_CONFIG_DIR: wrapper.configFolder}},
		);
		expect({exit, stderr}).toMatchObject({exit: 0});
		const path = join(rehearsal.folder, 'setup.sh');
		writeFileSync(path, stdout);
		return path;
	};
	const env = {ANTHROPIC_API_KEY: key};
	expect(await runScript(chat, await plan([]), {env})).toMatchObject({exit: 0});
	const {secrets, volumes, buckets, machines} = rehearsal.world();
	expect({volumes, buckets, machines: machines.length}).toEqual({volumes: [], buckets: [], machines: 1});
	expect(secrets.find(({name}) => name === 'ANTHROPIC_API_KEY')?.sha256).toBe(
		createHash('sha256').update(key).digest('hex'),
	);

	await rehearsal.fly('scale', 'count', '2', '--yes', '-a', 'parley-1');
	expect(await runScript(chat, await plan(['--single-machine']), {env})).toMatchObject({exit: 0});
	expect(normaliseWorld(rehearsal.world()).machines).toHaveLength(1);
});
