import {expect, test} from 'vitest';
import {readFacts} from './read-facts.ts';

const read = (code: string, path = 'config/runtime.exs', more: Readonly<Record<string, string>> = {}) =>
	readFacts({[path]: code, ...more}).environment;
const needs = (...given: Parameters<typeof read>) => read(...given).map(({name, need}) => `${name} ${need}`);

test.each([
	'System.fetch_env!("SITE")',
	'System.get_env("SITE") || raise "no"',
	'System.get_env("SITE") ||\n  raise """\n  no\n  """',
	'System.get_env("SITE", nil) || (raise "no")',
	'case System.get_env("SITE") do\n  nil -> raise "no"\n  x -> x\nend',
	'case System.fetch_env("SITE") do\n  {:ok, x} -> x\n  :error -> raise "no"\nend',
	'x = System.get_env("SITE")\nif x in [nil, ""] do\n  raise "no"\nend',
	'x = System.get_env("SITE")\nunless x do\n  raise "no"\nend',
	'x = System.get_env("SITE")\nif is_nil(x), do: raise("no")',
	'host = System.get_env("SITE") <> ".dev"',
	'port = System.get_env("SITE") |> String.to_integer()',
	'port = String.to_integer(System.get_env("SITE"))',
	'{:ok, x} = System.fetch_env("SITE")',
	'Map.fetch!(System.get_env(), "SITE")',
	'import Dotenvy\nx = env!("SITE", :string!)',
	'need = fn name -> System.get_env(name) || raise "no" end\nx = need.("SITE")',
])('required: %s', code => {
	expect(needs(`import Config\n${code}\n`)).toEqual(['SITE required']);
});

test.each([
	'System.get_env("SITE")',
	'System.get_env("SITE") || nil',
	'System.get_env("SITE") || ""',
	'System.get_env("SITE", "")',
	'if System.get_env("SITE") do\n  :ok\nend',
	'if x = System.get_env("SITE") do\n  x <> ".dev"\nend',
	'x = System.get_env("SITE")\nif x do\n  x <> ".dev"\nend',
	'System.get_env("SITE") == "true"',
	'System.get_env()["SITE"]',
	'config :shop, token: {:system, "SITE"}',
])('optional: %s', code => {
	expect(needs(`import Config\n${code}\n`)).toEqual(['SITE optional']);
});

test.each([
	['System.get_env("SITE", "a")', 'a'],
	['System.get_env("SITE") || "a"', 'a'],
	['case System.get_env("SITE") do\n  nil -> "a"\n  x -> x\nend', 'a'],
	['x = System.get_env("SITE")\ny = x || "a"', 'a'],
	['System.get_env("SITE", Shop.default())', undefined],
	['config :shop, token: {:system, "SITE", "a"}', 'a'],
])('a default: %s', (code, fallback) => {
	expect(read(`import Config\n${code}\n`)).toMatchObject([{name: 'SITE', need: 'default', fallback}]);
});

test.each([
	['if config_env() == :prod do', 'yes'],
	['if config_env() != :test do', 'yes'],
	['if config_env() in [:prod, :staging] do', 'yes'],
	['if config_env() in ~w(dev prod)a do', 'yes'],
	['if config_env() == :dev do', 'no'],
	['if not (config_env() == :prod) do', 'no'],
	['unless config_env() == :prod do', 'no'],
	['if config_env() == :prod and System.get_env("A") == "b" do', 'maybe'],
	['if config_env() == :dev and System.get_env("A") == "b" do', 'no'],
])('%s: %s', (condition, holds) => {
	const [found] = read(`import Config\n${condition}\n  System.fetch_env!("SITE")\nend\n`).filter(
		({name}) => name === 'SITE',
	);
	expect(found?.holds).toBe(holds);
});

test('the MIX_ENV of the image decides, and the branches of case and else', () => {
	const code = `import Config
case config_env() do
  :demo -> System.fetch_env!("A")
  :prod -> System.fetch_env!("B")
end
if config_env() == :prod do
  1
else
  System.fetch_env!("C")
end
`;
	const holdsIn = (mixEnv: string) =>
		readFacts({'config/runtime.exs': code}, {mixEnv}).environment.map(({name, holds}) => name + holds);
	expect(holdsIn('prod')).toEqual(['Ano', 'Byes', 'Cno']);
	expect(holdsIn('demo')).toEqual(['Ayes', 'Bno', 'Cyes']);
});

test('the phase is that of the file, and of what start/2 reaches', () => {
	const found = readFacts({
		'config/config.exs': 'import Config\nSystem.get_env("BUILD")',
		'config/dev.exs': 'import Config\nSystem.fetch_env!("DEV")',
		'config/runtime.exs': 'import Config\nShop.Config.load()',
		'lib/shop/config.ex': 'defmodule Shop.Config do\n  def load, do: System.fetch_env!("LOADED")\nend',
		'lib/shop/application.ex': `defmodule Shop.Application do
  use Application
  def start(_, _), do: prepare()
  defp prepare, do: System.fetch_env!("STARTED")
end`,
		'lib/shop/client.ex': `defmodule Shop.Client do
  @body System.get_env("BODY")
  def call, do: System.fetch_env!("CALLED")
end`,
		'lib/mix/tasks/seed.ex': 'defmodule Mix.Tasks.Seed do\n  def run(_), do: System.fetch_env!("TASK")\nend',
	}).environment;
	expect(Object.fromEntries(found.map(({name, phase, holds}) => [name, `${phase} ${holds}`]))).toEqual({
		BUILD: 'build yes',
		DEV: 'build no',
		LOADED: 'boot yes',
		STARTED: 'boot yes',
		BODY: 'build yes',
		CALLED: 'request yes',
	});
});

test('an image that starts mix phx.server evaluates config.exs on the machine', () => {
	const files = {'config/config.exs': 'import Config\nSystem.get_env("A")'};
	expect(readFacts(files, {isStartedByMix: true}).environment).toMatchObject([{phase: 'boot'}]);
});

test('own helpers are judged once, and each call of one counts', () => {
	const helper = `defmodule Shop.Env do
  def need(name), do: System.get_env(name) || raise "no"
  def want(name, default \\\\ nil), do: System.get_env(name, default)
  def nested(name), do: need(name)
end`;
	const code = `import Config
Shop.Env.need("A_KEY")
Shop.Env.want("B_KEY")
Shop.Env.want("C_KEY", "c")
Shop.Env.nested("D_KEY")
Other.need("E_KEY")
`;
	expect(needs(code, 'config/runtime.exs', {'lib/shop/env.ex': helper}).sort()).toEqual([
		'A_KEY required',
		'B_KEY optional',
		'C_KEY default',
		'D_KEY required',
	]);
});

test('names of a list count, computed ones are said to be unknown', () => {
	const found = readFacts({
		'config/runtime.exs':
			'import Config\nfor name <- ~w(A B) do\n  System.fetch_env!(name)\nend\nSystem.get_env("X_#{config_env()}")\n',
	});
	expect(found.environment.map(({name}) => name)).toEqual(['A', 'B']);
	expect(found.unnamedReads).toEqual([{path: 'config/runtime.exs', line: 5}]);
});

test('documentation and comments are not code', () => {
	expect(
		needs(
			'# System.fetch_env!("A")\ndefmodule Shop.A do\n  @moduledoc """\n  System.fetch_env!("B")\n  """\nend',
			'lib/a.ex',
		),
	).toEqual([]);
});

test('templates are looked into', () => {
	const code = 'defmodule ShopWeb.A do\n  def a(assigns), do: ~H"""\n  {System.get_env("A")}\n  """\nend';
	expect(needs(code, 'lib/shop_web/a.ex')).toEqual(['A optional']);
});
