import {describe, expect, test} from 'vitest';
import {readFacts, startChildren} from './read-facts.ts';

const repo = (adapter: string, name = 'Shop.Repo') =>
	`defmodule ${name} do\n  use Ecto.Repo, otp_app: :shop, adapter: ${adapter}\nend\n`;
const sqlite = repo('Ecto.Adapters.SQLite3');

describe('repos', () => {
	test.each([
		['Ecto.Adapters.SQLite3', 'sqlite'],
		['Ecto.Adapters.Postgres', 'postgres'],
		['Ecto.Adapters.MyXQL', 'mysql'],
		['Etso.Adapter', 'memory'],
	])('%s is %s', (adapter, family) => {
		const files = {'lib/shop/repo.ex': repo(adapter), 'lib/shop/application.ex': startChildren('Shop.Repo')};
		expect(readFacts(files).repos).toMatchObject([{module: 'Shop.Repo', family, adapter, isStarted: 'yes'}]);
	});

	test.each([
		['Shop.Repo', 'yes'],
		['{Shop.Repo, []}', 'yes'],
		['Supervisor.child_spec(Shop.Repo, id: :repo)', 'yes'],
		['System.get_env("DB") && Shop.Repo', 'maybe'],
		['Shop.Telemetry', 'no'],
		['{Registry, name: Shop.Repo}', 'no'],
	])('children %s: started %s', (children, isStarted) => {
		const files = {'lib/shop/repo.ex': sqlite, 'lib/shop/application.ex': startChildren(children)};
		expect(readFacts(files).repos[0]?.isStarted).toBe(isStarted);
	});

	test("one in another supervisor of the project's counts", () => {
		const supervisor = `defmodule Shop.Data do
  use Supervisor
  def init(_), do: Supervisor.init([Shop.Repo], strategy: :one_for_one)
end`;
		const files = {
			'lib/shop/repo.ex': sqlite,
			'lib/shop/data.ex': supervisor,
			'lib/shop/application.ex': startChildren('Shop.Data'),
		};
		expect(readFacts(files).repos[0]?.isStarted).toBe('yes');
	});

	test('without an application nothing is known', () => {
		expect(readFacts({'lib/shop/repo.ex': sqlite}).repos[0]?.isStarted).toBe('maybe');
		expect(readFacts({'lib/shop/repo.ex': sqlite}).migrations.atBoot).toBe('maybe');
	});

	test('the database and the pool are those of production', () => {
		const found = readFacts({
			'lib/shop/repo.ex': sqlite,
			'config/config.exs': 'import Config\nconfig :shop, Shop.Repo, database: "a.db", pool_size: 1',
			'config/dev.exs': 'import Config\nconfig :shop, Shop.Repo, database: "dev.db"',
			'config/runtime.exs': `import Config
if config_env() == :prod do
  folder = System.get_env("FOLDER", "/data")
  config :shop, Shop.Repo,
    database: Path.join(folder, "shop.db"),
    pool_size: String.to_integer(System.get_env("POOL_SIZE") || "5")
end`,
		});
		expect(found.repos).toMatchObject([
			{
				database: {
					key: 'database',
					path: 'config/runtime.exs',
					line: 5,
					parts: [
						{is: 'variable', name: 'FOLDER', isRequired: false, fallback: '/data'},
						{is: 'literal', text: '/'},
						{is: 'literal', text: 'shop.db'},
					],
				},
				poolSize: {variable: 'POOL_SIZE', value: 5},
			},
		]);
	});

	test('an umbrella is read as well', () => {
		const found = readFacts({
			'mix.exs': 'defmodule All.MixProject do\n  def project, do: [apps_path: "apps"]\nend',
			'apps/shop/mix.exs':
				'defmodule Shop.MixProject do\n  def application, do: [mod: {Shop.Application, []}]\nend',
			'apps/shop/lib/repo.ex': sqlite,
			'apps/shop/lib/application.ex': startChildren('Shop.Repo'),
		});
		expect(found.repos).toMatchObject([{family: 'sqlite', isStarted: 'yes', path: 'apps/shop/lib/repo.ex'}]);
	});
});

describe('migrations at boot', () => {
	const migrator = (skip: string) => `Shop.Repo, {Ecto.Migrator, repos: [Shop.Repo]${skip}}`;

	test.each([
		[migrator(''), 'yes'],
		[migrator(', skip: System.get_env("RELEASE_NAME") == nil'), 'yes'],
		[migrator(', skip: System.get_env("RELEASE_NAME") != nil'), 'no'],
		[migrator(', skip: skip?()'), 'no'],
		[migrator(', skip: System.get_env("SKIP") == "1"'), 'maybe'],
		['Shop.Repo', 'no'],
		['%{id: :migrate, start: {Shop.Release, :migrate, []}}', 'yes'],
		['{Task, &Shop.Release.migrate/0}', 'yes'],
		['{Task, fn -> Shop.Release.migrate() end}', 'yes'],
	])('%s: %s', (children, atBoot) => {
		const files = {
			'lib/shop/repo.ex': sqlite,
			'lib/shop/release.ex': release,
			'lib/shop/application.ex': startChildren(
				children,
				'defp skip?(), do: System.get_env("RELEASE_NAME") != nil',
			),
		};
		expect(readFacts(files).migrations.atBoot).toBe(atBoot);
	});

	const release = `defmodule Shop.Release do
  def migrate do
    for repo <- [Shop.Repo] do
      {:ok, _, _} = Ecto.Migrator.with_repo(repo, &Ecto.Migrator.run(&1, :up, all: true))
    end
  end
end`;

	test('a call in start/2 counts beside a child that is skipped; a release.ex proves nothing', () => {
		const begin = startChildren(migrator(', skip: System.get_env("RELEASE_NAME") != nil'));
		const files = {'lib/shop/release.ex': release, 'lib/shop/application.ex': begin};
		expect(readFacts(files).migrations).toMatchObject({atBoot: 'no', skip: /RELEASE_NAME/});
		const calling = begin.replace('children =', 'Shop.Release.migrate()\n    children =');
		expect(readFacts({...files, 'lib/shop/application.ex': calling}).migrations).toMatchObject({
			atBoot: 'yes',
			place: {path: 'lib/shop/release.ex'},
		});
	});
});
