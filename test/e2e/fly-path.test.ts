import {chmodSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {answerFlags, providerAnswers} from '../helpers/answers.ts';
import {type FlyWrapper, makeFlyWrapper, writeLogin} from '../helpers/fly-wrapper.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
let project: string;
let wrapper: FlyWrapper;
let pristine: ReadonlyMap<string, Buffer>;

beforeEach(() => {
	rehearsal = openRehearsal();
	project = join(rehearsal.folder, 'blog');
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	pristine = readTree(project);
	wrapper = makeFlyWrapper(rehearsal);
});
afterEach(() => rehearsal.close());

const day = 86_400_000;

test.each([
	['nobody is logged in', undefined],
	['the login is older than 30 days', 31 * day],
] as const)('4: %s', async (_, ageMs) => {
	if (ageMs === undefined) rmSync(join(wrapper.configFolder, 'config.yml'));
	else writeLogin(wrapper.configFolder, new Date(Date.now() - ageMs));
	const {exit, stderr} = await rehearsal.run(['--yes', '--fly', wrapper.path, ...answerFlags()], {
		cwd: project,
		env: {FLY_CONFIG_DIR: wrapper.configFolder},
	});
	expect(exit).toBe(4);
	expect(stderr).toMatch(/^failed \(not-logged-in\): .*older than 30 days/);
	expect(stderr).toMatch(/^what to do: fly auth login/m);
	expect(readTree(project)).toEqual(pristine);
	expect(rehearsal.world().calls.filter(({mutates}) => mutates)).toEqual([]);
});

test('4: no flyctl anywhere, --fly that is not there, and another program called fly', async () => {
	const strange = join(rehearsal.folder, 'bin', 'fly');
	mkdirSync(join(rehearsal.folder, 'bin'));
	writeFileSync(strange, '#!/bin/sh\necho "fly 7.11.0, the Concourse client"\n');
	chmodSync(strange, 0o755);
	const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
		rehearsal.run(['--yes', ...args, ...answerFlags()], {cwd: project, env});

	const none = await run([], {PATH: join(rehearsal.folder, 'nothing')});
	expect(none.exit).toBe(4);
	expect(none.stderr).toMatch(/^failed \(flyctl-missing\): flyctl not found on PATH or in ~\/\.fly\/bin/);
	const missing = await run(['--fly', '/nowhere/flyctl'], {});
	expect(missing.exit).toBe(4);
	expect(missing.stderr).toMatch(/^failed \(flyctl-missing\): No flyctl at \/nowhere\/flyctl/);
	for (const [args, env] of [
		[[], {PATH: `${join(rehearsal.folder, 'bin')}:/bin:/usr/bin`}],
		[['--fly', strange], {}],
	] as const) {
		const other = await run(args, env);
		expect(other.exit).toBe(4);
		expect(other.stderr).toMatch(/^failed \(flyctl-missing\): .*bin\/fly is not flyctl/);
		expect(other.stderr).toMatch(/^what to do: Install it from https:\/\/fly\.io.*phxfly rehearse/m);
	}

	expect(readTree(project)).toEqual(pristine);
});

test('runs the same code with any flyctl: 3 while the site cannot be reached, and the addresses and token of the caller are respected', async () => {
	// This app does not exist, so its name points nowhere.
	const app = `phxfly-e2e-${rehearsal.folder.replaceAll(/[^a-z]/g, '').slice(-8)}-nowhere`;
	const respected = {
		FLY_API_BASE_URL: 'https://api.example.com',
		FLY_FLAPS_BASE_URL: 'https://flaps.example.com',
		FLY_UIEX_BASE_URL: 'https://uiex.example.com',
		FLY_API_TOKEN: 'fo1_of_the_caller',
	};
	const {exit, stdout, stderr, events, strayLines} = await rehearsal.run(
		[
			'--yes',
			'--json',
			'--wait',
			'0s',
			'--fly',
			wrapper.path,
			...answerFlags(),
			'--app',
			app,
			'--domain',
			'none',
		],
		{
			cwd: project,
			env: {
				...respected,
				...providerAnswers.s3.env,
				FLY_CONFIG_DIR: wrapper.configFolder,
				FLY_APP: 'somebody-elses',
				FLY_ORG: 'somebody-elses',
				FLY_REGION: 'syd',
				RESEND_API_KEY: 're_ofTheCallerAndNobodyElse1',
			},
		},
	);
	expect({stderr, strayLines}).toEqual({stderr: '', strayLines: []});
	expect(
		events.find(
			({type, id, status}) => type === 'check-changed' && id === 'site' && status === 'could-not-tell',
		),
	).toBeDefined();
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 3});
	expect(exit).toBe(3);
	expect(stdout).not.toContain('fo1_of_the_caller');

	const seen = wrapper.environments();
	expect(seen.length).toBeGreaterThan(20);
	for (const environment of seen) {
		expect(Object.fromEntries(Object.keys(respected).map(name => [name, environment.get(name)]))).toEqual(
			respected,
		);
		const names = [...environment.keys()];
		for (const name of [
			'FLY_APP',
			'FLY_ORG',
			'FLY_REGION',
			'RESEND_API_KEY',
			'SECRET_KEY_BASE',
			...Object.keys(providerAnswers.s3.env),
		]) {
			expect(names).not.toContain(name);
		}
	}
	// Reads use the caller's folder; what sends or prints secrets has a private one.
	const folders = new Set(seen.map(environment => environment.get('FLY_CONFIG_DIR')));
	expect(folders).toContain(wrapper.configFolder);
	expect(folders.size).toBe(2);

	expect(normaliseWorld(rehearsal.world())).toMatchObject({
		apps: [{name: app}],
		volumes: [{name: 'wisp_data', isAttached: true}],
		buckets: [{name: 'blog-1-store'}],
		certificates: [],
		machines: [{state: 'started'}],
	});
	const changed = [...readTree(project)]
		.filter(([path, bytes]) => !pristine.get(path)?.equals(bytes))
		.map(([path]) => path);
	expect(changed.sort()).toEqual(['fly.toml', 'rel/overlays/bin/server']);
});
