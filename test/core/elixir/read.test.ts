import {describe, expect, test} from 'vitest';
import type {ElixirFacts} from '../../../source/core/elixir/facts.ts';
import {readElixirFacts} from '../../../source/core/elixir/read.ts';
import {readSample} from '../../helpers/template-files.ts';

const read = (files: Readonly<Record<string, string>>, elapsed = () => 0): ElixirFacts =>
	readElixirFacts(new Map(Object.entries(files)), {elapsed});

const mix = 'defmodule Shop.MixProject do\n  def application, do: [mod: {Shop.Application, []}]\nend\n';
const repo = (adapter: string) =>
	`defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop, adapter: ${adapter}\nend\n`;
const start = (children: string, before = '') =>
	`defmodule Shop.Application do\n  use Application\n  def start(_type, _args) do\n${before}\n    children = [${children}]\n    Supervisor.start_link(children, strategy: :one_for_one)\n  end\nend\n`;
const app = (children: string, adapter = 'Ecto.Adapters.SQLite3', before = '') => ({
	'mix.exs': mix,
	'lib/shop/application.ex': start(children, before),
	'lib/shop/repo.ex': repo(adapter),
});

test('reads the sample', () => {
	const facts = readElixirFacts(readSample(), {elapsed: () => 0});
	expect(facts.repos).toMatchObject([
		{module: 'Wisp.Repo', family: 'sqlite', isStarted: 'yes', database: {key: 'database'}},
	]);
	expect(facts.migrations.atBoot).toBe('yes');
	expect(facts.health.path).toBe('/health');
	expect(facts.endpoint.liveSocketPath).toBe('/live');
	expect(facts.unread).toEqual([]);
	expect(facts.unnamedReads).toEqual([]);
});

test.each([
	{adapter: 'Ecto.Adapters.SQLite3', family: 'sqlite'},
	{adapter: 'Ecto.Adapters.Postgres', family: 'postgres'},
	{adapter: 'Ecto.Adapters.MyXQL', family: 'mysql'},
	{adapter: 'Etso.Adapter', family: 'memory'},
])('$adapter is $family', ({adapter, family}) => {
	expect(read(app('Shop.Repo', adapter)).repos).toMatchObject([{family, isStarted: 'yes'}]);
});

test.each([
	{because: 'as a child', children: 'Shop.Repo, {Phoenix.PubSub, name: Shop.PubSub}', isStarted: 'yes'},
	{because: 'as a child with options', children: '{Shop.Repo, []}', isStarted: 'yes'},
	{because: 'by a flag', children: 'System.get_env("DB") && Shop.Repo', isStarted: 'maybe'},
	{because: 'not at all', children: 'ShopWeb.Endpoint', isStarted: 'no'},
	{because: 'only as an argument', children: '{Oban, repo: Shop.Repo}', isStarted: 'no'},
])('a repo is started $because: $isStarted', ({children, isStarted}) => {
	expect(read(app(children)).repos).toMatchObject([{isStarted}]);
});

test.each([
	{code: '{Ecto.Migrator, repos: [Shop.Repo]}', atBoot: 'yes'},
	{code: '{Ecto.Migrator, repos: [Shop.Repo], skip: System.get_env("RELEASE_NAME") == nil}', atBoot: 'yes'},
	{code: '{Ecto.Migrator, repos: [Shop.Repo], skip: System.get_env("RELEASE_NAME") != nil}', atBoot: 'no'},
	{code: '{Ecto.Migrator, repos: [Shop.Repo], skip: System.get_env("SKIP")}', atBoot: 'maybe'},
	{code: 'Shop.Repo', atBoot: 'no'},
])('migrates at boot, $atBoot: $code', ({code, atBoot}) => {
	expect(read(app(code)).migrations.atBoot).toBe(atBoot);
});

test('a skip in a function of the module is followed', () => {
	const files = app('{Ecto.Migrator, repos: [Shop.Repo], skip: skip_migrations?()}');
	const application = files['lib/shop/application.ex'].replace(
		/end\n$/,
		'  defp skip_migrations?, do: System.get_env("RELEASE_NAME") != nil\nend\n',
	);
	expect(read({...files, 'lib/shop/application.ex': application}).migrations).toMatchObject({atBoot: 'no'});
});

test('a call in start/2 migrates, and a release.ex alone does not', () => {
	const release = {
		'lib/shop/release.ex':
			'defmodule Shop.Release do\n  def migrate do\n    Ecto.Migrator.with_repo(Shop.Repo, &Ecto.Migrator.run(&1, :up, all: true))\n  end\nend\n',
	};
	expect(read({...app('Shop.Repo'), ...release}).migrations.atBoot).toBe('no');
	const called = app('Shop.Repo', 'Ecto.Adapters.SQLite3', '    Shop.Release.migrate()');
	expect(read({...called, ...release}).migrations.atBoot).toBe('yes');
});

describe('reads of the environment', () => {
	const runtime = (code: string) => read({'config/runtime.exs': `import Config\n${code}\n`}).environment;
	test.each([
		{code: 'System.fetch_env!("A")', need: 'required'},
		{code: 'System.get_env("A") || raise "no"', need: 'required'},
		{code: 'case System.get_env("A") do\n  nil -> raise "no"\n  value -> value\nend', need: 'required'},
		{code: 'String.to_integer(System.get_env("A"))', need: 'required'},
		{code: 'System.get_env("A") <> ".dev"', need: 'required'},
		{code: 'System.get_env("A", "4000")', need: 'default', fallback: '4000'},
		{code: 'System.get_env("A") || "4000"', need: 'default', fallback: '4000'},
		{code: 'System.get_env("A")', need: 'optional'},
		{code: 'System.get_env("A") in ~w(true 1)', need: 'optional'},
		{code: 'if System.get_env("A") do\n  :x\nend', need: 'optional'},
	])('$need: $code', ({code, need, fallback}) => {
		expect(runtime(`x = ${code}`)).toMatchObject([{name: 'A', need, fallback, phase: 'boot', holds: 'yes'}]);
	});

	test.each([
		{condition: 'config_env() == :prod', holds: 'yes'},
		{condition: 'config_env() in [:prod, :staging]', holds: 'yes'},
		{condition: 'config_env() != :test', holds: 'yes'},
		{condition: 'config_env() == :dev', holds: 'no'},
		{condition: 'System.get_env("X")', holds: 'maybe'},
	])('inside $condition: $holds', ({condition, holds}) => {
		const reads = runtime(`if ${condition} do\n  System.fetch_env!("A")\nend`);
		expect(reads.find(({name}) => name === 'A')?.holds).toBe(holds);
	});

	test('an own helper is followed, and a computed name is said as such', () => {
		const helper = 'defmodule Shop.Env do\n  def need!(name), do: System.get_env(name) || raise("no")\nend\n';
		const facts = read({
			'lib/shop/env.ex': helper,
			'config/runtime.exs': 'import Config\na = Shop.Env.need!("A")\nb = System.get_env("P_" <> a)\n',
		});
		expect(facts.environment).toMatchObject([{name: 'A', need: 'required'}]);
		expect(facts.unnamedReads).toEqual([{path: 'config/runtime.exs', line: 3}]);
	});

	test('a read while the image is built has another phase', () => {
		const facts = read({'config/config.exs': 'import Config\nx = System.get_env("A")\n'});
		expect(facts.environment).toMatchObject([{name: 'A', phase: 'build'}]);
	});

	test('a word behind a sigil does not hide what follows', () => {
		const code = 'for name <- ~w(A B) do\n  System.fetch_env!(name)\nend\nSystem.fetch_env!("C")';
		expect(runtime(code).map(({name}) => name)).toEqual(['A', 'B', 'C']);
	});
});

test('reads the path of the database by its parts', () => {
	const path = 'Path.join(System.get_env("DIR", "/storage"), "shop.db")';
	const config = `import Config\nconfig :shop, Shop.Repo, database: ${path}, pool_size: String.to_integer(System.get_env("POOL_SIZE") || "7")\n`;
	expect(read({...app('Shop.Repo'), 'config/runtime.exs': config}).repos[0]).toMatchObject({
		database: {
			parts: [
				{is: 'variable', name: 'DIR', fallback: '/storage'},
				{is: 'literal', text: '/'},
				{is: 'literal', text: 'shop.db'},
			],
		},
		poolSize: {variable: 'POOL_SIZE', value: 7},
	});
});

test('the last setting wins, and those of another MIX_ENV do not count', () => {
	const facts = read({
		...app('Shop.Repo'),
		'config/config.exs':
			'import Config\nconfig :shop, Shop.Repo, pool_size: 1\nimport_config "#{config_env()}.exs"\n',
		'config/dev.exs': 'import Config\nconfig :shop, Shop.Repo, pool_size: 2\n',
		'config/prod.exs': 'import Config\nconfig :shop, Shop.Repo, pool_size: 3\n',
	});
	expect(facts.repos[0]?.poolSize).toMatchObject({value: 3, path: 'config/prod.exs'});
});

describe('routes', () => {
	const controller =
		'defmodule ShopWeb.PageController do\n  def home(conn, _), do: render(conn, :home)\n  def away(conn, _), do: redirect(conn, to: "/x")\nend\n';
	const health = (router: string) =>
		read({
			'lib/shop_web/page_controller.ex': controller,
			'lib/shop_web/router.ex': `defmodule ShopWeb.Router do\n  use ShopWeb, :router\n${router}\nend\n`,
		}).health;
	test.each([
		{router: 'get "/", ShopWeb.PageController, :home', path: '/'},
		{router: 'get "/", ShopWeb.PageController, :away', path: undefined},
		{
			router:
				'get "/", ShopWeb.PageController, :away\nscope "/api", ShopWeb do\n  get "/health", PageController, :home\nend',
			path: '/api/health',
		},
		{
			router:
				'pipeline :admin do\n  plug :auth\nend\nscope "/" do\n  pipe_through :admin\n  get "/", ShopWeb.PageController, :home\nend\ndefp auth(conn, _), do: Plug.BasicAuth.basic_auth(conn, username: "a", password: "b")',
			path: undefined,
		},
		{router: 'get "/:id", ShopWeb.PageController, :home', path: undefined},
		{router: 'scope "/", host: "admin." do\n  get "/", ShopWeb.PageController, :home\nend', path: undefined},
		{router: 'get "/", Elsewhere, :home', path: undefined},
	])('$router answers 200 at $path', ({router, path}) => {
		const found = health(router);
		expect(found.path).toBe(path);
		if (path === undefined) expect(found.why).toMatch(/\.$/);
	});
});

describe('bad input', () => {
	const hostile = {
		'a thousand pipes': `x = 1${' |> f()'.repeat(50_000)}`,
		interpolations: `x = "${'#{a}'.repeat(200_000)}"`,
		'open brackets': '('.repeat(100_000),
		'two megabytes': `import Config\n${'config :a, B, c: 1\n'.repeat(110_000)}`,
		'no text': '\u0000\uFFFD\uD800',
		'parse errors': 'defmodule A do\n def f( do\n fn x -> %{ end\n',
	};
	test.each(Object.entries(hostile))('%s is read, or said not to be', (_, text) => {
		let ticks = 0;
		const facts = read({'config/runtime.exs': text}, () => ticks++);
		expect(facts.repos).toEqual([]);
		expect(facts.unread.length).toBeLessThanOrEqual(1);
	});

	test('a file that takes too long is named', () => {
		let ticks = 0;
		const facts = read({'config/runtime.exs': `x = 1${' |> f()'.repeat(50_000)}`}, () => ticks++);
		expect(facts.unread).toEqual([{path: 'config/runtime.exs', why: 'it takes too long'}]);
	});
});
