import {expect, test} from 'vitest';
import {openWorldInMemory} from '../helpers/fake-fly.ts';
import {phoenixToml, wispToml} from '../helpers/fly-texts.ts';

const validate = (text: string, ...flags: readonly string[]) =>
	openWorldInMemory().call(['config', 'validate', ...flags], {files: {'fly.toml': text}});

const services = '[[services]]\n  internal_port = 8080\n';

test.each([
	{text: wispToml, because: 'it is good'},
	{text: `\uFEFF${wispToml.replaceAll('\n', '\r\n')}`, because: 'a BOM and CRLF are fine'},
	{
		text: wispToml.replace('auto_stop_machines = false', 'auto_stop_machines = "suspend"'),
		because: 'a word of auto-stop',
	},
	{
		text: wispToml.replace('min_machines_running = 1', 'max_machines = 1'),
		because: 'unknown keys are ignored',
	},
	{
		text: `${phoenixToml.replace('internal_port = 8080', 'internal_port = 8080\n  processes = ["web"]')}\n[processes]\n  web = "x"\n`,
		because: 'the service names its process',
	},
	{text: `app = "a"\n${services}`, because: 'the older form'},
])('config validate accepts a file: $because', async ({text}) => {
	expect(await validate(text)).toEqual({
		exit: 0,
		stdout: 'Validating /app/fly.toml\n\u001B[32m✓\u001B[0m Configuration is valid\n\n',
		stderr: '',
	});
});

test.each([
	{
		text: wispToml.replace('running = 1', 'running = "1"'),
		says: 'json: cannot unmarshal string into Go struct field HTTPService.http_service.min_machines_running of type int',
	},
	{
		text: wispToml.replace('running = 1', 'running = true'),
		says: 'cannot unmarshal bool into Go struct field',
	},
	{text: wispToml.replace('machines = false', 'machines = 0'), says: 'invalid autostop value: 0'},
	{
		text: wispToml.replace('force_https = true', 'force_https = "true"'),
		says: 'http_service.force_https of type bool',
	},
	{text: wispToml.replace('app = "blog-1"', 'app = 7'), says: 'Config.app of type string'},
	{text: wispToml.replace('destination = "/data"', ''), says: 'App configuration is not valid'},
	{
		text: wispToml.replace('[mounts]', '[[mounts]]\n  source = "x"\n  destination = "/x"\n\n[[mounts]]'),
		says: 'App configuration is not valid',
	},
	{text: `${wispToml}\n[processes]\n  web = "x"\n`, says: 'App configuration is not valid'},
	{
		text: wispToml.replace('internal_port = 8080', 'internal_port = 8080\n  processes = ["nope"]'),
		says: 'App configuration is not valid',
	},
])('config validate rejects it: $says', async ({text, says}) => {
	const done = await validate(text);
	expect(done).toMatchObject({exit: 1, stderr: expect.stringContaining(`Error: `)});
	expect(done.stderr).toContain(says);
	expect(done.stdout).not.toContain('Configuration is valid');
});

test('--strict names unknown sections and keys', async () => {
	const text = `${wispToml.replace('force_https = true', 'force_https = true\n  max_machines = 1')}\n[nonsense]\n  a = 1\n`;
	const done = await validate(text, '--strict');
	expect(done).toMatchObject({exit: 1, stderr: 'Error: strict validation failed\n'});
	expect(done.stdout).toContain('  top level: nonsense\n');
	expect(done.stdout).toContain('  [http_service]: max_machines\n');
	expect(await validate(wispToml, '-s')).toMatchObject({exit: 0});
});

test('shows the line of an invalid file', async () => {
	const {stderr, exit} = await validate('app = "a"\noops = [\n');
	expect(exit).toBe(1);
	expect(stderr).toMatch(/^Error: failed loading app config from \/app\/fly\.toml: row \d+ column \d+\n/);
	expect(stderr).toContain('2| oops = [');
});

test('--config is a file or a folder', async () => {
	const {call} = openWorldInMemory();
	const files = {'other.toml': 'app = "from-file"\n', '/etc/fly.toml': wispToml};
	expect(await call(['config', 'validate', '-c', 'other.toml'], {files})).toMatchObject({
		exit: 0,
		stdout: expect.stringContaining('/app/other.toml'),
	});
	expect(await call(['config', 'validate', '-c', 'none.toml'], {files})).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('missing an app name'),
	});
});

test('creates an app without --org only if the personal organization is the only one', async () => {
	const {call, world} = openWorldInMemory();
	expect(await call(['apps', 'create', 'one'])).toMatchObject({exit: 0, stdout: 'New app created: one\n'});
	world.orgs.push({id: 'org_2', slug: 'acme-inc', name: 'Acme Inc', type: 'SHARED'});
	expect(await call(['apps', 'create', 'two'])).toMatchObject({
		exit: 1,
		stderr: 'Error: org slug must be specified when not running interactively\n',
	});
	expect(await call(['apps', 'create', 'two'], {env: {FLY_ORG: 'acme-inc'}})).toMatchObject({exit: 0});
	expect((await call(['apps', 'list', '--quiet', '--org', 'acme-inc'])).stdout).toBe('two\n');
});

test('rejects a strategy that does not support volumes before a release', async () => {
	const {call, world} = openWorldInMemory();
	await call(['apps', 'create', 'blog-1']);
	const argv = ['deploy', '--image', 'registry.fly.io/x:1', '--strategy', 'canary'];
	const done = await call(argv, {files: {'fly.toml': wispToml}});
	expect(done).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('not supported when using mounted volumes'),
	});
	expect(world.releases).toEqual([]);
});
