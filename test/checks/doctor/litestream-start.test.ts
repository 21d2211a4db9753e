import {expect, test} from 'vitest';
import {configure, edit, findIn} from './small-app.ts';

const restore = 'litestream restore -if-db-not-exists -if-replica-exists "$DATABASE_PATH"';
const replicate = 'litestream replicate -exec /app/bin/server';
const script = (...lines: readonly string[]) => `#!/bin/sh\nset -e\n${lines.join('\n')}\n`;

/** An image that has Litestream and these scripts. */
const start = (command: string, scripts: Readonly<Record<string, string>> = {}) => ({
	...edit(
		'Dockerfile',
		/CMD.*/,
		[
			'COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/litestream',
			...Object.keys(scripts).map(path => `COPY ${path} /app/${path}`),
			command,
		].join('\n'),
	),
	...scripts,
});
const find = (files: Parameters<typeof findIn>[1]) =>
	['litestream-start', 'entrypoint-no-exec'].flatMap(id =>
		findIn(id, files).map(({path, line}) => `${id} ${path}:${line}`),
	);

test.each([
	['CMD in shell form', start(`CMD ${restore} && ${replicate}`), 'litestream-start Dockerfile:8'],
	[
		'sh -c',
		start(`CMD ["/bin/sh", "-c", ${JSON.stringify(`${restore} && ${replicate}`)}]`),
		'litestream-start Dockerfile:8',
	],
	[
		'a start script',
		start('CMD ["/app/run.sh"]', {'run.sh': script(restore, replicate)}),
		'entrypoint-no-exec run.sh:4',
	],
	[
		'a script that starts another one',
		start('CMD ["/app/run.sh"]', {
			'run.sh': script('/app/more.sh'),
			'more.sh': script(restore, `exec ${replicate}`),
		}),
		'litestream-start run.sh:3',
	],
])('a shell between Fly and Litestream: %s', (_, files, expected) => {
	expect(find(files)).toEqual([expected]);
});

test.each([
	['exec in shell form', start(`CMD ${restore} && exec ${replicate}`)],
	[
		'one command in shell form',
		start('CMD litestream replicate -restore-if-db-not-exists -exec /app/bin/server'),
	],
	['a script with exec', start('CMD ["/app/run.sh"]', {'run.sh': script(restore, `exec ${replicate}`)})],
	[
		'two scripts with exec',
		start('CMD ["/app/run.sh"]', {
			'run.sh': script('exec /app/more.sh'),
			'more.sh': script(restore, `exec ${replicate}`),
		}),
	],
])('no shell between them: %s', (_, files) => {
	expect(find(files)).toEqual([]);
});

test('the app writes the file that its code opens, whatever DATABASE_PATH says', () => {
	const files = {
		...start('CMD ["/app/run.sh"]', {
			'run.sh': script(
				'litestream restore -if-db-not-exists -if-replica-exists -o /data/shop.db "$DATABASE_PATH"',
				`exec ${replicate}`,
			),
		}),
		'config/runtime.exs': configure().replaceAll('DATABASE_PATH', 'DB_FILE'),
		...edit('fly.toml', '[env]', '[env]\n  DB_FILE = "/data/orders.db"'),
	};
	expect(findIn('litestream-start', files)).toMatchObject([
		{
			path: 'run.sh',
			line: 3,
			message: 'Litestream restores /data/shop.db, and the app writes /data/orders.db.',
		},
	]);
});
