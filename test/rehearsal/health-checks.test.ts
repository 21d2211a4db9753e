import {expect, test} from 'vitest';
import {openWorldInMemory} from '../helpers/fake-fly.ts';
import {runtimeSecrets, sampleToml, wispToml} from '../helpers/fly-texts.ts';
import {readSample} from '../helpers/sample-project.ts';

const sample: Readonly<Record<string, string>> = {
	...readSample(),
	'fly.toml': sampleToml,
	'rel/overlays/bin/server': '#!/bin/sh\nexec ./wisp start\n',
};

const router = sample['lib/wisp_web/router.ex'] ?? '';

async function deploy(changes: Readonly<Record<string, string>>, secrets = runtimeSecrets) {
	const fly = openWorldInMemory();
	await fly.call(['apps', 'create', 'blog-1', '--org', 'personal']);
	await fly.call(['secrets', 'import', '--stage', '-a', 'blog-1'], {stdin: secrets});
	const files = {...sample, ...changes};
	const argv = ['deploy', '--ha=false', '--dns-checks=false', '--wait-timeout', '60s'];
	const done = await fly.call(argv, {files});
	fly.advance(30_000);
	return {...fly, ...done, files, checks: fly.world.machines[0]?.checks ?? []};
}

const ask = (path: string, more = '') => ({
	'fly.toml': sampleToml.replace('path = "/health"', `path = "${path}"${more}`),
});

test.each([
	{is: 'the path for it', changes: {}},
	{is: 'a page', changes: ask('/')},
	{is: 'a file of the endpoint', changes: ask('/robots.txt')},
	{
		is: 'a path that some code names, such as a plug',
		changes: {...ask('/up'), 'lib/wisp_web/up.ex': 'defmodule WispWeb.Up do\n  @path "/up"\nend\n'},
	},
	{
		is: 'a path below one of a macro',
		changes: {
			...ask('/dashboard/home'),
			'lib/wisp_web/router.ex': router.replace(
				'live "/", PostsLive',
				'live "/", PostsLive\n    live_dashboard "/dashboard"',
			),
		},
	},
	{
		is: 'a page that may redirect some visitors',
		changes: {
			...ask('/maybe'),
			'lib/wisp_web/router.ex': router.replace(
				'live "/", PostsLive',
				'live "/", PostsLive\n    get "/maybe", MaybeController, :show',
			),
			'lib/wisp_web/maybe.ex':
				'defmodule WispWeb.MaybeController do\n  use Phoenix.Controller\n  def show(conn, params) do\n    if params["a"], do: redirect(conn, to: "/"), else: text(conn, "ok")\n  end\nend\n',
		},
	},
	{
		is: 'a page whose code can be read in part only',
		changes: {
			...ask('/broken'),
			'lib/wisp_web/router.ex': router.replace(
				'live "/", PostsLive',
				'live "/", PostsLive\n    get "/broken", BrokenController, :show',
			),
			'lib/wisp_web/broken.ex':
				'defmodule WispWeb.BrokenController do\n  use Phoenix.Controller\n  def show(conn, _), do: redirect(conn, to: "/")\n  def other((( do\nend\n',
		},
	},
])('a check passes: $is', async ({changes}) => {
	const {exit, stderr, checks} = await deploy(changes);
	expect(exit, stderr.slice(-300)).toBe(0);
	expect(checks).toMatchObject([{name: 'servicecheck-00-http-8080', status: 'passing'}]);
});

const withRoute = (route: string, files: Readonly<Record<string, string>> = {}) => ({
	'lib/wisp_web/router.ex': router
		.replace('live "/", PostsLive', `live "/", PostsLive\n    ${route}`)
		.replace(
			'scope "/", WispWeb do\n    pipe_through :browser',
			'pipeline :members do\n    plug :require_authenticated_user\n  end\n\n  def require_authenticated_user(conn, _opts) do\n    conn |> redirect(to: "/") |> halt()\n  end\n\n  scope "/", WispWeb do\n    pipe_through [:browser, :members]\n    get "/members", HealthController, :show\n  end\n\n  scope "/", WispWeb do\n    pipe_through :browser',
		),
	...files,
});

const forced = {
	'config/prod.exs':
		'import Config\nconfig :wisp, WispWeb.Endpoint, force_ssl: [rewrite_on: [:x_forwarded_proto]]\n',
};

test.each([
	{is: 'no route', changes: ask('/healthz'), says: '/healthz: 404 Not Found'},
	{
		is: 'a redirect',
		changes: {
			...ask('/old'),
			...withRoute('get "/old", OldController, :show', {
				'lib/wisp_web/old.ex':
					'defmodule WispWeb.OldController do\n  use Phoenix.Controller\n  def show(conn, _params), do: redirect(conn, to: "/")\nend\n',
			}),
		},
		says: '/old: 302 Found',
	},
	{is: 'a login', changes: {...ask('/members'), ...withRoute('')}, says: '/members: 302 Found'},
	{is: 'force_ssl', changes: {...forced, 'fly.toml': wispToml}, says: '/health: 301 Moved Permanently'},
	{
		is: 'a port where nothing listens',
		changes: {'fly.toml': sampleToml.replace('PORT = 8080', 'PORT = 4321')},
		says: 'connect: connection refused',
	},
])('a check fails, and the deploy with it: $is', async ({changes, says}) => {
	const {exit, stdout, stderr, checks, world} = await deploy(changes);
	expect(checks).toMatchObject([{status: 'critical', output: expect.stringContaining(says)}]);
	expect(exit).toBe(1);
	const failure = /timeout reached waiting for health checks to pass for machine \w+: failed to get VM/;
	expect(stderr).toMatch(failure);
	expect(stdout).toMatch(failure);
	expect(world.releases).toMatchObject([{status: 'failed'}]);
});

test('without rewrite_on, the header of the proxy does not help', async () => {
	const prod = {
		'config/prod.exs': 'import Config\nconfig :wisp, WispWeb.Endpoint, force_ssl: [hsts: true]\n',
	};
	expect(await deploy(prod)).toMatchObject({exit: 1});
});

const plain = sampleToml.replace(/\n {2}\[\[http_service\.checks\]\][^[]*/, '\n');
const named = (port: number) =>
	`${plain}\n[checks.listens]\n  type = "tcp"\n  port = ${port}\n\n[checks.page]\n  type = "http"\n  path = "/"\n  headers = { "X-Forwarded-Proto" = "https" }\n`;

test('[checks] are run, each at its port', async () => {
	const good = await deploy({'fly.toml': named(8080)});
	expect(good.exit, good.stderr.slice(-300)).toBe(0);
	expect(good.checks).toMatchObject([
		{name: 'listens', status: 'passing', output: 'Success'},
		{name: 'page', status: 'passing'},
	]);
	const shown = await good.call(['config', 'show', '-a', 'blog-1'], {files: good.files});
	expect(JSON.parse(shown.stdout)).toMatchObject({
		checks: {listens: {type: 'tcp', port: 8080}, page: {type: 'http', port: 8080, path: '/'}},
	});
	const bad = await deploy({'fly.toml': named(9999)});
	expect(bad.exit).toBe(1);
	expect(bad.checks).toMatchObject([
		{status: 'critical', output: 'connect: connection refused'},
		{status: 'passing'},
	]);
	const untyped = await deploy({'fly.toml': `${plain}\n[checks.odd]\n  port = 8080\n`});
	expect(untyped).toMatchObject({
		exit: 1,
		stdout: expect.stringContaining("Can't process top level check 'odd'"),
	});
});

test.each([
	{port: 8080, is: 'passing'},
	{port: 1965, is: 'critical'},
	{port: 4000, is: 'passing', code: 'config :wisp, port_of_metrics: 4000\n'},
])('tcp_checks of a service at $port: $is', async ({port, is, code = ''}) => {
	const service = `\n[[services]]\n  internal_port = ${port}\n  protocol = "tcp"\n  [[services.tcp_checks]]\n    interval = "15s"\n`;
	const {checks, json} = await deploy({
		'fly.toml': plain + service,
		'config/prod.exs': `import Config\n${code}`,
	});
	expect(checks).toMatchObject([{name: `servicecheck-00-tcp-${port}`, status: is}]);
	const released = await json(['config', 'show', '-a', 'blog-1']);
	expect(released).toMatchObject({services: [{}, {tcp_checks: [{interval: '15s'}]}]});
});

test('the variable that the endpoint reads decides where it listens; a secret without a known value decides nothing', async () => {
	const toml = sampleToml.replace('  PORT = 8080\n', '');
	expect(await deploy({'fly.toml': toml})).toMatchObject({exit: 0});
	expect(await deploy({'fly.toml': toml.replaceAll('8080', '9090')})).toMatchObject({exit: 1});
	const secrets = `${runtimeSecrets}PORT="9090"\n`;
	expect(await deploy({'fly.toml': toml.replaceAll('8080', '9090')}, secrets)).toMatchObject({exit: 0});
});
