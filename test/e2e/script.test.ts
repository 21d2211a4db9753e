import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {answerFlags, type ProviderId, providerAnswers} from '../helpers/answers.ts';
import {type FlyWrapper, makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {chatFolder} from '../helpers/template-files.ts';
import {openTerminal} from '../helpers/terminal.ts';

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
	const wrapper = makeFlyWrapper(rehearsal);
	linkFly(rehearsal, wrapper.path);
	return {rehearsal, project, wrapper};
}

const binFolder = ({folder}: Rehearsal) => join(folder, '..', 'bin');

/** A script calls `fly`, wherever that is on the PATH. */
function linkFly(rehearsal: Rehearsal, target: string): void {
	mkdirSync(binFolder(rehearsal));
	symlinkSync(target, join(binFolder(rehearsal), 'fly'));
}

const changes = ({rehearsal}: Place) =>
	rehearsal
		.world()
		.calls.filter(({mutates}) => mutates)
		.map(({argv}) => argv.join(' '));

/** Plans with the built-in Fly as the real one, and keeps the script. */
async function writeScript(
	{rehearsal, project, wrapper}: Place,
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
) {
	const {exit, stdout, stderr} = await rehearsal.run(['plan', '--script', '--fly', wrapper.path, ...args], {
		cwd: project,
		env: {FLY_CONFIG_DIR: wrapper.configFolder, ...env},
	});
	expect({exit, stderr}).toMatchObject({exit: 0});
	const path = join(rehearsal.folder, 'setup.sh');
	writeFileSync(path, stdout);
	return path;
}

type Ran = {readonly exit: number; readonly screen: string; readonly asked: readonly string[]};

const prompt = /^ {4}(.+)\n {4}r = run, s = skip, q = quit: |^ {4}(\w+) \(not shown\): /gm;

/**
Runs a script in a pseudo-terminal, as a person does.

@param reply - What is typed when a command or a key is asked for, by what the screen shows of it.
*/
async function runScript(
	{rehearsal, project, wrapper}: Place,
	path: string,
	reply: (asked: string, count: number) => string,
	env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
	const {PATH = '', ...environment} = rehearsal.environment;
	const terminal = openTerminal('bash', [path], {
		columns: 2000,
		cwd: project,
		env: {
			...environment,
			PATH: `${binFolder(rehearsal)}${delimiter}${PATH}`,
			FLY_CONFIG_DIR: wrapper.configFolder,
			...env,
		},
	});
	const read = () => terminal.raw().replaceAll('\r\n', '\n');
	const list = () => [...read().matchAll(prompt)].map(([, command, name = '']) => command ?? name);
	const asked: string[] = [];
	while (true) {
		await Promise.race([terminal.waitFor(() => list().length > asked.length, 200_000), terminal.exitCode]);
		const next = list()[asked.length];
		if (next === undefined) break;
		asked.push(next);
		terminal.type(`${reply(next, asked.length)}\r`);
	}

	return {exit: await terminal.exits(), screen: read(), asked};
}

const isKey = (asked: string) => /^[A-Z_]+$/.test(asked);

/** Runs every command, and types these keys. */
const runAll =
	(keys: Readonly<Record<string, string>> = {}) =>
	(asked: string) =>
		isKey(asked) ? (keys[asked] ?? '') : 'r';

/** Without what DNS and the passing of time make of it. */
function settled({rehearsal}: Place) {
	const {dns: _, certificates, ...rest} = normaliseWorld(rehearsal.world());
	return {...rest, certificates: certificates.map(({app, hostname}) => ({app, hostname}))};
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

const digestOf = ({rehearsal}: Place, name: string) =>
	rehearsal.world().secrets.find(secret => secret.name === name)?.sha256;

/** Neither on the screen nor in a file nor in the environment of a program that was started. */
function expectHidden({rehearsal, project, wrapper}: Place, screen: string, value: string): void {
	expect(screen).not.toContain(value);
	const folders = [project, rehearsal.home, rehearsal.stateHome, wrapper.configFolder];
	for (const [path, bytes] of folders.flatMap(folder => [...readTree(folder)])) {
		expect(bytes.toString('utf8'), path).not.toContain(value);
	}

	for (const environment of wrapper.environments()) {
		expect([...environment.values()].join('\n')).not.toContain(value);
	}

	expect(JSON.stringify(rehearsal.world().calls)).not.toContain(value);
}

/** What `phxfly apply` makes of the same answers. */
async function applyElsewhere(provider: ProviderId): Promise<Place> {
	const other = openPlace();
	const {rehearsal, project} = other;
	const around = ['--rehearse', '--speed', '300', '--world', rehearsal.worldPath];
	const {env} = providerAnswers[provider];
	await rehearsal.run(['plan', ...around, ...answerFlags(provider), '--out', 'plan.json', project], {env});
	const {exit} = await rehearsal.run(['apply', 'plan.json', project, ...around, '--yes', '--json'], {env});
	expect(exit).toBe(0);
	return other;
}

describe.each(['tigris', 's3'] as const)('with %s', provider => {
	const keys: Readonly<Record<string, string>> = providerAnswers[provider].env;

	test('it leaves what apply leaves, and nothing more when all of it is skipped the second time', async () => {
		const script = await writeScript(place, answerFlags(provider));
		const text = readFileSync(script, 'utf8');
		for (const value of Object.values(keys)) expect(text).not.toContain(value);

		const first = await runScript(place, script, runAll(keys));
		expect(first).toMatchObject({exit: 0, screen: expect.stringContaining('That was the last command.')});
		expect(first.asked.filter(isKey)).toEqual(Object.keys(keys));
		for (const [name, value] of Object.entries(keys)) {
			expect(digestOf(place, name)).toBe(digest(value));
			expectHidden(place, first.screen, value);
		}

		const made = changes(place);
		const files = readTree(place.project);
		const second = await runScript(place, script, () => 's');
		expect(second.exit).toBe(0);
		expect(changes(place)).toEqual(made);
		expect(readTree(place.project)).toEqual(files);

		const applied = await applyElsewhere(provider);
		expect(settled(place)).toEqual(settled(applied));
		// One runs its steps side by side, the other in a row.
		const calls = (each: Place) =>
			changes(each)
				.filter(call => !call.startsWith('secrets sync'))
				.sort();
		expect(calls(place)).toEqual(calls(applied));
	});
});

test('the command it ends with verifies the app with the same answers', async () => {
	const text = readFileSync(await writeScript(place, answerFlags('s3')), 'utf8');
	const [, words = ''] = /' {2}phxfly verify (.*)'$/m.exec(text) ?? [];
	expect(words).toBe(
		'--app blog-1 --org personal --region sjc --volume-size 1 --domain blog.example.com --no-mail --storage s3 --storage-region eu-central-1 --bucket blog-1-store',
	);
});

test('quit midway, it continues if you skip what is done', async () => {
	const script = await writeScript(place, answerFlags());
	const stopped = await runScript(place, script, (_, count) => (count <= 2 ? 'r' : 'q'));
	expect(stopped).toMatchObject({
		exit: 1,
		screen: expect.stringContaining('Stopped. What ran so far stays.'),
	});
	expect(stopped.asked).toHaveLength(3);
	expect(changes(place)).toEqual(['apps create blog-1 --org personal --json']);

	const done = stopped.asked.slice(0, 1);
	const rest = await runScript(place, script, asked => (done.includes(asked) ? 's' : 'r'));
	expect(rest).toMatchObject({exit: 0, screen: expect.stringContaining('already has this text.')});
	expect(normaliseWorld(place.rehearsal.world())).toMatchObject({
		apps: [{name: 'blog-1'}],
		volumes: [{name: 'wisp_data', isAttached: true}],
		buckets: [{name: 'blog-1-store'}],
		machines: [{state: 'started'}],
	});
});

test('asks again after a failed command, and after an unknown word', async () => {
	const broken = join(place.rehearsal.folder, 'broken');
	const mark = join(place.rehearsal.folder, 'failed-once');
	writeFileSync(
		broken,
		`#!/bin/sh\ncase "$*" in "volumes create"*) [ -e '${mark}' ] || { : >'${mark}'; echo 'no room' >&2; exit 1; };; esac\nexec '${place.wrapper.path}' "$@"\n`,
	);
	chmodSync(broken, 0o755);
	const script = await writeScript(place, answerFlags());
	cpSync(broken, join(binFolder(place.rehearsal), 'fly'), {force: true});
	const {exit, screen, asked} = await runScript(place, script, (each, count) =>
		each.startsWith('fly storage') ? 'q' : count === 1 ? 'what\rr' : 'r',
	);
	expect(exit).toBe(1);
	expect(screen).toMatch(/no room\n {4}That failed\./);
	expect(asked.filter(each => each.startsWith('fly volumes create'))).toHaveLength(2);
	expect(screen.match(/r = run/g)?.length).toBe(asked.length + 1);
	expect(changes(place).filter(call => call.startsWith('volumes create'))).toHaveLength(1);
});

test('without a terminal it changes nothing, and says that it needs one', async () => {
	const script = await writeScript(place, answerFlags());
	const {PATH = ''} = place.rehearsal.environment;
	for (const input of ['', 'r\n'.repeat(40)]) {
		const {status, stderr} = spawnSync('bash', [script], {
			cwd: place.project,
			env: {...place.rehearsal.environment, PATH: `${binFolder(place.rehearsal)}${delimiter}${PATH}`},
			encoding: 'utf8',
			input,
		});
		expect({status, stderr}).toEqual({
			status: 1,
			stderr: 'This script asks before each command. Run it in a terminal: bash FILE\n',
		});
	}

	expect(changes(place)).toEqual([]);
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

describe('a LiveView app', () => {
	const args = ['--app', 'parley-1', '--org', 'personal', '--region', 'ams', '--domain', 'none'];
	let chat: Place;
	beforeEach(() => {
		const project = join(place.rehearsal.folder, 'chat');
		cpSync(chatFolder, project, {recursive: true});
		chat = {...place, project};
	});

	test('no volume, no bucket, its own key to the byte, and two machines brought to one', async () => {
		const {rehearsal} = chat;
		const key = ` sk-ant-#1 'single' $HOME \\ é `;
		const script = await writeScript(chat, args);
		const {exit, screen} = await runScript(chat, script, runAll({ANTHROPIC_API_KEY: key}));
		expect(exit).toBe(0);
		expectHidden(chat, screen, key);
		expect(digestOf(chat, 'ANTHROPIC_API_KEY')).toBe(digest(key));
		const {volumes, buckets, machines} = rehearsal.world();
		expect({volumes, buckets, machines: machines.length}).toEqual({volumes: [], buckets: [], machines: 1});

		await rehearsal.fly('scale', 'count', '2', '--yes', '-a', 'parley-1');
		const again = await writeScript(chat, [...args, '--single-machine', '--adopt']);
		expect((await runScript(chat, again, runAll({ANTHROPIC_API_KEY: key}))).exit).toBe(0);
		expect(normaliseWorld(rehearsal.world()).machines).toHaveLength(1);
	});

	test('a key that the planned command would change is refused until it can be sent', async () => {
		const keys = ['', 'a "quoted" key', 'one line\rand another', 'sk-ant-plain'];
		const script = await writeScript(chat, args);
		const {exit, screen} = await runScript(chat, script, asked =>
			isKey(asked) ? (keys.shift() ?? '') : 'r',
		);
		expect(exit).toBe(0);
		for (const problem of ['Nothing was typed.', 'changes quotes and line breaks', 'It has several lines.'])
			expect(screen).toContain(problem);
		expect(digestOf(chat, 'ANTHROPIC_API_KEY')).toBe(digest('sk-ant-plain'));
	});

	test('a key with quotes and line breaks from the environment arrives to the byte', async () => {
		const key = `sk-ant-#1 "double" 'single'\n$HOME \\ second line`;
		const env = {ANTHROPIC_API_KEY: key};
		const script = await writeScript(chat, args, env);
		expect(readFileSync(script, 'utf8')).not.toContain('sk-ant');
		const {exit, screen, asked} = await runScript(chat, script, runAll(), env);
		expect({exit, keys: asked.filter(isKey)}).toEqual({exit: 0, keys: []});
		expectHidden(chat, screen, key);
		expect(digestOf(chat, 'ANTHROPIC_API_KEY')).toBe(digest(key));
	});
});
