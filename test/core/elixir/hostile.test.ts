import fc from 'fast-check';
import {expect, test} from 'vitest';
import {readFacts} from './read-facts.ts';

const runtime = (text: string, elapsed = () => performance.now()) =>
	readFacts({'config/runtime.exs': text}, {elapsed});

test.each([
	['2 MB', `import Config\n${'config :shop, a: 1\n'.repeat(110_000)}`],
	['a pipe of a thousand steps', `x = a${' |> b()'.repeat(1000)}`],
	['100,000 open brackets', '('.repeat(100_000)],
	['50,000 alternatives', `x = a${' || b'.repeat(50_000)}`],
	['5,000 nested interpolations', '"#{'.repeat(5000)],
	['5,000 nested blocks', 'if a do\n'.repeat(5000)],
])(
	'%s ends in time, and the file is named as not read',
	(_, text) => {
		const started = performance.now();
		const {environment, unread} = runtime(text);
		expect(unread).toMatchObject([{path: 'config/runtime.exs', why: expect.any(String)}]);
		expect(environment).toEqual([]);
		expect(performance.now() - started).toBeLessThan(30_000);
	},
	60_000,
);

test('a clock that runs out leaves files unread, and the others are kept', () => {
	let now = 0;
	const elapsed = () => {
		now += 1000;
		return now;
	};
	const {unread} = runtime('import Config\nSystem.fetch_env!("A")', elapsed);
	expect(unread.map(({path}) => path)).toContain('config/runtime.exs');
});

test('a file with an error keeps what was found, and is named', () => {
	const {environment, unread} = runtime('import Config\nSystem.fetch_env!("A")\nx = = )\n');
	expect(environment.map(({name}) => name)).toEqual(['A']);
	expect(unread).toEqual([{path: 'config/runtime.exs', why: 'a part of it could not be parsed'}]);
});

test.each(['for x <- ~w(A B) do\n  System.get_env(x)\nend', 'if ~r/a/ and b do\n  System.get_env("A")\nend'])(
	'a sigil before a word is read as it is: %s',
	text => {
		const {environment, unread} = runtime(`import Config\n${text}\nSystem.fetch_env!("LAST")\n`);
		expect(environment.at(-1)).toMatchObject({name: 'LAST', line: 5});
		expect(unread).toEqual([]);
	},
);

test('CRLF, a BOM, lone CR and undecodable bytes do no harm', () => {
	expect(runtime('\uFEFFimport Config\r\nSystem.fetch_env!("A")\r\n').environment).toMatchObject([
		{name: 'A', line: 2},
	]);
	expect(() => runtime('import Config\rSystem.fetch_env!("A")\r\uFFFD\uFFFD\0')).not.toThrow();
});

test('a name that is bound to itself ends', () => {
	const text = `import Config\n${'a = a\n'.repeat(5000)}config :shop, Shop.Repo, database: a\n@b @b\nx = @b\n`;
	expect(() => runtime(text)).not.toThrow();
}, 30_000);

test('no text throws', () => {
	const word = fc.constantFrom(
		...[
			'System.get_env(',
			'"A"',
			'do',
			'end',
			'fn',
			'->',
			'|>',
			'||',
			'~w(',
			')',
			'@a',
			'use ',
			'case ',
			'nil',
		],
		...[
			'defmodule A',
			'def f',
			',',
			'[',
			']',
			'{',
			'}',
			'%{',
			'\n',
			' ',
			'scope "/"',
			'config :a,',
			'b: 1',
			'=',
			'#{',
			'"""',
		],
	);
	fc.assert(
		fc.property(fc.array(word, {maxLength: 40}), words => {
			const text = words.join(' ');
			readFacts({'config/runtime.exs': text, 'lib/a.ex': `System. use A, :router ${text}`, 'mix.exs': text});
		}),
		{numRuns: 150},
	);
}, 60_000);
