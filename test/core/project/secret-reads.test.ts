import fc from 'fast-check';
import {expect, test} from 'vitest';
import {readElixirFacts} from '../../../source/core/elixir/read.ts';
import {readProject} from '../../../source/core/project/project.ts';
import {explainUnknownReads, listSecretReads} from '../../../source/core/project/secret-reads.ts';
import {readChat, readSample} from '../../helpers/template-files.ts';

const list = (files: ReadonlyMap<string, string>, given: readonly string[] = []) =>
	listSecretReads(readElixirFacts(files, {elapsed: () => 0}), new Set(given));
const find = (code: string, path = 'config/runtime.exs', given: readonly string[] = []) =>
	list(new Map([[path, code]]), given);
const names = (...from: Parameters<typeof find>) => find(...from).map(({name}) => name);

test.each([
	{because: 'it must be there', code: 'System.fetch_env!("SITE_OWNER")'},
	{because: 'it raises', code: 'System.get_env("SITE_OWNER") || raise "missing"'},
	{
		because: 'it raises over two lines',
		code: 'System.get_env("SITE_OWNER") ||\n  raise """\n  missing\n  """',
	},
	{because: 'it raises in brackets', code: 'System.get_env("SITE_OWNER", nil) || (raise "missing")'},
	{because: 'no brackets', code: 'System.fetch_env! "SITE_OWNER"'},
])('a variable is required: $because', ({code}) => {
	expect(find(`owner = ${code}`)).toEqual([
		{name: 'SITE_OWNER', path: 'config/runtime.exs', line: 1, isRequired: true, stopsBoot: true},
	]);
});

test.each([
	'SHOP_API_KEY',
	'APIKEY',
	'BOT_TOKEN',
	'HOOK_SECRET',
	'SENTRY_DSN',
	'SMTP_PASSWORD',
	'smtp_password',
])('%s is asked for where it is read without a default', name => {
	for (const code of [`get_env("${name}")`, `get_env("${name}", nil)`, `get_env("${name}") || ""`]) {
		expect(find(`System.${code}`)).toMatchObject([{name, isRequired: false, stopsBoot: false}]);
	}

	const inFunction = `defmodule Shop do\n  def key do\n    {:ok, key} = System.fetch_env("${name}")\n    key\n  end\nend`;
	expect(names(inFunction, 'lib/shop/client.ex')).toEqual([name]);
});

test.each([
	{because: 'a default', code: 'System.get_env("API_KEY", "none")'},
	{because: 'a default behind it', code: 'System.get_env("API_KEY") || "none"'},
	{because: 'another name', code: 'System.get_env("MODEL")'},
	{because: 'a comment', code: '# System.get_env("API_KEY")'},
	{because: 'documentation', code: '@moduledoc """\nset it: System.fetch_env!("API_KEY")\n"""'},
	{because: 'Phoenix', code: 'System.get_env("SECRET_KEY_BASE") || raise "no"'},
	{because: 'Fly', code: 'System.fetch_env!("FLY_APP_NAME")'},
	{because: 'the release', code: 'System.fetch_env!("RELEASE_NODE")'},
	{because: '[env]', code: 'System.fetch_env!("SITE")', given: ['SITE']},
	{because: 'a computed name', code: 'System.fetch_env!(name <> "_KEY")'},
])('asks nothing: $because', ({code, given = []}) => {
	expect(names(code, 'config/runtime.exs', given)).toEqual([]);
});

test.each([
	'config/dev.exs',
	'config/test.exs',
	'lib/mix/tasks/seed.ex',
	'test/shop_test.exs',
	'deps/x/lib/x.ex',
])('%s is not what runs on the machine', path => {
	expect(names('System.fetch_env!("API_KEY")', path)).toEqual([]);
});

test('of several reads the one that stops the boot is reported, and each name once', () => {
	const files = new Map([
		[
			'lib/shop/client.ex',
			'defmodule A do\ndef a, do: System.get_env("API_KEY")\ndef b, do: System.fetch_env!("B_TOKEN")\nend',
		],
		['config/config.exs', 'import Config\nx = System.get_env("B_TOKEN")'],
		['config/runtime.exs', 'import Config\n\nkey = System.fetch_env!("API_KEY")'],
	]);
	expect(list(files)).toEqual([
		{name: 'API_KEY', path: 'config/runtime.exs', line: 3, isRequired: true, stopsBoot: true},
		{name: 'B_TOKEN', path: 'lib/shop/client.ex', line: 3, isRequired: true, stopsBoot: false},
	]);
});

test('the chat app has one, and fly.toml and Dockerfile can set it', () => {
	const read = (more: readonly (readonly [string, string])[] = []) => {
		const reading = readProject(new Map([...readChat(), ...more]));
		return reading.ok ? reading.facts : undefined;
	};
	expect(read()?.secretReads).toEqual([
		{name: 'ANTHROPIC_API_KEY', path: 'config/runtime.exs', line: 9, isRequired: false, stopsBoot: false},
	]);
	expect([...(read()?.files.keys() ?? [])]).not.toContain('lib/parley/moderator.ex');
	expect(read([['fly.toml', '[env]\nANTHROPIC_API_KEY = "x"\n']])?.secretReads).toEqual([]);
	expect(read([['Dockerfile', 'FROM x\nENV A=1 ANTHROPIC_API_KEY=x\n']])?.secretReads).toEqual([]);
});

test('what the Wisp sample reads is asked for otherwise', () => {
	const reading = readProject(readSample());
	expect(reading.ok && reading.facts.secretReads.map(({name}) => name)).toEqual(['RESEND_API_KEY']);
});

test('no text makes it fail', () => {
	const pieces = fc.constantFrom(
		...[
			'System.get_env(',
			'System.fetch_env!("',
			'"API_KEY"',
			')',
			' || ',
			'raise ',
			', ',
			'"""',
			'#',
			'\n',
			'\\',
			'"',
		],
	);
	fc.assert(
		fc.property(fc.array(fc.oneof(pieces, fc.string({unit: 'binary'})), {maxLength: 40}), parts => {
			for (const {line, name} of find(parts.join(''))) {
				expect(line).toBeGreaterThan(0);
				expect(name).toMatch(/^\w+$/);
			}
		}),
	);
});

test.each(['System.get_env', '@doc """', 'System.get_env("K_KEY",', ' ', '\n', '#', '"'])(
	'a megabyte of %j is read in a moment',
	text => {
		const startedAt = performance.now();
		find(text.repeat(1_000_000 / text.length));
		find(`System.get_env${text.repeat(1_000_000 / text.length)}`);
		expect(performance.now() - startedAt).toBeLessThan(3000);
	},
);

test.each([
	{
		code: 'if System.get_env("MAIL") do\n  x = System.fetch_env!("SMTP_USER")\nend',
		condition: 'System.get_env("MAIL")',
	},
	{code: 'unless feature?() do\n  x = System.fetch_env!("SMTP_USER")\nend', condition: 'not feature?()'},
	{
		code: 'if config_env() == :prod do\n  case kind do\n    "smtp" -> System.fetch_env!("SMTP_USER")\n  end\nend',
		condition: 'kind -> "smtp"',
	},
])('a condition that cannot be told is said: $condition', ({code, condition}) => {
	expect(find(`import Config\n${code}`)).toMatchObject([
		{name: 'SMTP_USER', isRequired: true, stopsBoot: false, stopsBootIf: condition},
	]);
});

test('a read that surely stops the boot says more than one under a condition', () => {
	const code =
		'import Config\nif System.get_env("MAIL") do\n  x = System.fetch_env!("SMTP_USER")\nend\ny = System.fetch_env!("SMTP_USER")';
	expect(find(code)).toEqual([
		{name: 'SMTP_USER', path: 'config/runtime.exs', line: 5, isRequired: true, stopsBoot: true},
	]);
});

test('a database that the app requires by name is asked for like any other variable', () => {
	expect(names('System.fetch_env!("DATABASE_URL")')).toEqual(['DATABASE_URL']);
	expect(names('System.get_env("DATABASE_URL")')).toEqual([]);
});

test('what could not be told is one line with its places', () => {
	const explain = (files: Readonly<Record<string, string>>) =>
		explainUnknownReads(readElixirFacts(new Map(Object.entries(files)), {elapsed: () => 0}));
	expect(explain({'config/runtime.exs': 'import Config\nx = System.fetch_env!("A")'})).toBeUndefined();
	expect(
		explain({
			'config/runtime.exs': 'import Config\n\nfor name <- names do\n  System.fetch_env!(name <> "_KEY")\nend',
			'config/prod.exs': 'import Config\nx = fn( ->',
		}),
	).toBe(
		'variables: phxfly could not tell which ones the app reads in config/runtime.exs:4 (the name is computed), config/prod.exs (a part of it could not be parsed). If it needs one of them, pass --secret NAME.',
	);
	const many = Array.from({length: 9}, (_, line) => `x${line} = System.get_env(name(${line}))`).join('\n');
	expect(explain({'config/runtime.exs': many})).toContain(
		'config/runtime.exs:3 (the name is computed), and 6 more places.',
	);
});
