import {describe, expect, test} from 'vitest';
import {configure, edit, findIn, repoWith, startChildren} from './small-app.ts';

const id = 'unreplicated-database';
const command = (line: string) => edit('Dockerfile', 'CMD ["/app/bin/server"]', line);

test('an image without Litestream: one problem at its start command, which setup can fix', () => {
	const [found, ...more] = findIn(id);
	expect(more).toEqual([]);
	expect(found).toMatchObject({status: 'wrong', path: 'Dockerfile', line: 7});
	expect(found?.message).toBe('/data/shop.db is on the volume, and nothing in the image replicates it.');
	expect(found?.fix).toContain('phxfly setup');
	expect(found?.edit).toBeUndefined();
});

describe('the same files as setup writes, once the secrets are set:', () => {
	const names = ['LITESTREAM_REPLICA_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
	const read = (secrets: readonly string[]) =>
		findIn(id, {}, new Map(secrets.map(name => [name, undefined])))[0]?.edit;

	test('all three', () => {
		const fix = read(names);
		expect(fix?.is === 'files' ? fix.files.map(({path}) => path) : fix).toEqual([
			'Dockerfile',
			'etc/litestream.yml',
			'rel/entrypoint.sh',
		]);
		expect(fix?.is === 'files' && fix.files[0]?.after).toContain(
			'ENTRYPOINT ["/usr/local/bin/entrypoint"]\nCMD ["/app/bin/server"]',
		);
	});

	test('with the time for a final sync, which --fix sets too', () => {
		const secrets = new Map(names.map(name => [name, undefined]));
		expect(findIn('kill-timeout', {}, secrets)).toMatchObject([{edit: {is: 'toml'}}]);
		expect(findIn('kill-timeout')).toEqual([]);
	});

	test('not where another variable names the database: Litestream would look for DATABASE_PATH', () => {
		const files = {
			'config/runtime.exs': configure().replaceAll('DATABASE_PATH', 'DB'),
			...edit('fly.toml', 'DATABASE_PATH', 'DB'),
		};
		const [found] = findIn(id, files, new Map(names.map(name => [name, undefined])));
		expect(found?.fix).toContain('phxfly setup');
		expect(found?.edit).toBeUndefined();
	});

	test.each(names)('not without %s', name => {
		expect(read(names.filter(each => each !== name))).toBeUndefined();
	});
});

test('where phxfly cannot add Litestream, the reason and the lines are there', () => {
	const [found] = findIn(
		id,
		edit('fly.toml', '[env]', '[processes]\n  app = "bin/server"\n  jobs = "bin/server"\n[env]'),
	);
	expect(found).toMatchObject({status: 'wrong', path: 'fly.toml', line: 2});
	expect(found?.message).toContain('starts 2 process groups');
	expect(found?.edit).toBeUndefined();
});

describe('beside Postgres', () => {
	const both = {
		'lib/shop/pg.ex':
			'defmodule Shop.Pg do\n  use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.Postgres\nend\n',
		'lib/shop/application.ex': startChildren('Shop.Repo, Shop.Pg'),
	};
	const pools = (...sizes: readonly string[]) => ({
		...both,
		'config/runtime.exs': `${configure(`, pool_size: ${sizes[0]}`)}config :shop, Shop.Pg, pool_size: ${sizes[1]}\n`,
	});
	const shared = 'String.to_integer(System.get_env("POOL_SIZE") || "10")';

	test('it is found without the setup, which refuses such an app', () => {
		const [found] = findIn(id, both);
		expect(found?.fix).toContain('only an app without Postgres (Shop.Pg in lib/shop/pg.ex, line 2)');
		expect(found?.fix).not.toContain('phxfly setup');
	});

	test('the variable that sizes both pools stays as it is', () => {
		const [found, ...more] = findIn('pool-size', {
			...pools(shared, shared),
			...edit('fly.toml', '[env]', '[env]\n  POOL_SIZE = "10"'),
		});
		expect(more).toEqual([]);
		expect(found).toMatchObject({path: 'config/runtime.exs', fix: 'pool_size: 5 for Shop.Repo alone.'});
		expect(found?.edit).toBeUndefined();
	});

	test('a variable of its own may get smaller', () => {
		const [found] = findIn('pool-size', {
			...pools(shared, '10'),
			...edit('fly.toml', '[env]', '[env]\n  POOL_SIZE = "10"'),
		});
		expect(found?.edit).toBeDefined();
	});
});

describe('found where the path is', () => {
	test.each([
		['joined from a variable', 'Path.join(System.fetch_env!("DATA_DIR"), "shop.db")', 'DATA_DIR = "/data"'],
		['a literal', '"/data/shop.db"', ''],
	])('%s', (_, value, env) => {
		const files = {
			'config/runtime.exs': configure().replace('database: database_path', `database: ${value}`),
			...edit('fly.toml', 'DATABASE_PATH = "/data/shop.db"', env),
		};
		expect(findIn(id, files)).toHaveLength(1);
	});

	test('in DATABASE_PATH, which a function of the project reads', () => {
		const runtime = configure().replace(
			'database: database_path',
			'database: Shop.Paths.clean(database_path)',
		);
		expect(findIn(id, {'config/runtime.exs': runtime})).toHaveLength(1);
	});

	test('in ENV of the image', () => {
		const files = {
			...edit('fly.toml', 'DATABASE_PATH = "/data/shop.db"', ''),
			...command('ENV DATABASE_PATH=/data/shop.db\nCMD ["/app/bin/server"]'),
		};
		expect(findIn(id, files)).toHaveLength(1);
	});
});

describe('nothing is said', () => {
	const copies =
		'COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/litestream\nCOPY run.sh /app/run.sh\n';
	const backup =
		'defmodule Shop.Backup do\n  def run, do: Shop.Repo.query!("VACUUM INTO \'/tmp/a.db\'")\nend\n';
	test.each([
		['of Postgres', {'lib/shop/repo.ex': repoWith('Ecto.Adapters.Postgres')}],
		['of libSQL, which has its own server', {'lib/shop/repo.ex': repoWith('Ecto.Adapters.LibSql')}],
		['of a repo that the app does not start', {'lib/shop/application.ex': startChildren('')}],
		[
			'of a repo that it may start',
			{'lib/shop/application.ex': startChildren('System.get_env("DB") && Shop.Repo')},
		],
		['without a volume', edit('fly.toml', /\[mounts\][\s\S]*/, '')],
		['of a database outside the volume', edit('fly.toml', '"/data/shop.db"', '"/tmp/shop.db"')],
		['of a path that is a secret', edit('fly.toml', 'DATABASE_PATH = "/data/shop.db"', '')],
		['of LiteFS', command('ENTRYPOINT litefs mount')],
		[
			'of an image that brings LiteFS',
			command(
				'COPY --from=flyio/litefs:0.5 /usr/local/bin/litefs /usr/local/bin/litefs\nCMD ["/app/bin/server"]',
			),
		],
		['of an image with its own Litestream', command('CMD litestream replicate -exec /app/bin/server')],
		[
			'of a script that starts Litestream',
			{
				...command(`${copies}CMD ["/app/run.sh"]`),
				'run.sh': '#!/bin/sh\nexec litestream replicate -exec /app/bin/server\n',
			},
		],
		[
			'of Litestream in its own process group',
			edit(
				'fly.toml',
				'[env]',
				'[processes]\n  app = "bin/server"\n  replica = "litestream replicate"\n[env]',
			),
		],
		['of the litestream package', edit('mix.exs', '{:phoenix,', '{:litestream, "~> 0.4"}, {:phoenix,')],
		[
			'of Litestream that the app starts',
			{
				'lib/shop/replica.ex':
					'defmodule Shop.Replica do\n  def start, do: MuonTrap.cmd("litestream", ["replicate"])\nend\n',
			},
		],
		['of an app that copies its database', {'lib/shop/backup.ex': backup}],
		[
			'of a start script that does',
			{
				...command(`${copies}CMD ["/app/run.sh"]`),
				'run.sh': '#!/bin/sh\nrclone copy /data r:\nexec /app/bin/server\n',
			},
		],
		['of an image from elsewhere', edit('fly.toml', '[env]', '[build]\n  image = "ghcr.io/a/b"\n[env]')],
		[
			'of an image that begins with another one',
			edit('Dockerfile', 'debian:bookworm-slim', 'ghcr.io/a/base'),
		],
		['of a supervisor', command('CMD ["supervisord", "-c", "/etc/supervisord.conf"]')],
		['without a Dockerfile', {Dockerfile: undefined}],
	])('%s', (_, files) => {
		expect(findIn(id, files)).toEqual([]);
	});

	test('of a secret path, though [env] has one too', () => {
		expect(findIn(id, {}, new Map([['DATABASE_PATH', undefined]]))).toEqual([]);
	});
});

test('a copy that a visitor downloads replicates nothing', () => {
	const controller =
		'defmodule ShopWeb.BackupController do\n  def get, do: Repo.query!("VACUUM INTO \'/tmp/a.db\'")\nend\n';
	expect(findIn(id, {'lib/shop_web/controllers/backup_controller.ex': controller})).toHaveLength(1);
});
