import {existsSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {openFlyReader} from '../../source/adapters/fly-reader.ts';
import {openFlyctl} from '../../source/adapters/flyctl.ts';
import type {FlyReader} from '../../source/core/readers.ts';
import {createRedactor} from '../../source/core/secrets/redact.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import {openScriptedFly, type ScriptedFly} from '../helpers/scripted-fly.ts';

let fly: ScriptedFly;
let reader: FlyReader;
let slept: number[];

beforeEach(() => {
	fly = openScriptedFly();
	slept = [];
	const redactor = createRedactor();
	redactor.add(new Secret('KEY', 'the-secret-value'));
	const flyctl = openFlyctl({
		command: [fly.path],
		environment: {PATH: process.env.PATH},
		secretNames: [],
		extra: {},
		cwd: fly.folder,
		stateFolder: fly.folder,
		userFolder: fly.folder,
		redactor,
		log: () => undefined,
	});
	const clock = {
		now: () => 0,
		elapsed: () => 0,
		speed: 1,
		sleep: async (ms: number) => {
			slept.push(ms);
		},
	};
	reader = openFlyReader({flyctl, redactor, clock, stateFolder: fly.folder});
});
afterEach(() => fly.close());

const json = (value: unknown) => ({stdout: `${JSON.stringify(value, null, 4)}\n`});
const warning = '\u001b[33mWARN\u001b[0m Metrics could not be sent\n';

describe('reads', () => {
	test.each([
		{
			argv: 'auth whoami --json',
			ask: () => reader.whoAmI(),
			value: {email: 'a@b.c', more: 1},
			read: {email: 'a@b.c'},
		},
		{
			argv: 'orgs list --json',
			ask: () => reader.listOrgs(),
			value: {personal: 'Me'},
			read: new Map([['personal', 'Me']]),
		},
		{argv: 'volumes list --json -a b', ask: () => reader.listVolumes('b'), value: [], read: []},
		{argv: 'releases --json -a b', ask: () => reader.listReleases('b'), value: [], read: []},
		{argv: 'checks list --json -a b', ask: () => reader.listChecks('b'), value: {m1: null}, read: {m1: null}},
		{
			argv: 'secrets list --json -a b',
			ask: () => reader.listSecrets('b'),
			value: [{name: 'A', digest: 'd'}],
			read: [{name: 'A', digest: 'd', status: 'Unknown'}],
		},
		{argv: 'config show -a b', ask: () => reader.showConfig('b'), value: {app: 'b'}, read: {app: 'b'}},
	])('$argv', async ({argv, ask, value, read}) => {
		fly.answer(argv, {stdout: `${warning}${JSON.stringify(value, null, 2)}\nA remark.\n`});
		expect(await ask()).toEqual(read);
	});

	test('releases: null when there are none', async () => {
		fly.answer('releases --json -a b', {stdout: 'null\n'});
		expect(await reader.listReleases('b')).toEqual([]);
	});

	const none = [
		{
			what: 'app',
			argv: 'status --json -a b',
			ask: () => reader.status('b'),
			said: 'failed to get app: failed to run query ($appName: String!) { appcompact:app(name: $appName) { id role { name } } }: Could not find App',
		},
		{
			what: 'volume',
			argv: 'volumes show vol_1 --json -a b',
			ask: () => reader.showVolume('b', 'vol_1'),
			said: 'failed retrieving volume: failed to get volume vol_1: volume not found (Request ID: 01M80-fake)',
		},
		{
			what: 'bucket of an app',
			argv: 'storage status -a b',
			ask: () => reader.bucketOf('b'),
			said: "No project found. Provision one with 'flyctl ext tigris create'.",
		},
		{
			what: 'configuration',
			argv: 'config show -a b',
			ask: () => reader.showConfig('b'),
			said: 'failed to grab app config from existing machines, error: could not create a fly.toml from any machines :-(\nNo machines configured for this app',
		},
	];

	test.each(none)('no $what: undefined, and nothing is asked twice', async ({argv, ask, said}) => {
		fly.answer(argv, {stderr: `Error: ${said}\n`, exit: 1});
		expect(await ask()).toBeUndefined();
		expect(fly.calls()).toHaveLength(1);
		expect(slept).toEqual([]);
	});

	test('no bucket of that name', async () => {
		fly.answer('storage status mine', {stderr: 'Error: input: addOn Could not find AddOn\n\n', exit: 1});
		expect(await reader.hasBucket('mine')).toBe(false);
	});

	test.each([
		['failed to list VMs: unauthorized (Request ID: 01M80-fake)', true],
		['failed to list VMs: app not found (Request ID: 01M80-fake)', false],
		['failed to list VMs: unauthenticated (Request ID: 01M80-fake)', false],
		['failed to list VMs: something new', false],
		['unauthorized', false],
	])('a name is taken where Fly hides its app: %s', async (said, isTaken) => {
		fly.answer('machine list --json -a b', {stderr: `Error: ${said}\n`, exit: 1});
		expect(await reader.isNameTaken('b')).toBe(isTaken);
	});

	test('a name whose machines Fly lists is not that of others', async () => {
		fly.answer('machine list --json -a b', {stdout: '[]\n'});
		expect(await reader.isNameTaken('b')).toBe(false);
	});

	const other = [
		'could not verify certificate',
		'tls: failed to verify certificate: x509: certificate signed by unknown authority',
		'failed to list VMs: app not found (Request ID: 01M80-fake)',
		'machine not found',
		'unable to open the configuration folder',
		'input: app Could not find App',
		'something new',
	];

	test.each(none.flatMap(each => other.map(said => ({...each, said}))))(
		'"$said" does not mean that there is no $what',
		async ({argv, ask, said}) => {
			fly.answer(argv, {stderr: `Error: ${said}\n`, exit: 1});
			await expect(ask()).rejects.toMatchObject({name: 'Failure', message: expect.stringContaining('fly')});
		},
	);

	test.each(none)("that there is no $what counts only as flyctl's own error", async ({argv, ask, said}) => {
		fly.answer(argv, {stderr: `Error: ${said}\nError: something new\n`, exit: 1});
		await expect(ask()).rejects.toMatchObject({code: 'flyctl-failed'});
		fly.answer(argv, {stderr: `Error: ${said}\n`, exit: 127}, {stderr: `${said}\n`, exit: 1});
		await expect(ask()).rejects.toMatchObject({code: 'flyctl-failed'});
		await expect(ask()).rejects.toMatchObject({code: 'flyctl-failed'});
	});

	test.each([
		{stderr: 'Error: failed to get lease on VM m1: EOF\n', exit: 1},
		{stderr: 'Error: machine m1 was not found in app b\n', exit: 1},
		{stdout: ''},
		{
			stdout:
				' MACHINE │ NONCE │ STATUS  │ OWNER │ EXPIRES \n m1      │ n0    │ success │ a@b.c │ soon    \n',
		},
	])('%j does not mean that there is no lease', async answer => {
		fly.answer('machine leases view m1 -a b', answer);
		await expect(reader.viewLease('b', 'm1')).rejects.toMatchObject({name: 'Failure'});
	});

	test('log lines that cannot be read are not an empty log', async () => {
		fly.answer('logs --no-tail -a b', {stderr: 'Error: failed to get logs: unauthorized\n', exit: 1});
		await expect(reader.lastLogs('b')).rejects.toMatchObject({code: 'token-refused'});
	});

	test('a validation that did not happen says nothing about the file', async () => {
		fly.answer('config validate -a b', {stderr: 'Error: Post "https://api.fly.io/graphql": EOF\n', exit: 1});
		await expect(reader.validateConfig('b', 'fly.toml')).rejects.toMatchObject({code: 'flyctl-failed'});
		fly.answer('config validate -a b', {stderr: 'Error: App configuration is not valid\n', exit: 1});
		expect(await reader.validateConfig('b', 'fly.toml')).toMatchObject({isValid: false});
	});

	test('the bucket name and a lease from their tables', async () => {
		fly.answer('storage status -a b', {
			stdout: 'Tigris Status\n  Name   │ blog-1-store\n  Status │ created\n',
		});
		fly.answer('machine leases view m1 -a b', {
			stdout:
				' MACHINE │ NONCE │ STATUS  │ OWNER │ EXPIRES              \n m1      │ n0    │ success │ a@b.c │ 2026-11-22T10:05:00Z \n',
		});
		fly.answer('machine leases view m2 -a b', {stdout: 'No leases found\n'});
		expect(await reader.bucketOf('b')).toBe('blog-1-store');
		expect(await reader.viewLease('b', 'm1')).toEqual({
			owner: 'a@b.c',
			expiresAtMs: Date.parse('2026-11-22T10:05:00Z'),
		});
		expect(await reader.viewLease('b', 'm2')).toBeUndefined();
	});

	test('a command on a machine goes as one word', async () => {
		fly.answer(
			'machine exec m1 litestream sync -wait /data/x --json --timeout 30 -a b',
			json({exit_code: 2, stderr: 'no'}),
		);
		expect(await reader.exec('b', 'm1', 'litestream sync -wait /data/x', 30)).toEqual({
			exit_code: 2,
			stdout: '',
			stderr: 'no',
		});
		expect(fly.calls()[0]?.argv[3]).toBe('litestream sync -wait /data/x');
	});
});

describe('a read is repeated where that may help, twice, with pauses on the clock of the run', () => {
	const busy = {stderr: 'Error: server returned 503\n', exit: 1};

	test('it helps', async () => {
		fly.answer('volumes list --json -a b', busy, busy, json([]));
		expect(await reader.listVolumes('b')).toEqual([]);
		expect(slept).toEqual([1000, 3000]);
	});

	test('it does not help: the failure quotes flyctl', async () => {
		fly.answer('volumes list --json -a b', busy);
		await expect(reader.listVolumes('b')).rejects.toMatchObject({
			code: 'flyctl-failed',
			message: expect.stringContaining('503'),
		});
		expect(fly.calls()).toHaveLength(3);
	});

	test('it cannot help: asked once', async () => {
		fly.answer('auth whoami --json', {
			stderr: "Error: no access token available. Please login with 'flyctl auth login'\n",
			exit: 1,
		});
		await expect(reader.whoAmI()).rejects.toMatchObject({code: 'not-logged-in', exit: 'flyctl'});
		expect(fly.calls()).toHaveLength(1);
	});
});

describe('unexpected output stops the run and is saved, without secrets', () => {
	test.each([
		{name: 'a key has another type', stdout: '[{"id":7,"name":"the-secret-value"}]', where: '0.id'},
		{name: 'a key is missing', stdout: '[{"id":"x"}]', where: '0.name'},
		{name: 'another shape', stdout: '{"volumes":[]}', where: 'the whole output'},
		{name: 'no JSON', stdout: 'Volumes: none', where: 'the whole output'},
		{name: 'cut off', stdout: '[\n{"id":"x"},\n', where: 'the whole output'},
		{name: 'nothing', stdout: '', where: 'the whole output'},
		{name: 'null where a list is needed', stdout: 'null', where: 'the whole output'},
	])('$name', async ({stdout, where}) => {
		fly.answer('volumes list --json -a b', {stdout});
		await expect(reader.listVolumes('b')).rejects.toMatchObject({
			code: 'flyctl-not-understood',
			exit: 'failed',
			message: expect.stringContaining(`(${where}:`),
		});
		const sample = join(fly.folder, 'not-understood.txt');
		expect(readFileSync(sample, 'utf8')).toBe(
			`$ fly volumes list --json -a b\n${stdout.replace('the-secret-value', '[KEY]')}`,
		);
		expect(statSync(sample).mode & 0o777).toBe(0o600);
	});

	test('a failure that only looks like another does not mean absence', async () => {
		fly.answer('status --json -a b', {stderr: 'Error: failed to get app: unauthorized\n', exit: 1});
		await expect(reader.status('b')).rejects.toMatchObject({exit: 'flyctl'});
		expect(existsSync(join(fly.folder, 'not-understood.txt'))).toBe(false);
	});
});
