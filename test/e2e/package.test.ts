import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');
const chunks = new Map(
	readdirSync(dist)
		.filter(name => name.endsWith('.js'))
		.map(name => [name, readFileSync(join(dist, name), 'utf8')]),
);
const findChunks = (pattern: RegExp) =>
	[...chunks].flatMap(([name, code]) => (pattern.test(code) ? [name] : []));

/** Follows static imports. */
function listLoaded(starts: readonly string[]): ReadonlySet<string> {
	const loaded = new Set(starts);
	for (const name of loaded) {
		const imports = chunks.get(name)?.matchAll(/(?:^|[;}\s])(?:import|from)"\.\/([\w-]+\.js)"/g) ?? [];
		for (const [, imported = ''] of imports) loaded.add(imported);
	}
	return loaded;
}

test('the parsers of Elixir and of Dockerfiles are loaded only after the first frame', () => {
	// Each is what minifying keeps of the library.
	const parsers = [/\.deserialize\(\{version:\d+,states:/, /getTriggerInstruction/].map(findChunks);
	expect(parsers.map(found => found.length)).toEqual([1, 1]);
	// What the wizard has loaded when it draws its first frame.
	const names = [...chunks.keys()];
	const first = names.filter(name => /^(?:cli\.js|(?:main|setup|wizard|render)-\w+\.js)$/.test(name));
	expect(first).toHaveLength(5);
	const loaded = listLoaded(first);
	expect(loaded.size).toBeGreaterThan(first.length);
	expect(parsers.flat().filter(chunk => loaded.has(chunk))).toEqual([]);
});

test('the package is small, and brings the license of what is in it', () => {
	const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
		cwd: root,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [{size, files}] = JSON.parse(packed) as [{size: number; files: {path: string}[]}];
	expect(size).toBeLessThanOrEqual(700 * 1024);
	expect(files.map(({path}) => path)).toContain('dist/LICENSES.txt');
	const licenses = readFileSync(join(dist, 'LICENSES.txt'), 'utf8');
	for (const name of ['execa', 'ink', 'lezer-elixir', 'react', 'yaml', 'yoga-layout'])
		expect(licenses).toMatch(new RegExp(`^${name} \\d`, 'm'));
	expect(licenses.match(/Permission is hereby granted, free of charge/g)?.length).toBeLessThan(8);
});
