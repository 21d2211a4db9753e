import {describe, expect, test} from 'vitest';
import {configure, edit, findIn} from './small-app.ts';

const id = 'required-variable';
const runtime = (read: string) => ({'config/runtime.exs': configure().replace(/end\n$/, `  ${read}\nend\n`)});
const fetch = runtime('config :shop, key: System.fetch_env!("STRIPE_KEY")');
const build = (read: string) => ({'config/prod.exs': `import Config\n${read}\n`});
const fetchInBuild = build('config :shop, key: System.fetch_env!("STRIPE_KEY")');

test('one hint for all that stop the boot, where the secrets are not known', () => {
	const found = findIn(
		id,
		runtime('config :shop, a: System.fetch_env!("A_KEY"), b: System.get_env("B") || raise("B")'),
	);
	expect(found).toMatchObject([{status: 'hint', path: 'config/runtime.exs', line: 5}]);
	expect(found[0]?.message).toBe('The app does not boot without A_KEY, B. No file here sets them.');
});

test('a hint, too, where phxfly set other secrets: a person may have set this one', () => {
	expect(findIn(id, fetch, new Map([['SECRET_KEY_BASE', undefined]]))).toMatchObject([
		{
			status: 'hint',
			message: 'The app does not boot without STRIPE_KEY. No file here sets it, and neither did phxfly.',
		},
	]);
});

test('a problem while the image is built, where no secret is', () => {
	const secrets = new Map([['STRIPE_KEY', undefined]]);
	expect(findIn(id, fetchInBuild, secrets)).toMatchObject([
		{status: 'wrong', path: 'config/prod.exs', line: 2},
	]);
});

describe('nothing is said', () => {
	test.each([
		[
			'in a build that is not in the Dockerfile',
			{...fetchInBuild, Dockerfile: 'FROM debian\nCOPY release /app\nCMD ["/app/bin/server"]\n'},
		],
		[
			'of what Phoenix, Fly, and the other rules know',
			runtime(
				'config :shop, [System.fetch_env!("SECRET_KEY_BASE"), System.fetch_env!("FLY_APP_NAME"), System.fetch_env!("PHX_HOST"), System.fetch_env!("DATABASE_URL")]',
			),
		],
		['in [env]', {...fetch, ...edit('fly.toml', '[env]', '[env]\n  STRIPE_KEY = "a"')}],
		[
			'in ENV of the image',
			{...fetch, ...edit('Dockerfile', 'USER nobody', 'ENV STRIPE_KEY=a\nUSER nobody')},
		],
		[
			'set by a start script',
			{...fetch, 'rel/overlays/bin/server': '#!/bin/sh\nexport STRIPE_KEY=a\nexec ./shop start\n'},
		],
		['set by env.sh', {...fetch, 'rel/env.sh.eex': 'export STRIPE_KEY=a\n'}],
		['with a default', runtime('config :shop, key: System.get_env("STRIPE_KEY", "none")')],
		['optional', runtime('config :shop, key: System.get_env("STRIPE_KEY")')],
		['under a condition', runtime('if System.get_env("PAY"), do: System.fetch_env!("STRIPE_KEY")')],
		[
			'in development',
			{'config/runtime.exs': `${configure()}if config_env() == :dev, do: System.fetch_env!("STRIPE_KEY")\n`},
		],
		['in tests', {'config/test.exs': 'import Config\nconfig :shop, key: System.fetch_env!("STRIPE_KEY")\n'}],
		[
			'at a request',
			{'lib/shop/pay.ex': 'defmodule Shop.Pay do\n  def pay, do: System.fetch_env!("STRIPE_KEY")\nend\n'},
		],
		[
			'in a build whose Dockerfile names it',
			{...fetchInBuild, ...edit('Dockerfile', 'RUN mix release', 'ARG STRIPE_KEY\nRUN mix release')},
		],
		[
			'in a build elsewhere',
			{...fetchInBuild, ...edit('fly.toml', '[env]', '[build]\n  image = "a"\n[env]')},
		],
	])('%s', (_, files) => {
		expect(findIn(id, files)).toEqual([]);
	});

	test('of a secret that phxfly set', () => {
		expect(findIn(id, fetch, new Map([['STRIPE_KEY', undefined]]))).toEqual([]);
	});
});
