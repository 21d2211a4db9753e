import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openProjectFiles} from '../../source/adapters/project-files.ts';
import {listProjectFiles, readTexts} from '../../source/adapters/project-texts.ts';
import {digestProjectCopy, readProjectCopy, writeProjectCopy} from '../../source/cli/project-copy.ts';

let folder = '';
let project = '';
let copy = '';

beforeEach(() => {
	folder = realpathSync(mkdtempSync(join(tmpdir(), 'phxfly-copy-')));
	[project, copy] = [join(folder, 'project'), join(folder, 'copy')];
	put({'mix.exs': 'defmodule Shop.MixProject do\nend\n', 'fly.toml': 'app = "shop"\n'});
});

afterEach(() => rmSync(folder, {recursive: true, force: true}));

function put(files: Readonly<Record<string, string | Uint8Array>>): void {
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(project, path)), {recursive: true});
		writeFileSync(join(project, path), text);
	}
}

const readFolder = async (root: string) => {
	const files = openProjectFiles(root);
	const {files: texts, unread} = await readTexts(root, files, await listProjectFiles(root, files));
	return {texts: [...texts].sort(), unread: [...unread].sort((a, b) => (a.path < b.path ? -1 : 1))};
};

async function makeCopy(): Promise<void> {
	await writeProjectCopy(copy, await readProjectCopy(project));
}

test('the copy has every file that a fact is read from, and reads like the project', async () => {
	put({
		'fly.toml':
			'app = "shop"\n\n[build]\n  dockerfile = "./docker/prod/Dockerfile"\n  ignorefile = "docker/ignored"\n',
		'fly.production.toml': 'app = "shop-production"\n',
		'docker/prod/Dockerfile':
			'FROM debian\nCOPY ["docker/start me.sh", "/app/start"]\nCOPY ops/run.sh \\\n  ops/../ops/stop.sh /app/\nCOPY scripts /app/scripts\n',
		'docker/ignored': '*.md\n',
		'docker/start me.sh': '#!/bin/sh\nexec /app/bin/server\n',
		'ops/run.sh': '#!/bin/sh\n',
		'ops/stop.sh': '#!/bin/sh\n',
		'scripts/migrate': '#!/bin/sh\n',
		'litefs.yml': 'fuse:\n  dir: /litefs\n',
		'deploy/litestream.yml': 'dbs: []\n',
		'start.sh': '#!/bin/sh\n',
		'bin/dev': '#!/bin/sh\n',
		'rel/overlays/bin/migrate': '#!/bin/sh\n',
		'rel/env.sh.eex': 'export A=1\n',
		'config/runtime.exs': '\uFEFFimport Config\r\n',
		'config/targets/fly.exs': 'import Config\n',
		'lib/shop/a/b/c/d/e/f/g/h/deep.ex': 'defmodule Deep do\nend\n',
		'apps/web/lib/web/a/b/c/d/page.ex': 'defmodule Page do\nend\n',
		'apps/web/config/config.exs': 'import Config\n',
		'priv/repo/migrations/20260101000000_first.exs': '# 1\n',
	});
	await makeCopy();
	const there = await readFolder(project);
	expect(await readFolder(copy)).toEqual(there);
	expect(there.unread).toEqual([]);
	expect(there.texts.map(([path]) => path)).toEqual(
		expect.arrayContaining([
			...['docker/prod/Dockerfile', 'docker/ignored', 'docker/start me.sh', 'ops/run.sh', 'ops/stop.sh'],
			...['fly.production.toml', 'litefs.yml', 'deploy/litestream.yml', 'start.sh', 'bin/dev'],
			...['rel/overlays/bin/migrate', 'rel/env.sh.eex', 'config/targets/fly.exs', 'scripts/migrate'],
			...['lib/shop/a/b/c/d/e/f/g/h/deep.ex', 'apps/web/lib/web/a/b/c/d/page.ex'],
			'apps/web/config/config.exs',
		]),
	);
	expect(there.texts).toHaveLength(21);
});

test('what cannot be read in the project cannot be read in the copy, for the same reason', async () => {
	put({
		'lib/large.ex': '#'.repeat(2_000_000),
		'lib/latin.ex': new Uint8Array([0x23, 0xe9, 0x0a]),
		'rel/overlays/logo.png': new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff]),
		'rel/overlays/film': new Uint8Array(3_000_000),
		'lib/closed.ex': '# closed\n',
	});
	chmodSync(join(project, 'lib/closed.ex'), 0);
	mkdirSync(join(folder, 'elsewhere'));
	writeFileSync(join(folder, 'elsewhere/secret.yml'), 'never: copied\n');
	symlinkSync('../elsewhere/secret.yml', join(project, 'litestream.yml'));
	symlinkSync('nowhere', join(project, '.tool-versions'));
	mkdirSync(join(project, 'mix.lock'));
	await makeCopy();
	const there = await readFolder(project);
	const shown = (text: string) => text.replaceAll(project, copy);
	expect(await readFolder(copy)).toEqual({
		...there,
		unread: there.unread.map(({path, why}) => ({path, why: shown(why)})),
	});
	const isRoot = process.getuid?.() === 0;
	expect(there.unread).toEqual([
		{path: '.tool-versions', why: '.tool-versions is not a file inside the project folder'},
		...(isRoot ? [] : [{path: 'lib/closed.ex', why: `Cannot read ${join(project, 'lib/closed.ex')}`}]),
		{path: 'lib/large.ex', why: 'it is not a regular file under 1 MiB'},
		{path: 'lib/latin.ex', why: 'lib/latin.ex is not UTF-8 text'},
		{path: 'litestream.yml', why: 'litestream.yml is not a file inside the project folder'},
		{path: 'mix.lock', why: 'it is not a regular file under 1 MiB'},
	]);
});

test('no link in the copy leads out of it, and one to a file inside is that file', async () => {
	mkdirSync(join(folder, 'elsewhere/lib'), {recursive: true});
	writeFileSync(join(folder, 'elsewhere/lib/hidden.ex'), '# hidden\n');
	writeFileSync(join(folder, 'elsewhere/start.sh'), '# hidden\n');
	put({'images/Dockerfile.web': 'FROM debian\nCOPY start.sh /\n'});
	symlinkSync('images/Dockerfile.web', join(project, 'Dockerfile'));
	symlinkSync('../elsewhere/lib', join(project, 'lib'));
	symlinkSync('../elsewhere/start.sh', join(project, 'start.sh'));
	symlinkSync('..', join(project, 'up'));
	await makeCopy();
	expect(readFileSync(join(copy, 'Dockerfile'), 'utf8')).toBe('FROM debian\nCOPY start.sh /\n');
	const links = readdirSync(copy, {recursive: true, withFileTypes: true}).filter(entry =>
		entry.isSymbolicLink(),
	);
	expect(links.map(({name}) => name)).toEqual(['start.sh']);
	expect(existsSync(join(copy, 'start.sh'))).toBe(false);
	expect(existsSync(join(copy, 'lib/hidden.ex'))).toBe(false);
});

test('it has the names of what a Dockerfile may copy, without the content', async () => {
	put({
		Dockerfile: 'FROM debian\nCOPY data/seeds/big/words.txt native /app/\n',
		'data/seeds/big/words.txt': 'a\n',
		'native/src/lib.rs': 'fn main() {}\n',
		'assets/js/app.js': 'app\n',
		'priv/static/images/a.svg': '<svg/>\n',
		'node_modules/left/index.js': '',
		'.git/config': '',
		'package.json': '{}\n',
	});
	await makeCopy();
	const names = ['data/seeds/big/words.txt', 'native/src', 'assets/js', 'priv/static', 'package.json'];
	expect(names.filter(name => !existsSync(join(copy, name)))).toEqual([]);
	expect(readFileSync(join(copy, 'package.json'), 'utf8')).toBe('');
	expect(['.git', 'node_modules/left'].filter(name => existsSync(join(copy, name)))).toEqual([]);
});

test('the digest changes with a text, a new file, and a name, and with nothing else', async () => {
	const digest = async () => digestProjectCopy(await readProjectCopy(project));
	put({'lib/shop.ex': 'defmodule Shop do\nend\n', 'assets/app.css': 'a {}\n'});
	const first = await digest();
	put({'assets/app.css': 'b {}\n'});
	expect(await digest()).toBe(first);
	const seen = new Set([first]);
	for (const [path, text] of [
		['lib/shop.ex', 'defmodule Shop do\n\nend\n'],
		['config/runtime.exs', 'import Config\n'],
		['native/Cargo.toml', ''],
	] as const) {
		put({[path]: text});
		seen.add(await digest());
	}

	expect(seen.size).toBe(4);
});

test('a project of thousands of files is copied whole', async () => {
	const paths = Array.from({length: 3000}, (_, at) => `lib/part${at % 50}/module${at}.ex`);
	put(Object.fromEntries(paths.map(path => [path, `# ${path}\n`])));
	await makeCopy();
	expect((await readFolder(copy)).texts).toHaveLength(3002);
});
