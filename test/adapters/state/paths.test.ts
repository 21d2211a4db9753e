import {homedir} from 'node:os';
import {expect, test} from 'vitest';
import {findStateRoot, projectFolder} from '../../../source/adapters/state/paths.ts';

test.each([
	{given: '/given', environment: {XDG_STATE_HOME: '/x'}, platform: 'linux', root: '/given'},
	{given: undefined, environment: {XDG_STATE_HOME: '/x', HOME: '/h'}, platform: 'darwin', root: '/x/phxfly'},
	{given: undefined, environment: {HOME: '/h'}, platform: 'linux', root: '/h/.local/state/phxfly'},
	{
		given: undefined,
		environment: {HOME: '/h'},
		platform: 'darwin',
		root: '/h/Library/Application Support/phxfly',
	},
	{given: undefined, environment: {HOME: '/h', LOCALAPPDATA: '/l'}, platform: 'win32', root: '/l/phxfly'},
	{given: undefined, environment: {HOME: ''}, platform: 'linux', root: `${homedir()}/.local/state/phxfly`},
	{
		given: undefined,
		environment: {XDG_STATE_HOME: '', HOME: '/h'},
		platform: 'linux',
		root: '/h/.local/state/phxfly',
	},
])('state is in $root', ({given, environment, platform, root}) => {
	expect(findStateRoot(given, environment, platform)).toBe(root);
});

test('each project has its own folder, with a readable name', () => {
	const folder = projectFolder('/s', '/home/dev/blog');
	expect(folder).toMatch(/^\/s\/blog-[\da-f]{12}$/);
	expect(projectFolder('/s', '/home/dev/blog')).toBe(folder);
	expect(projectFolder('/s', '/home/other/blog')).not.toBe(folder);
});

test('a rehearsal never shares a folder with a real run or another world', () => {
	const folders = [undefined, '', '/w.json', '/v.json'].map(world =>
		projectFolder('/s', '/home/dev/blog', world),
	);
	expect(new Set(folders).size).toBe(4);
	for (const folder of folders.slice(1)) expect(folder).toMatch(/^\/s\/rehearsal-blog-/);
});

test.each(['/', '/a b/ü n', '/x/..evil', '/x/a\nb'])('%j makes a name without surprises', project => {
	expect(projectFolder('/s', project)).toMatch(/^\/s\/[\w.-]+-[\da-f]{12}$/);
});
