import {describe, expect, it} from 'vitest';
import {parseFlyToml} from '../../../source/core/fly-toml/config.ts';
import {planDatabase} from '../../../source/core/plan/database.ts';
import {explainIdleRepo} from '../../../source/core/project/profile.ts';
import {readProject} from '../../../source/core/project/project.ts';
import {refuseBareDatabase} from '../../../source/core/protection/bare.ts';
import {phoenix} from '../../../source/profiles/phoenix.ts';
import {wisp} from '../../../source/profiles/wisp.ts';
import {find, stages} from './find-protection.ts';

const repo = (adapter = 'SQLite3', name = 'Repo') =>
	`defmodule Shop.${name} do\n  use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.${adapter}\nend\n`;
const application = (...children: readonly string[]) =>
	`defmodule Shop.Application do\n  use Application\n\n  def start(_type, _args) do\n    Supervisor.start_link([${children.join(', ')}], strategy: :one_for_one)\n  end\nend\n`;
const mix =
	'defmodule Shop.MixProject do\n  def project, do: [app: :shop, deps: [{:phoenix, "~> 1.8"}, {:ecto_sqlite3, ">= 0.0.0"}]]\n  def application, do: [mod: {Shop.Application, []}]\nend\n';

/** An app of one repo; `lines` are in its config/runtime.exs. */
const app = (...lines: readonly string[]) => ({
	'mix.exs': mix,
	'lib/shop/repo.ex': repo(),
	'lib/shop/application.ex': application('Shop.Repo'),
	'config/runtime.exs': ['import Config', ...lines, ''].join('\n'),
});

const cmd = stages('CMD ["/app/bin/server"]');
const toml = (...env: readonly string[]) =>
	['app = "shop"', '[env]', ...env, '[[mounts]]', 'source = "data"', 'destination = "/data"', ''].join('\n');
const withoutMount = (...env: readonly string[]) => ['app = "shop"', '[env]', ...env, ''].join('\n');

function readFacts(files: Readonly<Record<string, string>>) {
	const reading = readProject(new Map(Object.entries(files)));
	if (!reading.ok) throw new Error(reading.problem);
	return reading.facts;
}

function plan(files: Readonly<Record<string, string>>, flyToml: string, dockerfile = cmd) {
	const reading = readProject(
		new Map(Object.entries({...files, 'fly.toml': flyToml, Dockerfile: dockerfile})),
	);
	if (!reading.ok) throw new Error(reading.problem);
	const config = parseFlyToml(flyToml);
	if (!config.ok) throw new Error(config.problem);
	const mounts = config.config.mounts;
	const {environment, destination} = planDatabase(
		readFacts({...files, 'fly.toml': flyToml, Dockerfile: dockerfile}),
		Array.isArray(mounts) ? mounts[0]?.destination : undefined,
	);
	return {environment: environment.map(({name, value}) => `${name}=${value}`), destination};
}

const storage = [
	'dir = System.get_env("STORAGE_DIR") || "/data/shop"',
	'config :shop, Shop.Repo, database: Path.join(dir, "shop.db")',
];
const file = ['config :shop, Shop.Repo, database: System.fetch_env!("DB_FILE")'];

describe('the variable that names the database', () => {
	it.each<readonly [string, readonly string[], string, string, readonly string[], string | undefined]>([
		['another one with a default', storage, toml(), cmd, ['DATABASE_PATH=/data/shop/shop.db'], '/data/shop'],
		[
			'another one in fly.toml',
			storage,
			toml('STORAGE_DIR = "/data"'),
			cmd,
			['DATABASE_PATH=/data/shop.db'],
			'/data',
		],
		[
			'one of the image',
			file,
			withoutMount(),
			stages('ENV DB_FILE=/sql/a.db\nCMD ["/app/bin/server"]'),
			['DATABASE_PATH=/sql/a.db'],
			'/sql',
		],
		[
			'one that nothing sets',
			file,
			toml(),
			cmd,
			['DB_FILE=/data/shop_prod.db', 'DATABASE_PATH=/data/shop_prod.db'],
			'/data',
		],
		[
			'a folder that nothing sets',
			['config :shop, Shop.Repo, database: Path.join(System.fetch_env!("DIR"), "a.db")'],
			withoutMount(),
			cmd,
			['DIR=/data', 'DATABASE_PATH=/data/a.db'],
			'/data',
		],
		[
			'a path below the release by default',
			['config :shop, Shop.Repo, database: System.get_env("DATABASE_PATH", "priv/a.db")'],
			withoutMount(),
			cmd,
			['DATABASE_PATH=/data/shop_prod.db'],
			'/data',
		],
		[
			'a path in the code',
			['config :shop, Shop.Repo, database: "/data/fixed.db"'],
			toml(),
			cmd,
			['DATABASE_PATH=/data/fixed.db'],
			'/data',
		],
	])('%s', (_, lines, flyToml, dockerfile, environment, destination) => {
		expect(plan(app(...lines), flyToml, dockerfile)).toEqual({environment, destination});
		expect(find({dockerfile, flyToml, files: app(...lines)}).is).toBe('splice');
	});

	it('goes where DATABASE_PATH is read in a way that only running the code would tell', () => {
		const lines = ['config :shop, Shop.Repo, database: MyPaths.find(System.get_env("DATABASE_PATH"))'];
		expect(
			find({dockerfile: cmd, flyToml: toml('DATABASE_PATH = "/data/a.db"'), files: app(...lines)}).is,
		).toBe('splice');
	});
});

describe('a database that would not be replicated is refused', () => {
	it.each<readonly [string, Readonly<Record<string, string>>, string, string, string, readonly string[]]>([
		[
			'a repo that nothing starts',
			{...app(...file), 'lib/shop/application.ex': application()},
			toml(),
			'Nothing starts Shop.Repo',
			'lib/shop/repo.ex:2',
			[],
		],
		[
			'off the volume, by another variable',
			app(...storage),
			toml('STORAGE_DIR = "/tmp"'),
			'The database is /tmp/shop.db, and the volume is mounted at /data',
			'fly.toml:3',
			['STORAGE_DIR = "/data"'],
		],
		[
			'off the volume, in the code',
			app('config :shop, Shop.Repo, database: "/tmp/a.db"'),
			toml(),
			'The database is /tmp/a.db',
			'config/runtime.exs:2',
			['database: System.fetch_env!("DATABASE_PATH")'],
		],
		[
			'no path from the root',
			app(...file),
			toml('DB_FILE = "shop.db"'),
			'DB_FILE is shop.db, which is not a path from the root',
			'fly.toml:3',
			['DB_FILE = "/data/shop.db"'],
		],
		[
			'another file than DATABASE_PATH',
			app(...file),
			toml('DATABASE_PATH = "/data/a.db"', 'DB_FILE = "/data/b.db"'),
			'Litestream would replicate /data/a.db (DATABASE_PATH), and the app writes /data/b.db (config/runtime.exs, line 2)',
			'fly.toml:3',
			['DATABASE_PATH = "/data/b.db"'],
		],
		[
			'a URL',
			app('config :shop, Shop.Repo, url: "libsql://shop.example.com?authToken=a-token"'),
			toml(),
			'The database is named by a URL, which only running the code would tell',
			'config/runtime.exs:2',
			['database: System.fetch_env!("DATABASE_PATH")'],
		],
		[
			'two databases',
			{
				...app(
					'config :shop, Shop.Repo, database: "/data/a.db"',
					'config :shop, Shop.Other, database: "/data/b.db"',
				),
				'lib/shop/other.ex': repo('SQLite3', 'Other'),
				'lib/shop/application.ex': application('Shop.Repo', 'Shop.Other'),
			},
			toml(),
			'The app writes 2 databases',
			'config/runtime.exs:2',
			[],
		],
		[
			'two databases, one of them by a variable that nothing sets',
			{
				...app(
					'config :shop, Shop.Repo, database: "/data/a.db"',
					...file.map(line => line.replace('Repo', 'Other')),
				),
				'lib/shop/other.ex': repo('SQLite3', 'Other'),
				'lib/shop/application.ex': application('Shop.Repo', 'Shop.Other'),
			},
			toml(),
			'The app writes 2 databases (/data/a.db, $DB_FILE)',
			'config/runtime.exs:2',
			[],
		],
	])('%s', (_, files, flyToml, reason, place, lines) => {
		const found = find({dockerfile: cmd, flyToml, files});
		expect(found).toMatchObject({is: 'refused', reason: expect.stringContaining(reason), lines});
		expect(found.is === 'refused' && `${found.place?.path}:${found.place?.line}`).toBe(place);
	});

	it('also without a Dockerfile', () => {
		const found = find({flyToml: toml('DB_FILE = "/tmp/a.db"'), files: app(...file)});
		expect(found).toMatchObject({is: 'refused', lines: ['DB_FILE = "/data/a.db"']});
		expect(find({flyToml: toml('DB_FILE = "/data/a.db"'), files: app(...file)}).is).toBe('ready');
	});
});

describe('without a fly.toml, which phxfly then writes', () => {
	const configure = (database: string) => app(`config :shop, Shop.Repo, database: ${database}`);

	it.each([
		['a literal path', '"/srv/shop.db"', 'The app writes /srv/shop.db, and a new fly.toml'],
		['another variable', 'System.get_env("DB_FILE", "/srv/shop.db")', 'a new fly.toml names the database'],
		['a folder', 'System.fetch_env!("DATABASE_PATH") <> "/a.db"', 'The app writes /a.db below DATABASE_PATH'],
		['a default folder', 'System.get_env("DATABASE_PATH", "/srv") <> "/a.db"', 'The app writes /srv/a.db'],
	])('%s is refused: the new one sets DATABASE_PATH to a file', (_, database, reason) => {
		for (const dockerfile of [cmd, undefined]) {
			const given = {hasFlyToml: false, files: configure(database), ...(dockerfile ? {dockerfile} : {})};
			expect(find(given)).toMatchObject({
				is: 'refused',
				reason: expect.stringContaining(reason),
				place: {path: 'config/runtime.exs', line: 2},
				lines: ['database: System.fetch_env!("DATABASE_PATH")'],
			});
		}
	});

	it.each(['System.fetch_env!("DATABASE_PATH")', 'System.get_env("DATABASE_PATH", "/srv/shop.db")'])(
		'%s is what the new one sets',
		database => {
			const given = {hasFlyToml: false, files: configure(database)};
			expect(find(given).is).toBe('ready');
			expect(find({...given, dockerfile: cmd}).is).toBe('splice');
		},
	);
});

describe('an app that has a repo and a litestream.yml', () => {
	const files = {...app(), 'config/litestream.yml': 'dbs:\n  - path: $DATABASE_PATH\n'};

	it('has a database once something starts the repo', () => {
		const facts = readFacts(files);
		expect(wisp.detect(facts)).toBe('ecto_sqlite3 in mix.exs, config/litestream.yml');
		expect(explainIdleRepo(facts, wisp)).toBeUndefined();
		expect(explainIdleRepo(facts, phoenix)).toBeUndefined();
	});

	it('has none before, and phxfly says so', () => {
		const facts = readFacts({...files, 'lib/shop/application.ex': application()});
		expect(wisp.detect(facts)).toBeUndefined();
		expect(explainIdleRepo(facts, phoenix)).toBe(
			'database: nothing starts Shop.Repo (lib/shop/repo.ex, line 2), so phxfly sets up no volume and no replica. Run phxfly again once the app starts it.',
		);
	});
});

describe('an app that starts Litestream by the package of that name', () => {
	const dependency = mix.replace('{:ecto_sqlite3', '{:litestream, "~> 0.4"}, {:ecto_sqlite3');
	const files = {
		...app(...file),
		'mix.exs': dependency,
		'lib/shop/application.ex': application(
			'Shop.Repo',
			'{Litestream, Application.get_env(:shop, Litestream)}',
		),
	};
	const flyToml = toml('DB_FILE = "/data/a.db"');

	it.each([['with a Dockerfile', cmd] as const, ['without one', undefined] as const])(
		'is refused %s: two would replicate one database',
		(_, dockerfile) => {
			expect(find({...(dockerfile ? {dockerfile} : {}), flyToml, files})).toMatchObject({
				is: 'refused',
				reason: expect.stringContaining('two would replicate one database'),
				place: {path: 'mix.exs', line: 2},
			});
		},
	);

	it.each([
		['nothing starts it', {...files, 'lib/shop/application.ex': application('Shop.Repo')}],
		['the module is one of its own', {...files, 'mix.exs': mix}],
	])('is protected where %s', (_, given) => {
		expect(find({dockerfile: cmd, flyToml, files: given}).is).toBe('splice');
	});
});

describe('a profile without a volume', () => {
	const pg = {'lib/shop/pg.ex': repo('Postgres', 'Pg')};
	const refuseIn = (files: Readonly<Record<string, string>>) =>
		refuseBareDatabase(readFacts(files).elixir, 'phoenix');

	it('is refused for an app that starts a repo of SQLite', () => {
		expect(refuseIn(app())).toMatchObject({
			is: 'refused',
			reason:
				'Shop.Repo keeps data in SQLite, and the profile phoenix sets up no volume and no replica for it.',
			place: {path: 'lib/shop/repo.ex', line: 2},
			change: expect.stringContaining('Run phxfly without --profile phoenix'),
		});
	});

	it('is refused where it starts Postgres too, without which phxfly would protect it', () => {
		const both = {...app(), ...pg, 'lib/shop/application.ex': application('Shop.Repo', 'Shop.Pg')};
		expect(refuseIn(both)?.change).toContain(
			'only an app without Postgres (Shop.Pg in lib/shop/pg.ex, line 2)',
		);
	});

	it.each([
		['starts only Postgres', {...app(), ...pg, 'lib/shop/application.ex': application('Shop.Pg')}],
		['starts nothing', {...app(), 'lib/shop/application.ex': application()}],
		['only reads its database', app('config :shop, Shop.Repo, database: "/app/words.db", mode: :readonly')],
		['has it in memory', app('config :shop, Shop.Repo, database: ":memory:"')],
	])('is accepted for an app that %s', (_, files) => {
		expect(refuseIn(files)).toBeUndefined();
	});
});
