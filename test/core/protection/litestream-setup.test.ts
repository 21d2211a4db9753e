import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {readDockerfile} from '../../../source/core/image/dockerfile.ts';
import {findLitestreamSetup} from '../../../source/core/protection/litestream-setup.ts';

const yml = 'dbs:\n  - path: $DATABASE_PATH\n    replicas:\n      - url: $LITESTREAM_REPLICA_URL\n';
const image = (...lines: readonly string[]) =>
	[
		'FROM elixir AS build',
		'CMD ["wrong"]',
		'FROM debian',
		'WORKDIR /app',
		'COPY litestream.yml /etc/litestream.yml',
		...lines,
		'',
	].join('\n');
const restore = 'litestream restore -if-db-not-exists -if-replica-exists $DATABASE_PATH';

function find(dockerfile: string, scripts: Readonly<Record<string, string>> = {}, databasePath?: string) {
	const files = new Map([['litestream.yml', yml], ...Object.entries(scripts)]);
	return findLitestreamSetup({
		files,
		dockerfile: readDockerfile('Dockerfile', dockerfile),
		flyConfig: undefined,
		databasePaths: databasePath === undefined ? [] : [databasePath],
	});
}

const faultsOf = (...given: Parameters<typeof find>) => {
	const setup = find(...given);
	return setup.is === 'unsound'
		? setup.faults.map(({what, path, line}) => `${what} ${path}:${line}`)
		: setup.is;
};

const run = (...lines: readonly string[]) => ['#!/bin/sh', 'set -e', ...lines, ''].join('\n');
const script = 'COPY run.sh /app/run.sh';

describe('sound', () => {
	test.each<[string, string, Readonly<Record<string, string>>, string]>([
		[
			'a command that restores by itself',
			image('CMD ["litestream", "replicate", "-restore-if-db-not-exists", "-exec", "bin/server"]'),
			{},
			'Dockerfile:6',
		],
		[
			'the shell form with exec',
			image(`CMD ${restore} && exec litestream replicate -exec "bin/server"`),
			{},
			'Dockerfile:6',
		],
		[
			'a script',
			image(script, 'CMD ["/app/run.sh"]'),
			{'run.sh': run(restore, 'exec litestream replicate -exec bin/server')},
			'run.sh:4',
		],
		[
			'a script that another one starts',
			image(
				'COPY boot.sh litestream.sh bin/',
				'ENTRYPOINT ["/bin/bash", "/app/bin/boot.sh"]',
				'CMD ["/app/bin/server"]',
			),
			{
				'boot.sh': run('(', '  sleep 1', ') &', 'exec /bin/bash /app/bin/litestream.sh "$@"'),
				'litestream.sh': run(
					'if [ ! -f "$DATABASE_PATH" ]; then',
					'  litestream restore -if-replica-exists "$DATABASE_PATH"',
					'fi',
					'/app/bin/migrate',
					`exec gosu nobody litestream replicate -exec "\${*}"`,
				),
			},
			'litestream.sh:7',
		],
		[
			'a start script of the release',
			image('CMD ["bin/start"]'),
			{
				'rel/overlays/bin/start': run(
					`${restore} \\`,
					'  # no comment ends a command',
					'  -parallelism 2',
					'exec \\',
					'  litestream replicate -exec "./demo start"',
				),
			},
			'rel/overlays/bin/start:6',
		],
		[
			'behind an init',
			image(script, 'ENTRYPOINT ["/tini", "--"]', 'CMD ["./run.sh"]'),
			{'run.sh': run(restore, 'exec litestream replicate -exec bin/server')},
			'run.sh:4',
		],
		[
			'a sourced script',
			image(script, 'COPY lib.sh /app/lib.sh', 'CMD ["/app/run.sh"]'),
			{'run.sh': run('. /app/lib.sh'), 'lib.sh': `${restore} && exec litestream replicate -exec x`},
			'lib.sh:1',
		],
		[
			'arguments in place of a file',
			image(script, 'CMD ["/app/run.sh"]').replace('/etc/litestream.yml', '/x/'),
			{
				'run.sh': run(
					'litestream restore -if-db-not-exists -if-replica-exists -o /data/a.db s3://b/p',
					'exec litestream replicate -exec x /data/a.db s3://b/p',
				),
			},
			'run.sh:4',
		],
		[
			'another place of the file, named',
			image(
				'COPY litestream.yml /app/',
				`CMD ${restore} && exec litestream replicate -config /app/litestream.yml -exec x`,
			),
			{},
			'Dockerfile:7',
		],
	])('%s', (_, dockerfile, scripts, place) => {
		const setup = find(dockerfile, scripts, '/data/a.db');
		expect(setup).toMatchObject({is: 'sound'});
		expect(setup.is === 'sound' && `${setup.path}:${setup.line}`).toBe(place);
	});
});

describe('unsound', () => {
	test.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
		[
			'a shell without exec',
			image(`CMD ${restore} && litestream replicate -exec "bin/server"`),
			{},
			['no-exec Dockerfile:6'],
		],
		[
			'a script without exec',
			image(script, 'CMD ["/app/run.sh"]'),
			{'run.sh': run(restore, 'litestream replicate -exec x')},
			['no-exec run.sh:4'],
		],
		[
			'the caller without exec',
			image(script, 'COPY boot.sh /boot.sh', 'CMD ["/boot.sh"]'),
			{'boot.sh': run('/app/run.sh'), 'run.sh': run(restore, 'exec litestream replicate -exec x')},
			['no-exec boot.sh:3'],
		],
		[
			'in the background',
			image(script, 'CMD ["/app/run.sh"]'),
			{'run.sh': run(restore, 'litestream replicate &', 'exec bin/server')},
			['background run.sh:4'],
		],
		[
			'no restore',
			image(script, 'CMD ["/app/run.sh"]'),
			{'run.sh': run('exec litestream replicate -exec x')},
			['no-restore run.sh:3'],
		],
		[
			'a restore that fails later',
			image(script, 'CMD ["/app/run.sh"]'),
			{'run.sh': run('litestream restore $DATABASE_PATH', 'exec litestream replicate -exec x')},
			['restore-fails run.sh:3', 'restore-fails run.sh:3'],
		],
		[
			'a swallowed failure',
			image(script, 'CMD ["/app/run.sh"]'),
			{
				'run.sh': run(
					`${restore} || echo "starting fresh; all is well"`,
					'exec litestream replicate -exec x',
				),
			},
			['restore-swallowed run.sh:3'],
		],
		[
			'a script that goes on',
			image(script, 'CMD ["/app/run.sh"]'),
			{'run.sh': `#!/bin/sh\n${restore}\nexec litestream replicate -exec x\n`},
			['restore-swallowed run.sh:2'],
		],
		[
			'a file elsewhere',
			image(`CMD ${restore} && exec litestream replicate -exec x`).replace('/etc/litestream.yml', './'),
			{},
			['config-elsewhere Dockerfile:5'],
		],
		[
			'the file named elsewhere',
			image(`CMD ${restore} && exec litestream replicate -config /app/l.yml -exec x`),
			{},
			['config-elsewhere Dockerfile:5'],
		],
	])('%s', (_, dockerfile, scripts, faults) => {
		expect(faultsOf(dockerfile, scripts)).toEqual(faults);
	});

	test('another database', () => {
		const files = {'litestream.yml': yml.replace('$DATABASE_PATH', '/other/a.db')};
		expect(
			faultsOf(image(`CMD ${restore} && exec litestream replicate -exec x`), files, '/data/a.db'),
		).toEqual(['other-database litestream.yml:2']);
	});

	test('the fix is the line itself', () => {
		const setup = find(image(script, 'CMD ["/app/run.sh"]'), {
			'run.sh': run(restore, `litestream replicate -exec "\${*}"`),
		});
		expect(setup.is === 'unsound' && setup.faults.map(({lines}) => lines)).toEqual([
			[`exec litestream replicate -exec "\${*}"`],
		]);
	});
});

test('an image that starts no Litestream has none', () => {
	expect(find(image('CMD ["/app/bin/server"]')).is).toBe('none');
	expect(find(image()).is).toBe('none');
	// A script that nothing starts does not count.
	expect(
		find(image('CMD ["/app/bin/server"]'), {'litestream.sh': 'exec litestream replicate -exec x'}).is,
	).toBe('none');
});

test('a script that is not in the project is said, not guessed', () => {
	expect(find(image('CMD ["/app/run.sh"]'))).toEqual({
		is: 'unclear',
		why: '/app/run.sh is not in the project',
		path: 'Dockerfile',
		line: 6,
	});
});

test.each([
	['[env]', {LITESTREAM_CONFIG: '/app/litestream.yml'}, ''],
	['the image', {}, 'ENV A=1 \\\n  LITESTREAM_CONFIG=/app/litestream.yml'],
])('Litestream looks for its file where %s says', (_, env, line) => {
	const dockerfile = readDockerfile(
		'Dockerfile',
		[
			...['FROM debian', 'WORKDIR /app', 'COPY litestream.yml .', line],
			'CMD ["litestream", "replicate", "-restore-if-db-not-exists", "-exec", "bin/server"]',
			'',
		].join('\n'),
	);
	const setup = findLitestreamSetup({
		files: new Map([['litestream.yml', yml]]),
		dockerfile,
		flyConfig: {env},
		databasePaths: [],
	});
	expect(setup.is).toBe('sound');
});

test('says which variable switches Litestream off', () => {
	const text = run(
		restore,
		'if [ -n "$BUCKET_NAME" ]; then',
		'  exec litestream replicate -exec "$*"',
		'else',
		'  exec "$@"',
		'fi',
	);
	expect(find(image(script, 'CMD ["/app/run.sh"]'), {'run.sh': text})).toMatchObject({
		is: 'sound',
		switches: [{name: 'BUCKET_NAME', path: 'run.sh', line: 4}],
	});
});

const switchesOf = (...lines: readonly string[]) => {
	const setup = find(image(script, 'CMD ["/app/run.sh"]'), {'run.sh': run(restore, ...lines)});
	return 'switches' in setup ? setup.switches.map(({name, value = ''}) => `${name} ${value}`.trim()) : setup;
};
const replicate = 'exec litestream replicate -exec "$*"';

test.each([
	[`"$REPLICATE" = true`, ['REPLICATE true']],
	[`"\${REPLICATE:-}" == "1"`, ['REPLICATE 1']],
	[`-n "\${REPLICATE}"`, ['REPLICATE']],
])('Litestream needs what the script asks for: %s', (condition, switches) => {
	expect(switchesOf(`if [ ${condition} ]; then`, replicate, 'else', 'exec "$@"', 'fi')).toEqual(switches);
});

test.each([
	['an argument', ['if [ -n "$1" ]; then', replicate, 'fi']],
	['what Fly sets', ['if [ -n "$FLY_APP_NAME" ]; then', replicate, 'else', 'exec "$@"', 'fi']],
	['what the script sets', ['export ON=1', 'if [ "$ON" = 1 ]; then', replicate, 'fi']],
	['what has a default here', [`: "\${ON:=1}"`, 'if [ -n "$ON" ]; then', replicate, 'fi']],
	['a default in place', [`if [ "\${ON:-true}" = true ]; then`, replicate, 'fi']],
	['another branch', ['if [ -n "$CONSOLE" ]; then', 'exec sh', 'elif [ -e a ]; then', replicate, 'fi']],
	['one of two', ['if [ -n "$A" ] || [ -n "$B" ]; then', replicate, 'fi']],
	['a set variable that ends otherwise', ['if [ "$MODE" = shell ]; then', 'exec sh', 'fi', replicate]],
])('Litestream needs no variable for %s', (_, lines) => {
	expect(switchesOf(...lines)).toEqual([]);
});

test('says which variable the place of the replica comes from', () => {
	const text = run(
		'if [ ! -f "$DATABASE_PATH" ]; then',
		`  litestream restore -if-replica-exists -o "$DATABASE_PATH" "\${REPLICA_URL}"`,
		'fi',
		'exec litestream replicate -exec "/app/bin/server"',
	);
	expect(find(image(script, 'CMD ["/app/run.sh"]'), {'run.sh': text})).toMatchObject({
		is: 'sound',
		switches: [{name: 'REPLICA_URL', path: 'run.sh', line: 4, isUrl: true}],
	});
});

test('no text makes it fail, and scripts that start each other end', () => {
	expect(find(image(script, 'CMD ["/app/run.sh"]'), {'run.sh': 'exec /app/run.sh\n'}).is).toBe('none');
	const pieces = fc.array(
		fc.constantFrom(
			'litestream',
			' replicate',
			' restore',
			'\n',
			'\r',
			'"',
			"'",
			'&&',
			';',
			'|',
			'\\',
			'exec ',
			'CMD ',
			'[',
			']',
			'#',
			'$',
			'-exec',
			'sh -c ',
			'/app/run.sh',
		),
		{maxLength: 40},
	);
	fc.assert(
		fc.property(pieces, pieces, (dockerfile, text) => {
			find(image(dockerfile.join('')), {'run.sh': text.join('')});
		}),
		{numRuns: 300},
	);
	const started = performance.now();
	find(image(script, 'CMD ["/app/run.sh"]'), {
		'run.sh': `${'a "b" && '.repeat(10_000)}${'x\\\n'.repeat(100_000)}`,
	});
	expect(performance.now() - started).toBeLessThan(2000);
});
