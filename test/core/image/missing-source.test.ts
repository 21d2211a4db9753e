import {expect, test} from 'vitest';
import {readDockerfile} from '../../../source/core/image/dockerfile.ts';
import {findMissingSource} from '../../../source/core/image/missing-source.ts';

/** Looks for a source that a project of these paths lacks. */
const find = (dockerfile: string, texts: Readonly<Record<string, string>> = {}) =>
	findMissingSource(readDockerfile('Dockerfile', dockerfile), ['Dockerfile.dockerignore', '.dockerignore'], {
		read: async path => texts[path],
		mode: async path => {
			if (path === 'linked') throw new Error('leads out');
			return path in texts ? 0o644 : undefined;
		},
	});

test('a release that only a build on this computer makes', async () => {
	expect(await find('FROM debian\nWORKDIR /app\nCOPY ./_build/prod/rel/shop/ ./\n')).toMatchObject({
		path: '_build/prod/rel/shop',
		line: 3,
		sentence: 'The project has no _build/prod/rel/shop, which the Dockerfile copies.',
		next: expect.stringContaining('Let the Dockerfile build the release'),
	});
	expect(
		await find('FROM debian\nCOPY _build/prod/rel/shop .\n', {'_build/prod/rel/shop': ''}),
	).toBeUndefined();
});

test.each([
	['one of several', 'FROM a\nCOPY mix.exs mix.lock ./', {'mix.exs': ''}, 'mix.lock', 2],
	['in the form of a list', 'FROM a\nCOPY ["mix.exs", "my file", "./"]', {'mix.exs': ''}, 'my file', 2],
	[
		'in a stage that is copied from',
		'FROM a AS one\nADD priv priv\nFROM b\nCOPY --from=one /x /x',
		{},
		'priv',
		2,
	],
	['in a stage that another begins with', 'FROM a AS one\nADD priv priv\nFROM one', {}, 'priv', 2],
	['ignored', 'FROM a\nCOPY priv priv', {priv: '', '.dockerignore': 'deps\npriv'}, 'priv', 2],
])('a source %s is found', async (_, dockerfile, texts, path, line) => {
	expect(await find(dockerfile, texts)).toMatchObject({path, line});
});

test.each([
	['a variable', 'FROM a\nARG D\nCOPY $D ./'],
	['a wildcard', 'FROM a\nCOPY mix.* ./'],
	['an address', 'FROM a\nADD https://example.com/x.tar ./\nADD git@example.com:a/b.git /b'],
	['another stage', 'FROM a AS one\nFROM b\nCOPY --from=one /app /app'],
	['a heredoc', 'FROM a\nCOPY <<EOF /x\nhi\nEOF'],
	['everything', 'FROM a\nCOPY . .'],
	['what phxfly cannot check', 'FROM a\nCOPY linked ./'],
	['a way out', 'FROM a\nCOPY ../x ./'],
	['a stage that the image does not need', 'FROM a AS test\nCOPY test test\nFROM b'],
	['a file that cannot be read for sure', 'FROM a\nCOPY gone .\nNONSENSE'],
])('%s proves nothing', async (_, dockerfile) => {
	expect(await find(dockerfile)).toBeUndefined();
});

test('an ignored folder may be let in again in part', async () => {
	const ignored = (text: string) => find('FROM a\nCOPY priv priv', {priv: '', '.dockerignore': text});
	expect(await ignored('priv\n!priv/repo')).toBeUndefined();
	expect(await ignored('priv\n!**/*.exs')).toBeUndefined();
	expect(await ignored('priv\n!lib')).toMatchObject({
		sentence: '.dockerignore:1 keeps priv out of the build.',
	});
});
