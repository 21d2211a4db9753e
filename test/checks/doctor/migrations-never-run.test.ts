import {describe, expect, test} from 'vitest';
import {edit, findIn, repoWith, startChildren} from './small-app.ts';

const id = 'migrations-never-run';
const application = 'lib/shop/application.ex';
const migrator = (skip: string) => ({
	[application]: startChildren(`Shop.Repo, {Ecto.Migrator, repos: [Shop.Repo], skip: ${skip}}`),
});
const none = {[application]: startChildren('Shop.Repo')};
const command = (line: string) => edit('Dockerfile', 'CMD ["/app/bin/server"]', line);
const deploy = (line: string) => edit('fly.toml', '[env]', `[deploy]\n  ${line}\n[env]`);

test('a migrator that every release skips, at its line', () => {
	const [found, ...more] = findIn(id, migrator('System.get_env("RELEASE_NAME") != nil'));
	expect(more).toEqual([]);
	expect(found).toMatchObject({status: 'wrong', path: application, line: 4});
	expect(found?.fix).toBe('skip: System.get_env("RELEASE_NAME") == nil');
});

test('no migrator at all, at the start command', () => {
	expect(findIn(id, none)).toMatchObject([
		{
			status: 'wrong',
			path: 'Dockerfile',
			line: 7,
			fix: expect.stringContaining('{Ecto.Migrator, repos: [Shop.Repo]}'),
		},
	]);
	expect(findIn(id, {...none, 'lib/shop/repo.ex': repoWith('Ecto.Adapters.Postgres')})).toMatchObject([
		{fix: expect.stringContaining('release_command')},
	]);
});

describe('nothing is said', () => {
	test.each([
		['where they run at boot', {}],
		['where they run in a release only', migrator('System.get_env("RELEASE_NAME") == nil')],
		['where only the code can tell', migrator('Shop.Flags.skip?()')],
		[
			'where a call runs them',
			{
				[application]: startChildren('Shop.Repo').replace(
					'children =',
					'Shop.Release.migrate()\n    children =',
				),
			},
		],
		[
			'where other code might',
			{...none, 'lib/shop/boot.ex': 'defmodule Shop.Boot do\n  def run, do: Shop.Release.migrate()\nend\n'},
		],
		['of a release_command', {...none, ...deploy('release_command = "/app/bin/migrate"')}],
		[
			'of CMD with both',
			{...none, ...command('CMD ["/bin/sh", "-c", "/app/bin/migrate && /app/bin/server"]')},
		],
		[
			'of a script that calls it',
			{
				...none,
				...command('CMD ["/app/bin/start"]'),
				'rel/overlays/bin/start': '#!/bin/sh\n/app/bin/migrate\nexec /app/bin/shop start\n',
			},
		],
		[
			'of the server script',
			{...none, 'rel/overlays/bin/server': '#!/bin/sh\n./migrate\nexec ./shop start\n'},
		],
		['of env.sh', {...none, 'rel/env.sh.eex': '#!/bin/sh\n$RELEASE_ROOT/bin/migrate\n'}],
		[
			'of a process group',
			{
				...none,
				...edit('fly.toml', '[env]', '[processes]\n  app = "sh -c \'bin/migrate && bin/server\'"\n[env]'),
			},
		],
		[
			'of LiteFS that runs it',
			{...none, ...command('CMD ["litefs", "mount"]'), 'litefs.yml': 'exec:\n  - cmd: "/app/bin/migrate"\n'},
		],
		['of LiteFS whose file is not here', {...none, ...command('CMD ["litefs", "mount"]')}],
		['of a program that is not here', {...none, ...command('CMD ["/app/bin/launch"]')}],
		[
			'of an image from elsewhere',
			{...none, ...edit('fly.toml', '[env]', '[build]\n  image = "ghcr.io/a/b"\n[env]')},
		],
		['without a Dockerfile', {...none, Dockerfile: undefined}],
		['without a migration', {...none, 'priv/repo/migrations/20260101000000_create_posts.exs': undefined}],
		['of a repo that is not started', {[application]: startChildren('')}],
		['of a repo in memory', {...none, 'lib/shop/repo.ex': repoWith('Etso.Adapter')}],
		['of an application that is not here', {[application]: undefined}],
	])('%s', (_, files) => {
		expect(findIn(id, files)).toEqual([]);
	});
});
