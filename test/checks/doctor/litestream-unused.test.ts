import {describe, expect, test} from 'vitest';
import {edit, findIn, startChildren} from './small-app.ts';

const id = 'litestream-unused';
const other = {
	'etc/litestream.yml': 'dbs:\n  - path: /data/shop.db\n    replicas:\n      - url: s3://shop/db\n',
};
const binary =
	'COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/litestream\n';

test('a file that nothing reads, and no second problem for the same database', () => {
	expect(findIn(id, other)).toMatchObject([{status: 'wrong', path: 'etc/litestream.yml', line: 1}]);
	expect(findIn('unreplicated-database', other)).toEqual([]);
});

test('Litestream in the image, and nothing that starts it', () => {
	expect(findIn(id, {...other, ...edit('Dockerfile', 'CMD', `${binary}CMD`)})).toHaveLength(1);
});

test('advice where the app starts no database', () => {
	const files = {...other, 'lib/shop/application.ex': startChildren('')};
	expect(findIn(id, files)).toMatchObject([{status: 'hint', fix: 'Delete the file.'}]);
});

describe('nothing is said', () => {
	test.each([
		['without the file', {}],
		['where CMD starts it', edit('Dockerfile', /CMD.*/, 'CMD litestream replicate -exec /app/bin/server')],
		[
			'where it may be started by a program that is not here',
			edit('Dockerfile', /CMD.*/, `${binary}CMD ["/app/bin/launch"]`),
		],
		['for an image from elsewhere', edit('fly.toml', '[env]', '[build]\n  image = "ghcr.io/a/b"\n[env]')],
		['without a Dockerfile', {Dockerfile: undefined}],
	])('%s', (name, files) => {
		expect(findIn(id, name === 'without the file' ? {} : {...other, ...files})).toEqual([]);
	});

	test('where the lines of phxfly are all that is missing', () => {
		const replicas = `    replicas:\n      - url: \${LITESTREAM_REPLICA_URL}\n`;
		const files = {'etc/litestream.yml': `dbs:\n  - path: \${DATABASE_PATH}\n${replicas}`};
		expect(findIn(id, files)).toEqual([]);
		expect(findIn('unreplicated-database', files)).toHaveLength(1);
	});
});
