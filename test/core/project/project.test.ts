import {expect, test} from 'vitest';
import {profiles} from '../../../source/cli/registry.ts';
import {detectProfile, findDiskUse} from '../../../source/core/project/profile.ts';
import {readProject} from '../../../source/core/project/project.ts';
import {readSample} from '../../helpers/template-files.ts';

const mix = (deps: string, more = '') =>
	`defmodule A.MixProject do\n  def project do\n    [app: :my_app, elixir: "~> 1.15", ${more}deps: deps()]\n  end\n  defp deps, do: [${deps}]\nend\n`;
const phoenix = '{:phoenix, "~> 1.8"}';

function read(files: Readonly<Record<string, string>>) {
	const reading = readProject(new Map(Object.entries(files)));
	if (!reading.ok) throw new Error(reading.problem);
	return reading.facts;
}

test('reads the sample', () => {
	const reading = readProject(readSample());
	expect(reading).toMatchObject({
		ok: true,
		facts: {
			appName: 'wisp',
			releaseName: 'wisp',
			versions: {elixir: '1.20.3', erlang: '28.1.1', origin: '.tool-versions'},
			hasSqlite: true,
			litestreamPath: 'etc/litestream.yml',
			liveSocketPath: '/live',
			healthPath: '/health',
			databasePath: '/data/wisp_prod.db',
			newestMigration: '20260114093000',
			dockerfile: {hasLitestream: true},
		},
	});
	const facts = reading.ok ? reading.facts : undefined;
	expect(facts && detectProfile(profiles, facts)?.id).toBe('wisp');
	expect(facts && findDiskUse(facts)).toEqual(['ecto_sqlite3 in mix.exs', 'etc/litestream.yml']);
});

test.each([
	{files: {}, problem: 'no mix.exs'},
	{files: {'mix.exs': mix('{:plug, "~> 1.0"}')}, problem: 'not a Phoenix app'},
	{files: {'mix.exs': mix('# {:phoenix, "~> 1.8"}\n')}, problem: 'not a Phoenix app'},
	{files: {'mix.exs': 'nonsense'}, problem: 'does not define an app'},
	{files: {'mix.exs': mix(phoenix), 'fly.toml': 'a = 1\nb = '}, problem: 'fly.toml, line 2, column 4'},
	{files: {'mix.exs': '[apps_path: "apps"]', 'apps/web/mix.exs': mix(phoenix)}, problem: 'umbrella'},
])('rejects a folder: $problem', ({files, problem}) => {
	expect(readProject(new Map(Object.entries(files)))).toMatchObject({
		ok: false,
		problem: expect.stringContaining(problem),
	});
});

test('accepts an umbrella with its own Dockerfile, and reports it as one', () => {
	const files = {
		'mix.exs': '[apps_path: "apps"]',
		'apps/web/mix.exs': mix(phoenix),
		Dockerfile: 'FROM scratch',
	};
	expect(read(files).isUmbrella).toBe(true);
	expect(detectProfile(profiles, read(files))?.id).toBe('phoenix');
});

test.each([
	{more: '', release: 'my_app'},
	{more: 'releases: [blog: [applications: []]], ', release: 'blog'},
	{more: 'default_release: :b, releases: [a: [], b: []], ', release: 'b'},
	{
		more: 'releases: releases()]\nend\ndefp releases do\n [\n  other: []\n ]\nend\ndef x, do: [',
		release: 'other',
	},
])('finds the release $release', ({more, release}) => {
	expect(read({'mix.exs': mix(phoenix, more)}).releaseName).toBe(release);
});

test.each([
	{files: {'.tool-versions': 'erlang 27.3.4\nelixir 1.18.4-otp-27\n'}, elixir: '1.18.4', erlang: '27.3.4'},
	{files: {'.tool-versions': 'elixir 1.17.3-otp-26\n'}, elixir: '1.17.3', erlang: '26.2.5'},
	{files: {'.tool-versions': 'elixir 1.18\nnodejs 22.1.0\n'}, elixir: '1.18.4', erlang: '27.3.4'},
	{files: {'mise.toml': '[tools]\nelixir = "1.19.5"\nerlang = "28"\n'}, elixir: '1.19.5', erlang: '28.1.1'},
	{files: {'.tool-versions': 'elixir ref:main\n'}, elixir: '1.20.3', erlang: '28.1.1'},
	{files: {}, elixir: '1.20.3', erlang: '28.1.1'},
])('builds with Elixir $elixir on Erlang $erlang', ({files, elixir, erlang}) => {
	expect(read({'mix.exs': mix(phoenix), ...files}).versions).toMatchObject({elixir, erlang});
});

test.each([
	{requirement: '~> 1.18.0', elixir: '1.18.4'},
	{requirement: '== 1.17.2', elixir: '1.17.2'},
	{requirement: '~> 1.14', elixir: '1.20.3'},
])('builds $requirement with $elixir', ({requirement, elixir}) => {
	expect(read({'mix.exs': mix(phoenix).replace('~> 1.15', requirement)}).versions.elixir).toBe(elixir);
});

test.each([
	{router: 'scope "/", W do\n  get "/up", C, :x\nend', path: '/up'},
	{
		router: 'scope "/api", W do\n  scope "/v1" do\n    get "/health", C, :x\n  end\nend\nget "/x", C, :y',
		path: '/api/v1/health',
	},
	{router: 'scope "/:locale", W do\n  get "/health", C, :x\nend', path: '/'},
	{
		router: 'scope "/:locale", W do\n  get "/up", C, :x\nend\nscope "/api" do\n  get "/up", C, :x\nend',
		path: '/api/up',
	},
	{router: 'get "/*path/health", C, :x', path: '/'},
	{router: 'get "/:id/health", C, :x', path: '/'},
	{router: 'scope "/#{prefix}", W do\n  get "/health", C, :x\nend', path: '/'},
	{router: '# get "/health", C, :x', path: '/'},
	{router: 'get "/healthy", C, :x', path: '/healthy'},
	{router: 'get "/health", C, :away\nget "/", C, :x', path: '/'},
	{router: 'get "/health", Elsewhere, :x', path: '/'},
])('checks health at $path', ({router, path}) => {
	const controller = (name: string) =>
		`defmodule ${name} do\n  def x(conn, _), do: text(conn, "ok")\n  def away(conn, _), do: redirect(conn, to: "/")\nend\n`;
	const files = {
		'mix.exs': mix(phoenix),
		'lib/a_web/router.ex': `defmodule AWeb.Router do\n  use AWeb, :router\n${router}\nend\n`,
		'lib/a_web/c.ex': controller('C'),
		'lib/a_web/w/c.ex': controller('W.C'),
	};
	expect(read(files).healthPath).toBe(path);
});

test.each([
	{deps: '{:ecto_sqlite3, "~> 0.22"}', profile: 'wisp', reason: 'ecto_sqlite3 in mix.exs'},
	{deps: '{:postgrex, ">= 0.0.0"}', profile: undefined, reason: undefined},
	{deps: '{:exqlite, "~> 0.20"}, {:postgrex, ">= 0.0.0"}', profile: 'wisp', reason: 'exqlite in mix.exs'},
	{deps: '{:phoenix_live_view, "~> 1.1"}', profile: 'phoenix', reason: 'no database in mix.exs'},
])('takes $deps for $profile: $reason', ({deps, profile, reason}) => {
	const facts = read({'mix.exs': mix(`${phoenix}, ${deps}`)});
	const found = detectProfile(profiles, facts);
	expect(found?.id).toBe(profile);
	expect(
		found
			?.detect(facts)
			?.split(', ')
			.includes(reason ?? ''),
	).toBe(profile && true);
});

test.each([
	['ENV TOKEN_A=1', '', []],
	['ENV B=2 \\\n  TOKEN_A=1', '', []],
	['', 'ENV TOKEN_A=1', ['TOKEN_A']],
])('only what the final image sets need not be asked for: %j, and above it %j', (own, above, names) => {
	const facts = read({
		'mix.exs': mix(phoenix),
		'config/runtime.exs': 'import Config\nconfig :blog, token: System.fetch_env!("TOKEN_A")\n',
		Dockerfile: `FROM elixir AS build\n${above}\nRUN mix release\nFROM debian\n${own}\nCMD ["a"]\n`,
	});
	expect(facts.secretReads.map(({name}) => name)).toEqual(names);
});
