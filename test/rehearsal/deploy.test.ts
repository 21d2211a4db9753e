import {expect, test} from 'vitest';
import {openWorldInMemory} from '../helpers/fake-fly.ts';
import {phoenixToml, runtimeSecrets, sampleToml, wispToml} from '../helpers/fly-texts.ts';
import {readSample} from '../helpers/sample-project.ts';

const image = ['--image', 'registry.fly.io/wisp:deployment-1', '--dns-checks=false'];
const litestream = {'etc/litestream.yml': 'dbs: []\n'};

async function openApp(secrets = runtimeSecrets) {
	const fly = openWorldInMemory();
	await fly.call(['apps', 'create', 'blog-1', '--org', 'personal']);
	if (secrets) await fly.call(['secrets', 'import', '--stage', '-a', 'blog-1'], {stdin: secrets});
	return fly;
}

test('the first deploy: addresses, volume, one machine with it, a complete release, secrets deployed', async () => {
	const {call, world} = await openApp();
	const files = {'fly.toml': wispToml, ...litestream};
	const done = await call(['deploy', '--ha=false', ...image], {files, env: {FLY_EMIT_RELEASE_JSON: '1'}});
	expect(done.stdout.replaceAll(/\b[0-9a-f]{14}\b/g, 'MACHINE').split('\n')).toEqual([
		'Validating /app/fly.toml',
		'\u001B[32m✓\u001B[0m Configuration is valid',
		'',
		'Watch your deployment at https://fly.io/apps/blog-1/monitoring',
		'',
		'Provisioning ips for blog-1',
		'  Dedicated ipv6: 2a09:8280:1::3eb:0',
		'  Shared ipv4: 66.241.124.5',
		'  Add a dedicated ipv4 with: fly ips allocate-v4',
		'',
		`Creating a 1 GB volume named 'wisp_data' for process group 'app'. Use 'fly vol extend' to increase its size`,
		'This deployment will:',
		` * create 1 "app" machine`,
		'',
		'> Launching new machine',
		'No machines in group app, launching a new machine',
		'> Machine MACHINE [app] was created',
		'✔ Machine MACHINE [app] update finished: success',
		'',
		'Visit your newly deployed app at https://blog-1.fly.dev/',
		'',
		`{"id":"${world.releases[0]?.id}","version":1,"image_ref":"registry.fly.io/wisp:deployment-1"}`,
		'',
	]);
	expect(done).toMatchObject({
		exit: 0,
		stderr: expect.stringMatching(/^==> Verifying app config\n--> Verified app config\n==> Building image\n/),
	});
	const [machine] = world.machines;
	expect(world.addresses).toMatchObject([{type: 'v6'}, {type: 'shared_v4'}]);
	expect(world.volumes).toMatchObject([{name: 'wisp_data', region: 'sjc', attached_machine_id: machine?.id}]);
	expect(world.machines).toMatchObject([{state: 'started', region: 'sjc'}]);
	expect(machine?.lease).toBeUndefined();
	expect(machine?.checks).toMatchObject([{status: 'passing', name: 'servicecheck-00-http-8080'}]);
	expect(world.releases).toMatchObject([{version: 1, status: 'complete'}]);
	expect(new Set(world.secrets.map(({status}) => status))).toEqual(new Set(['Deployed']));
});

test('a second machine without a mount, unless --ha=false', async () => {
	const first = await openApp();
	const two = await first.call(['deploy', ...image], {files: {'fly.toml': phoenixToml}});
	expect(two.stdout).toContain(' * create 2 "app" machines\n');
	expect(first.world.machines).toHaveLength(2);

	const second = await openApp();
	await second.call(['deploy', '--ha=false', ...image], {files: {'fly.toml': phoenixToml}});
	expect(second.world.machines).toHaveLength(1);

	const third = await openApp();
	await third.call(['deploy', ...image], {files: {'fly.toml': wispToml, ...litestream}});
	expect(third.world.machines).toHaveLength(1);
});

test('a later deploy updates in place and creates a new release', async () => {
	const {call, world} = await openApp();
	const files = {'fly.toml': wispToml, ...litestream};
	await call(['deploy', '--ha=false', ...image], {files});
	const [before] = world.machines;
	await call(['secrets', 'set', 'NEW=1', '--stage', '-a', 'blog-1']);
	const again = await call(['deploy', '--ha=false', ...image], {files});
	expect(again).toMatchObject({
		exit: 0,
		stdout: expect.stringContaining("Updating existing machines in 'blog-1' with rolling strategy\n"),
	});
	expect(world.machines).toMatchObject([{id: before?.id, state: 'started'}]);
	expect(world.machines[0]?.instance_id).not.toBe(before?.instance_id);
	expect(world.releases).toMatchObject([{version: 1}, {version: 2, status: 'complete'}]);
	expect(world.secrets.find(({name}) => name === 'NEW')).toMatchObject({status: 'Deployed'});
});

test('a volume in another region fails after the addresses and leaves a failed release', async () => {
	const {call, world} = await openApp();
	await call(['volumes', 'create', 'wisp_data', '-r', 'iad', '--yes', '-a', 'blog-1']);
	const done = await call(['deploy', '--ha=false', ...image], {files: {'fly.toml': wispToml}});
	const reason =
		"error creating machine configuration: New machine in group 'app' needs an unattached volume named 'wisp_data' in region 'sjc'";
	expect(done).toMatchObject({
		exit: 1,
		stdout: expect.stringContaining(`\n✖ Failed: ${reason}\n`),
		stderr: expect.stringContaining(`\nError: ${reason}\n`),
	});
	expect(world.addresses).toHaveLength(2);
	expect(world.machines).toEqual([]);
	expect(world.releases).toMatchObject([{status: 'failed'}]);

	const again = await call(['deploy', '--ha=false', ...image], {files: {'fly.toml': wispToml}});
	expect(again.exit).toBe(1);
	expect(world.volumes).toHaveLength(1);
});

test('creates addresses only if there are none', async () => {
	const {call, world} = await openApp();
	await call(['ips', 'allocate-v6', '-a', 'blog-1']);
	await call(['deploy', '--ha=false', ...image], {files: {'fly.toml': wispToml, ...litestream}});
	expect(world.addresses).toMatchObject([{type: 'v6'}]);
});

test.each([
	{files: {}, argv: ['deploy'], message: 'the config for your app is missing an app name, add an app field'},
	{files: {'fly.toml': 'app = "nope"\n'}, argv: ['deploy', ...image], message: 'app not found (Request ID: '},
	{
		files: {'fly.toml': wispToml},
		argv: ['deploy'],
		message: 'app does not have a Dockerfile or buildpacks configured',
	},
	{
		files: {'fly.toml': wispToml},
		argv: ['deploy', '--image', 'registry.fly.io/nope:1'],
		message: 'could not find image "registry.fly.io/nope:1"',
	},
	{
		files: {'fly.toml': wispToml, Dockerfile: 'FROM x\n'},
		argv: ['deploy', '--local-only'],
		message: 'docker is unavailable',
	},
	{
		files: {'fly.toml': wispToml, Dockerfile: 'FROM x\nRUN false\n'},
		argv: ['deploy'],
		message: 'process "/bin/sh -c false" did not complete',
	},
	{
		files: {'fly.toml': wispToml.replace('= 1\n', '= true\n')},
		argv: ['deploy', ...image],
		message: 'json: cannot unmarshal bool',
	},
	{
		files: {'fly.toml': wispToml.replace('= false', '= "false"')},
		argv: ['deploy', ...image],
		message: 'invalid autostop value: false',
	},
	{
		files: {'fly.toml': wispToml.replace('8080\n  force', '"8080"\n  force')},
		argv: ['deploy', ...image],
		message: 'of type int',
	},
	{
		files: {'fly.toml': `${wispToml}\n[processes]\nweb = "x"\n`},
		argv: ['deploy', ...image],
		message: 'App configuration is not valid',
	},
	{
		files: {'fly.toml': `${wispToml}\noops = [\n`},
		argv: ['deploy', ...image],
		message: 'failed loading app config from /app/fly.toml: row ',
	},
	{
		files: {'fly.toml': wispToml},
		argv: ['deploy', '--ha', 'false'],
		message: 'chdir /app/false: no such file or directory',
	},
	{
		files: {'fly.toml': wispToml},
		argv: ['deploy', ...image, '--wait-timeout', 'soon'],
		message: 'invalid duration',
	},
])('$argv fails before a release: $message', async ({files, argv, message}) => {
	const {call, world} = await openApp();
	const given: Readonly<Record<string, string>> = Object.fromEntries(
		Object.entries(files).map(([name, text]) => [name, String(text)]),
	);
	const done = await call(argv, {files: given});
	expect(done.exit).toBe(1);
	expect(done.stderr).toContain('Error: ');
	expect(done.stderr).toContain(message);
	expect(world.releases).toEqual([]);
});

test("a build takes about 90 seconds and prints BuildKit's lines of this project on stderr; a failing one is printed twice", async () => {
	const {call, world} = await openApp();
	const from = Date.parse('2026-11-22T10:00:00Z');
	const files = {...readSample(), 'fly.toml': sampleToml};
	const done = await call(['deploy', '--ha=false', '--dns-checks=false'], {files});
	expect(done.exit).toBe(0);
	const lines = done.stderr.split('\n').filter(line => /^#\d+ /.test(line));
	expect(lines.length).toBeGreaterThan(100);
	expect(lines.length).toBeLessThan(200);
	expect(lines).toEqual(
		expect.arrayContaining([
			'#4 [internal] load metadata for docker.io/hexpm/elixir:1.20.3-erlang-28.1.1-debian-bookworm-20260824-slim',
			expect.stringMatching(
				/^#\d+ \[builder {2}4\/16\] RUN mix local.hex --force && mix local.rebar --force$/,
			),
			expect.stringMatching(/^#\d+ \[builder {2}6\/16\] RUN mix deps.get --only prod$/),
			expect.stringMatching(/^#\d+ \d\.\d+ \* Getting ecto_sqlite3 \(Hex package\)$/),
			expect.stringMatching(/^#\d+ \[builder 11\/16\] RUN mix compile$/),
			expect.stringMatching(/^#\d+ \d\.\d+ Generated wisp app$/),
			expect.stringMatching(/^#\d+ \[runtime \d\/8\] COPY etc\/litestream.yml \/etc\/litestream.yml$/),
		]),
	);
	const seconds = ((world.releases[0]?.createdAt ?? 0) - from) / 1_000;
	expect(seconds).toBeGreaterThan(80);
	expect(seconds).toBeLessThan(120);
	const failed = await call(['deploy'], {files: {...files, Dockerfile: 'FROM x\nRUN false\n'}});
	expect(failed.stderr.match(/ERROR: process "\/bin\/sh -c false"/g)).toHaveLength(2);
});

test("a failing step ends as BuildKit's: its last lines once more in a block, and the reason in flyctl's error", async () => {
	const {call, world} = await openApp();
	const dockerfile = 'FROM x\nRUN echo "no module" && exit 3\nRUN mix compile\n';
	const files = {'fly.toml': wispToml, ...litestream, Dockerfile: dockerfile};
	const {exit, stderr} = await call(['deploy'], {files});
	const reason =
		'process "/bin/sh -c echo \\"no module\\" && exit 3" did not complete successfully: exit code: 3';
	expect(exit).toBe(1);
	expect(stderr.split('\n').slice(-8)).toEqual([
		'#6 4.500 no module',
		`#6 ERROR: ${reason}`,
		'------',
		' > [2/3] RUN echo "no module" && exit 3:',
		'4.500 no module',
		'------',
		`Error: failed to fetch an image or build from source: error building: failed to solve: ${reason}`,
		'',
	]);
	expect(stderr).toContain('#5 [1/3] FROM docker.io/library/x\n#5 CACHED\n');
	expect(world.releases).toEqual([]);
});

test.each([
	{without: 'SECRET_KEY_BASE', says: 'environment variable SECRET_KEY_BASE is missing'},
	{without: 'LITESTREAM_REPLICA_URL', says: 'LITESTREAM_REPLICA_URL is missing'},
	{without: 'LITESTREAM_SECRET_ACCESS_KEY', says: 'no object storage keys'},
])('without $without the app crashes: smoke checks, exit event, failed release', async ({without, says}) => {
	const secrets = runtimeSecrets.split('\n').filter(line => !line.startsWith(without));
	const {call, world, json} = await openApp(secrets.join('\n'));
	const done = await call(['deploy', '--ha=false', ...image], {files: {'fly.toml': wispToml, ...litestream}});
	const [machine] = world.machines;
	expect(done).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining(
			`Error: smoke checks for ${machine?.id} failed: the app appears to be crashing\n`,
		),
	});
	expect(done.stderr).toContain(says);
	expect(done.stderr).toContain(
		`\nSmoke checks for ${machine?.id} failed: the app appears to be crashing\nCheck its logs: here's the last lines below, or run 'fly logs -i ${machine?.id}':\n`,
	);
	expect(machine).toMatchObject({
		state: 'stopped',
		events: [{type: 'exit', request: {exit_event: {exit_code: 1, guest_exit_code: 1}}}, {type: 'launch'}],
	});
	expect(machine?.lease).toBeUndefined();
	expect(world.releases).toMatchObject([{status: 'failed'}]);
	expect(await json(['status', '--json', '-a', 'blog-1'])).toMatchObject({
		Status: 'suspended',
		Deployed: true,
	});
});

test('a check at /never stays critical: the wait ends at --wait-timeout', async () => {
	const {call, world, json} = await openApp();
	const files = {'fly.toml': wispToml.replace('/health', '/never'), ...litestream};
	const done = await call(['deploy', '--ha=false', '--wait-timeout', '20', ...image], {files});
	expect(done).toMatchObject({
		exit: 1,
		stderr: expect.stringMatching(
			/Error: timeout reached waiting for health checks to pass for machine (\w+): failed to get VM \1: Get "https:\S+\/apps\/blog-1\/machines\/\1": net\/http: request canceled\n$/,
		),
	});
	expect(world.machines).toMatchObject([{state: 'started'}]);
	expect(Object.values((await json(['checks', 'list', '--json', '-a', 'blog-1'])) as object)).toMatchObject([
		[{status: 'critical'}],
	]);
});

test('SIGINT after the machine: release interrupted, lease held 300 s, 127, no Error line; the next deploy waits a minute and fails', async () => {
	const {call, world, advance} = await openApp();
	const files = {'fly.toml': wispToml, ...litestream};
	const done = await call(['deploy', '--ha=false', ...image], {files, interruptAfterMs: 12_000});
	const [machine] = world.machines;
	expect(done).toMatchObject({
		exit: 127,
		stdout: expect.stringContaining('failed to release lease for machine'),
	});
	expect(done.stderr).not.toContain('Error:');
	expect(world.releases).toMatchObject([{status: 'interrupted'}]);
	expect((machine?.lease?.expiresAt ?? 0) - Date.parse(machine?.created_at ?? '')).toBe(300_000);

	const view = await call(['machine', 'leases', 'view', machine?.id ?? '', '-a', 'blog-1']);
	expect(view.stdout).toMatch(/^ MACHINE {8}│ NONCE {8}│ STATUS {2}│ OWNER {11}│ EXPIRES {14}\n/);
	const held = await call(['deploy', '--ha=false', ...image], {files});
	expect(held).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining(
			`Error: failed to get lease on VM ${machine?.id}: machine ID ${machine?.id} lease currently held by dev@example.com, expires at `,
		),
	});
	expect(held.stdout).toContain('\u001B[33mWARN\u001B[0m failed to acquire lease:');

	expect(await call(['machine', 'leases', 'clear', machine?.id ?? '', '-a', 'blog-1'])).toMatchObject({
		exit: 0,
		stdout: `clearing lease for machine ${machine?.id}\nLease(s) cleared\n`,
	});
	expect(await call(['deploy', '--ha=false', ...image], {files})).toMatchObject({exit: 0});
	expect(world.machines).toHaveLength(1);
	advance(1);
	expect(await call(['machine', 'leases', 'view', machine?.id ?? '', '-a', 'blog-1'])).toMatchObject({
		exit: 0,
		stdout: 'No leases found\n',
	});
});

test('a lease of a killed deploy ends after 300 s', async () => {
	const {call, world, advance} = await openApp();
	const files = {'fly.toml': wispToml, ...litestream};
	await call(['deploy', '--ha=false', ...image], {files, interruptAfterMs: 12_000});
	advance(299_000);
	expect(world.machines[0]?.lease).toBeUndefined();
	expect(await call(['deploy', '--ha=false', ...image], {files})).toMatchObject({exit: 0});
});

test('set without --stage on a running app rolls its machine: a new release, the same image', async () => {
	const {call, world} = await openApp();
	await call(['deploy', '--ha=false', ...image], {files: {'fly.toml': wispToml, ...litestream}});
	const done = await call(['secrets', 'set', 'NEW=1', '-a', 'blog-1']);
	expect(done).toMatchObject({exit: 0, stdout: expect.stringContaining('✔ Machine ')});
	expect(world.releases).toMatchObject([{version: 1}, {version: 2, status: 'complete', imageRef: image[1]}]);
	await call(['secrets', 'set', 'B=1', '--stage', '-a', 'blog-1']);
	expect(world.secrets.find(({name}) => name === 'B')).toMatchObject({status: 'Staged'});
	expect(await call(['secrets', 'deploy', '-a', 'blog-1'])).toMatchObject({exit: 0});
	expect(world.secrets.find(({name}) => name === 'B')).toMatchObject({status: 'Deployed'});
});

test('--detach does not wait', async () => {
	const {call, world} = await openApp();
	const done = await call(['deploy', '--ha=false', '--detach', ...image], {
		files: {'fly.toml': wispToml, ...litestream},
	});
	expect(done).toMatchObject({exit: 0});
	expect(world.machines).toMatchObject([{state: 'created'}]);
	expect(world.releases).toMatchObject([{status: 'complete'}]);
});

test('rejects replacing the attached volume or removing the mount', async () => {
	const {call} = await openApp();
	await call(['deploy', '--ha=false', ...image], {files: {'fly.toml': wispToml, ...litestream}});
	const renamed = {'fly.toml': wispToml.replace('wisp_data', 'other_data'), ...litestream};
	expect(await call(['deploy', ...image], {files: renamed})).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining("can't update the attached volume"),
	});
	expect(await call(['deploy', '--yes', ...image], {files: {'fly.toml': phoenixToml}})).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('yes flag must be specified'),
	});
});
