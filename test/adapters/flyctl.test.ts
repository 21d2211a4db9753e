import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {type FlyctlOptions, openFlyctl, requireSuccess} from '../../source/adapters/flyctl.ts';
import {createRedactor} from '../../source/core/secrets/redact.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import {openScriptedFly, type ScriptedFly} from '../helpers/scripted-fly.ts';

let fly: ScriptedFly;
let log: string[];
beforeEach(() => {
	fly = openScriptedFly();
	fly.answer('status', {stdout: 'fine\n'});
	log = [];
	mkdirSync(join(fly.folder, 'dot-fly'));
	writeFileSync(join(fly.folder, 'dot-fly', 'config.yml'), 'access_token: mine\n');
});
afterEach(() => fly.close());

const redactor = createRedactor();
redactor.add(new Secret('KEY', 'the-secret-value'));

const open = (more: Partial<FlyctlOptions> = {}) =>
	openFlyctl({
		command: [fly.path],
		environment: {PATH: process.env.PATH},
		secretNames: ['KEY'],
		extra: {},
		cwd: fly.folder,
		stateFolder: join(fly.folder, 'state'),
		userFolder: join(fly.folder, 'dot-fly'),
		redactor,
		log: line => log.push(line),
		...more,
	});
const call = (args: string, more = {}) => ({args: args.split(' '), timeoutMs: 30_000, ...more});
const environment = () => fly.calls().at(-1)?.env ?? {};

test('a child gets what the caller has, without what would change its behavior and without secrets', async () => {
	const kept = {
		FLY_API_BASE_URL: 'http://x',
		FLY_API_TOKEN: 't',
		FLY_CONFIG_DIR: '/mine',
		HOME: '/home/dev',
		OTHER: 'o',
	};
	const dropped = {
		FLY_APP: 'a',
		FLY_REGION: 'r',
		FLY_ORG: 'o',
		FLY_JSON: '1',
		FORCE_COLOR: '1',
		KEY: 'the-secret-value',
	};
	await open({environment: {PATH: process.env.PATH, ...kept, ...dropped, EMPTY: undefined}}).run(
		call('status'),
	);
	expect(environment()).toMatchObject({
		...kept,
		NO_COLOR: '1',
		FLY_NO_UPDATE_CHECK: '1',
		FLY_SEND_METRICS: '0',
		LOG_LEVEL: 'error',
	});
	for (const name of [...Object.keys(dropped), 'EMPTY']) expect(environment()).not.toHaveProperty(name);
	expect(fly.calls()[0]?.cwd).toBe(fly.folder);
});

test('extra variables override the caller, and those of the call override both', async () => {
	const flyctl = open({environment: {PATH: process.env.PATH, A: '1', B: '1'}, extra: {A: '2', B: '2'}});
	await flyctl.run(call('status', {environment: {B: '3'}}));
	expect(environment()).toMatchObject({A: '2', B: '3'});
});

test('calls with secrets share one private flyctl directory, and it is gone afterwards', async () => {
	const flyctl = open({extra: {FLY_CONFIG_DIR: '/the/rehearsal/one'}});
	fly.answer('secrets import', {stdout: 'ok'});
	let seen: readonly string[] = [];
	await flyctl.run(
		call('secrets import', {
			isSecret: true,
			input: 'KEY="the-secret-value"\n',
			onLine() {
				const [folder = ''] = readdirSync(join(fly.folder, 'state')).map(name =>
					join(fly.folder, 'state', name),
				);
				seen = [
					folder,
					readFileSync(join(folder, 'config.yml'), 'utf8'),
					String(statSync(folder).mode & 0o777),
				];
				expect(statSync(join(folder, 'logs')).isFile()).toBe(true);
			},
		}),
	);
	await flyctl.run(call('secrets import', {isSecret: true}));
	await flyctl.run(call('status'));
	const folders = fly.calls().map(({env}) => env.FLY_CONFIG_DIR);
	expect(folders[0]).toMatch(/state\/fly-/);
	expect(folders).toEqual([folders[0], folders[0], '/the/rehearsal/one']);
	expect(seen).toEqual([folders[0], 'access_token: mine\n', String(0o700)]);
	expect(fly.calls()[0]?.stdin).toBe('KEY="the-secret-value"\n');
	await flyctl.close();
	expect(existsSync(folders[0] ?? '')).toBe(false);
	expect(readFileSync(join(fly.folder, 'dot-fly', 'config.yml'), 'utf8')).toBe('access_token: mine\n');
});

test('a login in the environment needs no login file', async () => {
	const flyctl = open({userFolder: join(fly.folder, 'nowhere')});
	fly.answer('secrets import', {});
	expect(await flyctl.run(call('secrets import', {isSecret: true}))).toMatchObject({exit: 0});
	await flyctl.close();
});

test('the log has calls, lines and ends, never a secret, and no JSON', async () => {
	fly.answer('deploy', {
		stdout: 'pushed with the-secret-value and the-\u001b[1msecret-value\n',
		stderr: 'careful\n',
		exit: 1,
	});
	fly.answer('secrets list --json', {stdout: '[{"name":"KEY"}]\n', stderr: 'WARN slow\n'});
	const flyctl = open();
	await flyctl.run(call('deploy'));
	await flyctl.run(call('secrets list --json'));
	const [command, ...rest] = log;
	expect(command).toBe('$ fly deploy');
	expect(rest.slice(0, 2).sort()).toEqual(['careful', 'pushed with [KEY] and [KEY]']);
	expect(rest.slice(2)).toEqual(['= 1', '$ fly secrets list --json', 'WARN slow', '= 0']);
});

test('the words before the arguments come first', async () => {
	fly.answer('version', {stdout: 'v'});
	const flyctl = open({command: [process.execPath, fly.path]});
	expect(await flyctl.run(call('version'))).toMatchObject({exit: 0, stdout: 'v'});
});

test.each([
	{path: '/nowhere/fly', says: 'No flyctl at /nowhere/fly'},
	{path: '/', says: 'Cannot start flyctl at / (EACCES)'},
])('a flyctl that cannot be started is exit 4 ($says)', async ({path, says}) => {
	await expect(open({command: [path]}).run(call('status'))).rejects.toMatchObject({
		code: 'flyctl-missing',
		exit: 'flyctl',
		message: expect.stringContaining(says),
	});
});

test('only an end with 0, by itself, is success', () => {
	const result = {exit: 0, endedBy: 'itself', stdout: 'x', stderr: '', isCut: false} as const;
	expect(requireSuccess(['status'], result, redactor)).toBe(result);
	for (const bad of [{exit: 1}, {exit: undefined}, {endedBy: 'time-out'}] as const) {
		expect(() => requireSuccess(['status'], {...result, ...bad}, redactor)).toThrow('fly status');
	}

	expect(() =>
		requireSuccess(
			['x', 'the-secret-value'],
			{...result, exit: 1, stderr: 'Error: the-secret-value'},
			redactor,
		),
	).toThrow('fly x [KEY] ended with 1: [KEY]');
});

test("flyctl's own logins are hidden in what it prints: from the environment, from its file, whole and one by one", async () => {
	const file = ['fm2_lJPECAAAAAAAAAAAAAAA', 'fm2_lJPECBBBBBBBBBBBBBBB'];
	const config = join(fly.folder, 'dot-fly', 'config.yml');
	writeFileSync(
		config,
		`access_token: FlyV1 ${file.join(',')}\nmetrics_token: 'metricsmetricsmetrics'\nlast_login: x\n`,
	);
	fly.answer('status', {
		stderr: `bad ${file[1]}, metricsmetricsmetrics, api-token-api-token and access-token-access\n`,
	});
	const environment = {
		PATH: process.env.PATH,
		FLY_API_TOKEN: 'api-token-api-token',
		FLY_ACCESS_TOKEN: 'FlyV1 access-token-access',
	};
	await open({environment, redactor: createRedactor()}).run(call('status'));
	expect(log).toContain('bad [access_token], [metrics_token], [FLY_API_TOKEN] and [FLY_ACCESS_TOKEN]');
	expect(fly.calls().at(-1)?.env).toMatchObject({FLY_API_TOKEN: 'api-token-api-token'});
});

test('a value in the middle of a line too long for one piece is hidden in the log', async () => {
	const [before, after] = ['.'.repeat(3990), '-'.repeat(5000)];
	fly.answer('status', {stdout: `${before}the-secret-value${after}\n`});
	await open().run(call('status'));
	expect(log.slice(1, -1).join('')).toBe(`${before}[KEY]${after}`);
	expect(log.length).toBeGreaterThan(3);
});
