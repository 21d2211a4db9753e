import {describe, expect, test} from 'vitest';
import {configure, edit, findIn, repoWith} from './small-app.ts';

const id = 'litestream-pragmas';
const litestream = edit(
	'Dockerfile',
	/CMD.*/,
	'COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/litestream\nCMD litestream replicate -exec /app/bin/server',
);
const set = (setting: string) => ({'config/runtime.exs': configure(`, ${setting}`)});
const find = (files: Parameters<typeof findIn>[1]) => findIn(id, {...litestream, ...files});

test.each([
	['locking_mode: :exclusive', 'wrong', 'nothing is replicated'],
	['journal_mode: :delete', 'wrong', 'database is locked'],
	['journal_mode: :memory', 'wrong', 'database is locked'],
	['synchronous: :off', 'hint', 'damage'],
] as const)('%s: %s', (setting, status, message) => {
	const [found, ...more] = find(set(setting));
	expect(more).toEqual([]);
	expect(found).toMatchObject({status, path: 'config/runtime.exs', line: 4});
	expect(found?.message).toContain(message);
});

describe('nothing is said of', () => {
	test.each([
		['journal_mode: :wal, locking_mode: :normal, synchronous: :normal'],
		['wal_auto_check_point: 0'],
		['busy_timeout: 10_000, cache_size: -2000'],
		['journal_mode: Shop.mode()'],
	])('%s', setting => {
		expect(find(set(setting))).toEqual([]);
	});

	test.each([
		[
			'an image without Litestream',
			set('journal_mode: :delete'),
			{Dockerfile: edit('Dockerfile', 'nobody', 'root').Dockerfile},
		],
		[
			'LiteFS, which takes any',
			set('journal_mode: :delete'),
			edit('Dockerfile', /CMD.*/, 'CMD ["litefs", "mount"]'),
		],
		['Postgres', set('journal_mode: :delete'), {'lib/shop/repo.ex': repoWith('Ecto.Adapters.Postgres')}],
		['tests', {'config/test.exs': 'import Config\nconfig :shop, Shop.Repo, journal_mode: :memory\n'}, {}],
		[
			'development',
			{
				'config/runtime.exs': `${configure()}if config_env() == :dev, do: config(:shop, Shop.Repo, journal_mode: :delete)\n`,
			},
			{},
		],
		[
			'another repo',
			{'config/runtime.exs': `${configure()}config :shop, Shop.Cache, journal_mode: :delete\n`},
			{},
		],
		[
			'a setting that a later one replaces',
			{
				'config/config.exs': 'import Config\nconfig :shop, Shop.Repo, journal_mode: :delete\n',
				...set('journal_mode: :wal'),
			},
			{},
		],
	])('%s', (_, files, more) => {
		expect(find({...files, ...more})).toEqual([]);
	});
});
