import {expect, test} from 'vitest';
import {openWorldInMemory} from '../helpers/fake-fly.ts';
import {runtimeSecrets, wispToml} from '../helpers/fly-texts.ts';

async function openApp() {
	const fly = openWorldInMemory();
	await fly.call(['apps', 'create', 'blog-1', '--org', 'personal']);
	return fly;
}

async function openDeployed() {
	const fly = await openApp();
	await fly.call(['secrets', 'import', '--stage', '-a', 'blog-1'], {stdin: runtimeSecrets});
	const files = {'fly.toml': wispToml, 'etc/litestream.yml': ''};
	await fly.call(['deploy', '--ha=false', '--image', 'registry.fly.io/wisp:1', '--dns-checks=false'], {
		files,
	});
	return fly;
}

test.each([
	{
		argv: ['apps', 'create', 'taken-app', '--org', 'personal'],
		says: 'Validation failed: Name has already been taken (Request ID: ',
	},
	{argv: ['apps', 'create', 'getwisp', '--org', 'personal'], says: 'Name has already been taken'},
	{argv: ['apps', 'create', 'blog-1', '--org', 'personal'], says: 'Name has already been taken'},
	{
		argv: ['apps', 'create', 'Bad_Name', '--org', 'personal'],
		says: 'Name may only contain numbers, lowercase letters and dashes',
	},
	{argv: ['apps', 'create', 'x', '--org', 'nosuch'], says: 'Error: organization nosuch not found\n'},
	{
		argv: ['apps', 'create'],
		says: 'Error: name argument or flag must be specified when not running interactively\n',
	},
	{argv: ['status', '--json', '-a', 'nope'], says: 'failed to get app: failed to run query'},
	{argv: ['volumes', 'list', '-a', 'nope'], says: 'Could not find App'},
	{argv: ['secrets', 'list', '-a', 'nope'], says: 'app not found'},
	{
		argv: ['volumes', 'create', 'v', '-a', 'blog-1', '--yes'],
		says: 'Error: region code must be specified when not running interactively\n',
	},
	{
		argv: ['volumes', 'create', 'v', '-r', 'zzz', '-a', 'blog-1', '--yes'],
		says: 'Error: region zzz not found\n',
	},
	{
		argv: ['volumes', 'create', 'v', '-r', 'hkg', '-a', 'blog-1', '--yes'],
		says: 'Error: region hkg not found\n',
	},
	{
		argv: ['volumes', 'create', 'wisp-data', '-r', 'sjc', '-a', 'blog-1', '--yes'],
		says: 'Error: failed to create volume: invalid volume name, must be under 30 characters',
	},
	{argv: ['volumes', 'create', 'v', '-r', 'sjc', '-s', '501', '-a', 'blog-1', '--yes'], says: 'invalid size'},
	{
		argv: ['volumes', 'create', 'v', '-r', 'sjc', '-a', 'blog-1'],
		says: 'Error: yes flag must be specified when not running interactively\n',
	},
	{
		argv: ['storage', 'create', '-a', 'blog-1', '-n', 'b-1'],
		says: 'Error: To agree, the --yes flag must be specified when not running interactively\n',
	},
	{
		argv: ['storage', 'create', '-n', 'b-1', '--yes'],
		says: 'Error: slug argument must be specified when not running interactively\n',
	},
	{
		argv: ['storage', 'create', '-a', 'nope', '-n', 'b-1', '--yes'],
		says: 'Error: input: app Could not find App\n',
	},
	{
		argv: ['storage', 'create', '-a', 'blog-1', '-n', 'getwisp-store', '--yes'],
		says: 'Error: input: createAddOn Validation failed: Name has already been taken\n',
	},
	{
		argv: ['storage', 'create', '-a', 'blog-1', '-n', 'taken-1', '--yes'],
		says: 'Name has already been taken',
	},
	{argv: ['storage', 'create', '-a', 'blog-1', '-n', 'Bad_Name', '--yes'], says: 'Name is invalid'},
	{
		argv: ['storage', 'status', '-a', 'blog-1'],
		says: "Error: No project found. Provision one with 'flyctl ext tigris create'.\n",
	},
	{argv: ['storage', 'status', 'nosuch'], says: 'Error: input: addOn Could not find AddOn\n'},
	{
		argv: ['certs', 'add', 'not a host', '-a', 'blog-1'],
		says: 'Error: failed to create ACME certificate: Hostname is invalid (Request ID: ',
	},
	{
		argv: ['certs', 'add', 'owned.elsewhere.com', '-a', 'blog-1'],
		says: 'Hostname already in use by another app',
	},
	{
		argv: ['certs', 'add', 'www.elsewhere.example', '-a', 'blog-1'],
		says: 'Hostname already in use by another app',
	},
	{
		argv: ['certs', 'show', 'nope.example.com', '-a', 'blog-1'],
		says: 'Error: failed to check certificate: hostname not found (Request ID: ',
	},
	{argv: ['certs', 'remove', 'x.example.com', '-a', 'blog-1'], says: 'Error: prompt: non interactive\n'},
	{
		argv: ['ips', 'allocate-v4', '-a', 'blog-1'],
		says: 'Error: yes flag must be specified when not running interactively\n',
	},
	{
		argv: ['apps', 'destroy', 'blog-1'],
		says: 'Destroying an app is not reversible.\nError: yes flag must be specified when not running interactively\n',
	},
	{argv: ['scale', 'count', '2', '--yes', '-a', 'blog-1'], says: 'this app has no complete releases'},
	{
		argv: ['config', 'show', '-a', 'blog-1'],
		says: 'Error: failed to grab app config from existing machines, error: could not create a fly.toml from any machines :-(\nNo machines configured for this app\n',
	},
	{
		argv: ['volumes', 'show', 'vol_1', '-a', 'blog-1'],
		says: 'Error: failed retrieving volume: failed to get volume vol_1: volume not found (Request ID: ',
	},
	{argv: ['auth', 'login'], says: 'requires an interactive terminal'},
	{argv: ['status'], says: 'the config for your app is missing an app name'},
])('rejects fly $argv and leaves the world unchanged', async ({argv, says}) => {
	const {call, world} = await openApp();
	const {calls: _before, ...before} = structuredClone(world);
	const done = await call(argv);
	const {calls, ...after} = world;
	expect(done.exit).toBe(1);
	expect(done.stderr).toContain(says);
	expect(after).toEqual(before);
	expect(calls.at(-1)).toMatchObject({argv, exit: 1});
});

test('a second volumes create creates a second volume without asking', async () => {
	const {call, world} = await openApp();
	const argv = ['volumes', 'create', 'wisp_data', '-r', 'sjc', '-a', 'blog-1'];
	await call([...argv, '--yes']);
	const again = await call(argv);
	expect(again).toMatchObject({
		exit: 0,
		stdout: expect.stringMatching(/^ {18}ID: vol_\w{18}\n {16}Name: wisp_data\n/),
	});
	expect(world.volumes.map(({name}) => name)).toEqual(['wisp_data', 'wisp_data']);
});

test('a question without an answer in a terminal is not an error', async () => {
	const {call, world} = await openApp();
	const done = await call(['volumes', 'create', 'v', '-r', 'sjc', '-a', 'blog-1'], {
		isInteractive: true,
		answer: '',
	});
	expect(done).toMatchObject({
		exit: 0,
		stdout: expect.stringContaining('? Do you still want to use the volumes feature? (y/N) '),
	});
	expect(world.volumes).toEqual([]);
});

test('FLY_REGION, FLY_APP, and an invalid fly.toml affect every command', async () => {
	const {call, world} = await openApp();
	await call(['volumes', 'create', 'v', '--yes'], {env: {FLY_APP: 'blog-1', FLY_REGION: 'iad'}});
	expect(world.volumes).toMatchObject([{app: 'blog-1', region: 'iad'}]);
	const broken = await call(['status', '-a', 'blog-1'], {files: {'fly.toml': 'app = [\n'}});
	expect(broken).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('Error: failed loading app config from /app/fly.toml: row '),
	});
	const named = await call(['status', '--json'], {
		files: {'fly.toml': '\uFEFFapp = "other"\r\n'},
		env: {FLY_APP: 'blog-1'},
	});
	expect(named.exit).toBe(0);
});

test('storage create prints its keys once, sets the five secrets, and rejects a second bucket', async () => {
	const {call, world} = await openApp();
	const done = await call(['storage', 'create', '-a', 'blog-1', '-n', 'blog-1-store', '--yes']);
	const names = [
		'AWS_ACCESS_KEY_ID',
		'AWS_ENDPOINT_URL_S3',
		'AWS_REGION',
		'AWS_SECRET_ACCESS_KEY',
		'BUCKET_NAME',
	];
	for (const name of names) expect(done.stdout).toMatch(new RegExp(`^${name}: \\S+$`, 'm'));
	expect(done.stdout).toContain(
		'By specifying the --yes flag, you have agreed to the terms displayed above.\n',
	);
	expect(done.stdout).toContain('\nSecrets are staged for the first deployment\n');
	expect(world.secrets.map(({name, status}) => `${name} ${status}`)).toEqual(
		names.map(name => `${name} Staged`),
	);
	const again = await call(['storage', 'create', '-a', 'blog-1', '-n', 'other-store', '--yes']);
	expect(again).toMatchObject({
		exit: 1,
		stderr: 'Error: A Tigris bucket named blog-1-store already exists for app blog-1\n',
	});
	expect(world.buckets).toHaveLength(1);
	expect(JSON.stringify(world)).not.toContain('tsec_');
});

test('storage create sets no secret if one of its names exists, and still ends with 0', async () => {
	const {call, world} = await openApp();
	await call(['secrets', 'set', 'AWS_REGION=x', '--stage', '-a', 'blog-1']);
	const done = await call(['storage', 'create', '-a', 'blog-1', '-n', 'blog-1-store', '--yes']);
	expect(done).toMatchObject({
		exit: 0,
		stdout: expect.stringContaining(
			"Secrets [AWS_REGION] already exist on app blog-1. They won't be set automatically.\n",
		),
	});
	expect(world.secrets).toHaveLength(1);
	expect(world.buckets).toHaveLength(1);
});

test('a bucket outlives its app; its name stays taken', async () => {
	const {call, world} = await openApp();
	await call(['storage', 'create', '-a', 'blog-1', '-n', 'blog-1-store', '--yes']);
	await call(['apps', 'destroy', 'blog-1', '--yes']);
	expect(world.apps).toEqual([]);
	expect(world.secrets).toEqual([]);
	expect(world.buckets).toMatchObject([{name: 'blog-1-store'}]);
	expect(world.buckets[0]?.app).toBeUndefined();
	expect(await call(['apps', 'destroy', 'blog-1', '--yes'])).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('Could not find App'),
	});
	expect(await call(['storage', 'destroy', 'blog-1-store', '--yes'])).toMatchObject({
		exit: 0,
		stdout: 'Your Tigris object storage bucket blog-1-store was destroyed\n',
	});
});

test('each allocate-v6 adds one; a shared v4 is one, listed without id and time', async () => {
	const {call, json} = await openApp();
	for (const _ of [1, 2]) await call(['ips', 'allocate-v6', '-a', 'blog-1']);
	for (const _ of [1, 2]) await call(['ips', 'allocate-v4', '--shared', '-a', 'blog-1']);
	expect(await json(['ips', 'list', '--json', '-a', 'blog-1'])).toMatchObject([
		{Type: 'v6', ID: expect.stringMatching(/^ip_/)},
		{Type: 'v6'},
		{Type: 'shared_v4', ID: '', Region: '', CreatedAt: '0001-01-01T00:00:00Z'},
	]);
});

test('a certificate: the records appear 30 s after it was asked for, the certificate 10 s later', async () => {
	const {call, world, advance} = await openApp();
	await call(['ips', 'allocate-v6', '-a', 'blog-1']);
	await call(['ips', 'allocate-v4', '--shared', '-a', 'blog-1']);
	await call(['certs', 'add', 'blog.example.com', '-a', 'blog-1']);
	await call(['certs', 'add', 'never.example.com', '-a', 'blog-1']);
	advance(20_000);
	expect(world.dns).toEqual([]);
	advance(15_000);
	expect(world.dns).toMatchObject([
		{name: 'blog.example.com', type: 'AAAA'},
		{name: 'blog.example.com', type: 'A'},
	]);
	expect(world.certificates[0]).toMatchObject({status: 'pending_validation'});
	advance(10_000);
	expect(world.certificates).toMatchObject([{status: 'active'}, {status: 'pending_validation'}]);
	advance(10 * 86_400_000);
	expect(world.dns).toHaveLength(2);
	expect(await call(['certs', 'add', 'blog.example.com', '-a', 'blog-1'])).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('Hostname already exists on app'),
	});
	expect(await call(['certs', 'remove', 'blog.example.com', '--yes', '-a', 'blog-1'])).toMatchObject({
		exit: 0,
		stdout: '✓ Certificate blog.example.com deleted from app blog-1\n',
	});
});

test('WARN lines with ANSI codes come before the JSON, some even with LOG_LEVEL=error', async () => {
	const {call} = await openApp();
	const warn = /^\u001B\[33mWARN\u001B\[0m /;
	expect((await call(['status', '--json', '-a', 'blog-1'])).stdout).not.toMatch(warn);
	expect((await call(['status', '--json', '-a', 'blog-1'], {env: {LOG_LEVEL: 'info'}})).stdout).toMatch(warn);
	expect((await call(['machine', 'list', '--json', '-a', 'blog-1'])).stdout).toMatch(warn);
});

test.each([
	{remote: 'litestream version', result: {stdout: '0.5.17\n'}},
	{
		remote: 'litestream sync -wait -timeout 10 -socket /var/run/litestream.sock /data/wisp_prod.db',
		result: {stdout: 'db_path: /data/wisp_prod.db\ntxid: 1\nreplica_txid: 1\nduration_ms: 4\n'},
	},
	{
		remote: '/usr/local/bin/entrypoint litestream sync -wait /data/wisp_prod.db',
		result: {stdout: 'db_path: /data/wisp_prod.db\ntxid: 1\nreplica_txid: 1\nduration_ms: 4\n'},
	},
	{remote: "sh -c 'litestream version'", result: {stdout: '0.5.17\n'}},
	{
		remote: 'litestream sync -wait /data/other.db',
		result: {exit_code: 1, stderr: 'Error: sync failed: database not found: /data/other.db\n'},
	},
	{remote: 'ls /data', result: {stdout: 'lost+found\nwisp_prod.db\nwisp_prod.db-shm\nwisp_prod.db-wal\n'}},
	{remote: 'true', result: {}},
	{remote: 'nope', result: {exit_code: 127, stderr: 'sh: 1: nope: not found\n'}},
])('machine exec "$remote" always exits with 0', async ({remote, result}) => {
	const {call, world, json} = await openDeployed();
	const id = world.machines[0]?.id ?? '';
	expect(await json(['machine', 'exec', id, remote, '--json', '--timeout', '30', '-a', 'blog-1'])).toEqual(
		result,
	);
	expect(world.calls.at(-1)).toMatchObject({exit: 0, mutates: false});
	expect(await call(['machine', 'exec', 'nope', remote, '-a', 'blog-1'])).toMatchObject({exit: 1});
});

test('the replica has a transaction and a snapshot soon after the start; without keys sync fails with the error of the storage', async () => {
	const {call, world, json} = await openDeployed();
	expect(world.objects.map(({bucket, key}) => `${bucket}/${key}`)).toEqual([
		'blog-1-store/blog/0000/0000000000000001-0000000000000001.ltx',
		'blog-1-store/blog/0009/0000000000000001-0000000000000001.ltx',
	]);
	await call(['secrets', 'unset', 'LITESTREAM_ACCESS_KEY_ID', '--stage', '-a', 'blog-1']);
	const id = world.machines[0]?.id ?? '';
	const argv = ['machine', 'exec', id, 'litestream sync -wait /data/wisp_prod.db', '--json', '-a', 'blog-1'];
	expect(await json(argv)).toMatchObject({stdout: expect.stringContaining('txid: 1')});
	await call(['machine', 'restart', id, '-a', 'blog-1']);
	expect(await call(argv)).toMatchObject({exit: 1, stderr: expect.stringContaining('machine not running')});
});

test('machines: destroy needs --force while it runs and leaves the volume; scale grows with a new empty volume', async () => {
	const {call, world} = await openDeployed();
	const id = world.machines[0]?.id ?? '';
	expect(await call(['machine', 'destroy', id, '-a', 'blog-1'])).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('failed_precondition'),
	});
	expect(
		await call(['volumes', 'destroy', world.volumes[0]?.id ?? '', '--yes', '-a', 'blog-1']),
	).toMatchObject({exit: 1});
	expect(await call(['scale', 'count', '1', '-a', 'blog-1'])).toMatchObject({
		exit: 0,
		stdout: expect.stringContaining('already scaled'),
	});
	await call(['scale', 'count', '2', '--yes', '-a', 'blog-1']);
	expect(world.machines).toHaveLength(2);
	expect(world.volumes).toHaveLength(2);
	await call(['scale', 'count', '1', '--yes', '-a', 'blog-1']);
	await call(['machine', 'destroy', id, '--force', '-a', 'blog-1']);
	expect(world.machines).toEqual([]);
	expect(world.volumes.map(volume => volume.attached_machine_id)).toEqual([null, null]);
	const gone = world.volumes[0]?.id ?? '';
	await call(['volumes', 'destroy', gone, '--yes', '-a', 'blog-1']);
	expect(world.volumes[0]).toMatchObject({state: 'pending_destroy'});
	expect(await call(['volumes', 'destroy', gone, '--yes', '-a', 'blog-1'])).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('volume not found'),
	});
});

test('volumes only grow', async () => {
	const {call, world} = await openApp();
	await call(['volumes', 'create', 'v', '-r', 'sjc', '--yes', '-a', 'blog-1']);
	const id = world.volumes[0]?.id ?? '';
	for (const size of ['3', '4gb', '+1']) await call(['volumes', 'extend', id, '-s', size, '-a', 'blog-1']);
	expect(world.volumes).toMatchObject([{size_gb: 5}]);
	expect(await call(['volumes', 'extend', id, '-s', '2', '--yes', '-a', 'blog-1'])).toMatchObject({exit: 1});
	expect(await call(['volumes', 'extend', id, '--yes', '-a', 'blog-1'])).toMatchObject({
		stderr: 'Error: Volume size must be specified\n',
	});
});

test('logs: the latest lines, or an endless wait if there are none', async () => {
	const running = await openDeployed();
	expect(await running.call(['logs', '--no-tail', '-a', 'blog-1'])).toMatchObject({
		exit: 0,
		stdout: expect.stringContaining('Running Endpoint'),
	});
	const empty = await openApp();
	expect(await empty.call(['logs', '--no-tail', '-a', 'blog-1'], {interruptAfterMs: 60_000})).toMatchObject({
		exit: 127,
		stdout: '',
	});
});

test.each([
	{config: '', env: {}, exit: 1},
	{config: 'access_token: abc\n', env: {}, exit: 1},
	{config: 'access_token: abc\nlast_login: 2020-01-01T00:00:00Z\n', env: {}, exit: 1},
	{config: `access_token: "abc"\nlast_login: ${new Date().toISOString()}\n`, env: {}, exit: 0},
	{config: '', env: {FLY_API_TOKEN: 'x'}, exit: 0},
	{config: '', env: {FLY_ACCESS_TOKEN: 'bad', FLY_API_TOKEN: 'x'}, exit: 1},
])('a session from $config and $env ends whoami with $exit', async ({config, env, exit}) => {
	const {call} = openWorldInMemory();
	const files = {'/home/dev/.fly/config.yml': config};
	expect(await call(['auth', 'whoami', '--json'], {files, env: {FLY_API_TOKEN: '', ...env}})).toMatchObject({
		exit,
	});
});

test('auth login in a terminal waits for the approval, writes a login, and can be interrupted', async () => {
	const {call, log} = openWorldInMemory();
	const interrupted = await call(['auth', 'login'], {isInteractive: true, interruptAfterMs: 1000});
	expect(interrupted).toMatchObject({exit: 127, stderr: ''});
	expect(log).not.toContain('writes a login');
	expect(await call(['auth', 'login'], {isInteractive: true})).toMatchObject({
		exit: 0,
		stdout: expect.stringMatching(
			/^Opening https:\/\/fly\.io\/\S+ \.\.\.\n\npaste code here if prompted > [\s\S]*successfully logged in as \S+@\S+\n$/,
		),
	});
	expect(log).toContain('writes a login');
});

test('the fault logged-out ends with the first login that succeeds', async () => {
	const {call} = openWorldInMemory();
	const env = {PHXFLY_FAULTS: '[{"command": "orgs list", "fault": "logged-out"}]'};
	const list = async () => (await call(['orgs', 'list', '--json'], {env})).exit;
	expect(await list()).toBe(1);
	expect((await call(['auth', 'login'], {isInteractive: false, env})).exit).toBe(1);
	expect(await list()).toBe(1);
	expect((await call(['auth', 'login'], {isInteractive: true, env})).exit).toBe(0);
	expect(await list()).toBe(0);
});
