import {expect, test} from 'vitest';
import {readTomlFacts} from '../../../source/core/doctor/facts.ts';
import {isBelow, isSecretName, takeOutLine} from '../../../source/core/doctor/findings.ts';
import {findLitestreamPins, isOlder} from '../../../source/core/doctor/litestream-pins.ts';
import {readSeconds} from '../../../source/core/fly-toml/duration.ts';

test.each([
	['60', 60],
	[30, 30],
	['60s', 60],
	['1m30s', 90],
	['500ms', 0.5],
	['soon', undefined],
	['', undefined],
	['5 s', undefined],
] as const)('%s is a length of time', (text, seconds) => {
	expect(readSeconds(text)).toBe(seconds);
});

test.each([
	['ARG LITESTREAM_VERSION=0.5.17', '0.5.17'],
	['ENV LITESTREAM_VERSION="v0.3.13"', '0.3.13'],
	['COPY --from=litestream/litestream:0.5.16 /usr/local/bin/litestream /bin/', '0.5.16'],
	[
		'ADD https://github.com/benbjohnson/litestream/releases/download/v0.3.9/litestream-v0.3.9-linux-amd64.tar.gz /tmp/',
		'0.3.9',
	],
	['COPY --from=litestream/litestream:latest /usr/local/bin/litestream /bin/', undefined],
])('the release in %s', (line, version) => {
	expect(findLitestreamPins(`FROM a\n${line}\n`)).toEqual([{line: 2, version, text: line}]);
	expect(findLitestreamPins(`# ${line}`)).toEqual([]);
});

test('compares releases by number', () => {
	expect(isOlder('0.5.9', '0.5.17')).toBe(true);
	expect(isOlder('0.5.17', '0.5.17')).toBe(false);
	expect(isOlder('1.0.0', '0.5.17')).toBe(false);
});

test.each([
	['/data/a.db', '/data', true],
	['/data/a.db', '/data/', true],
	['/database/a.db', '/data', false],
	['/data', '/data', false],
	['/data/../a.db', '/data', false],
	['a.db', '/data', false],
	['/mnt/name/name.db', '/mnt/name', true],
])('%s is in %s: %s', (path, folder, is) => {
	expect(isBelow(path, folder)).toBe(is);
});

test.each([
	...(['SECRET_KEY_BASE', 'RESEND_API_KEY', 'secret_access_key', 'SENTRY_DSN', 'GITHUB_TOKEN'] as const).map(
		name => [name, true] as const,
	),
	...(['key', 'PHX_HOST', 'cache_size', 'VAPID_PUBLIC_KEY', 'TURNSTILE_SITE_KEY', 'KEYBOARD'] as const).map(
		name => [name, false] as const,
	),
])('%s is a secret by name: %s', (name, is) => {
	expect(isSecretName(name)).toBe(is);
});

test.each([
	['max_machines = 1', true],
	['  "max_machines" = 1 # one', true],
	['max_machines = "one"', true],
	['max_machines = [1]', false],
	['max_machines = """', false],
	['max_machines.a = 1', false],
	['a = 1, max_machines = 1', false],
])('removes %s: %s', (line, is) => {
	const {flyToml} = readTomlFacts('max_machines = 1\n');
	if (!flyToml) throw new Error('It does not parse.');
	expect(takeOutLine({...flyToml, text: line}, ['max_machines']) !== undefined).toBe(is);
});
