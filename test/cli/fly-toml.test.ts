import {mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {findFlyToml} from '../../source/cli/fly-toml.ts';
import {findNamedFlyToml} from '../../source/cli/folder.ts';
import type {Options} from '../../source/core/command/context.ts';

let folder = '';
let root = '';

beforeEach(() => {
	folder = realpathSync(mkdtempSync(join(tmpdir(), 'phxfly-toml-')));
	root = join(folder, 'blog');
	put('mix.exs');
});

afterEach(() => rmSync(folder, {recursive: true, force: true}));

function put(...paths: readonly string[]): void {
	for (const path of paths) {
		mkdirSync(dirname(join(root, path)), {recursive: true});
		writeFileSync(join(root, path), 'app = "blog-1"\n');
	}
}

const find = (given?: string, remembered?: string) => findFlyToml(root, {given, remembered});
const refused = async (given?: string) => {
	const [error] = await Promise.all([find(given).catch((each: unknown) => each)]);
	const {code, exit, message, hint} = error as Record<string, string>;
	return `${code} (${exit}): ${message} ${hint}`;
};

describe('without --config', () => {
	test('fly.toml counts, whatever is beside it', async () => {
		expect(await find()).toBe('fly.toml');
		put('fly.production.toml', 'fly.staging.toml', 'fly.toml');
		expect(await find()).toBe('fly.toml');
	});

	test('else the only other one, also as a link', async () => {
		put('fly.production.toml', 'fly.toml.bak', 'butterfly.toml', 'deploy/fly.toml');
		expect(await find()).toBe('fly.production.toml');
		rmSync(join(root, 'fly.production.toml'));
		symlinkSync('deploy/fly.toml', join(root, 'fly.my app.toml'));
		expect(await find()).toBe('fly.my app.toml');
	});

	test('one to copy does not count, unless it is given', async () => {
		put('fly.example.toml', 'fly.template.toml');
		expect(await find()).toBe('fly.toml');
		expect(await find('fly.example.toml')).toBe('fly.example.toml');
		put('fly.production.toml');
		expect(await find()).toBe('fly.production.toml');
	});

	test('several are refused with their names', async () => {
		put('fly.staging.toml', 'fly.my app.toml');
		expect(await refused()).toBe(
			"several-fly-tomls (usage): This folder has no fly.toml, but several others: fly.my app.toml, fly.staging.toml. Choose one: --config 'fly.my app.toml', or --config fly.staging.toml. Nothing was changed.",
		);
	});

	test('the one of the last setup counts before all, as long as it is there', async () => {
		put('fly.toml', 'fly.staging.toml', 'fly.production.toml');
		expect(await find(undefined, 'fly.staging.toml')).toBe('fly.staging.toml');
		expect(await find('fly.toml', 'fly.staging.toml')).toBe('fly.toml');
		rmSync(join(root, 'fly.staging.toml'));
		expect(await find(undefined, 'fly.staging.toml')).toBe('fly.toml');
	});
});

describe('with --config', () => {
	test('takes a path from the project folder, an absolute one, one through a link, and a folder', async () => {
		put('fly.production.toml', 'deploy/prod/fly.toml', 'deploy/fly.my app.toml');
		symlinkSync(root, join(folder, 'link'));
		expect(await find('fly.production.toml')).toBe('fly.production.toml');
		expect(await find('./deploy/../fly.production.toml')).toBe('fly.production.toml');
		expect(await find(join(root, 'fly.production.toml'))).toBe('fly.production.toml');
		expect(await find(join(folder, 'link', 'deploy', 'fly.my app.toml'))).toBe('deploy/fly.my app.toml');
		expect(await find('deploy/prod')).toBe('deploy/prod/fly.toml');
		expect(await find('deploy/prod/')).toBe('deploy/prod/fly.toml');
	});

	test('a file that is not there is refused, so that a slip makes no second app; a new fly.toml is what setup writes', async () => {
		put('fly.production.toml');
		expect(await refused('fly.prodution.toml')).toMatch(
			/^no-fly-toml \(usage\): --config: there is no file fly\.prodution\.toml .*Choose one of fly\.production\.toml\./,
		);
		expect(await refused('deploy/fly.toml')).toContain('there is no file deploy/fly.toml');
		expect(await find('fly.toml')).toBe('fly.toml');
	});

	test.each([
		['', 'the folder . has no fly.toml'],
		['.', 'the folder . has no fly.toml'],
		['deploy', 'the folder deploy has no fly.toml'],
		['fly.json', 'fly.json is not TOML by its name'],
		['mix.exs/fly.toml', 'there is no file mix.exs/fly.toml'],
		['fly.folder.toml', 'the folder fly.folder.toml has no fly.toml'],
		['fly.large.toml', 'there is no file fly.large.toml in the project folder, or it is over 1 MiB'],
	])('%j is refused', async (given, message) => {
		put('fly.json', 'deploy/other.toml', 'fly.folder.toml/x');
		writeFileSync(join(root, 'fly.large.toml'), `# ${'x'.repeat(1024 * 1024)}\n`);
		expect(await refused(given)).toContain(`no-fly-toml (usage): --config: ${message}`);
	});

	test('a file outside of the project is refused, also through a link and where it is not there', async () => {
		writeFileSync(join(folder, 'fly.toml'), 'app = "other"\n');
		symlinkSync('../fly.toml', join(root, 'fly.linked.toml'));
		symlinkSync('nowhere.toml', join(root, 'fly.broken.toml'));
		for (const given of ['../fly.toml', join(folder, 'fly.toml'), '..', '../none.toml'])
			expect(await refused(given)).toContain(`--config: ${given} is not in the project folder.`);
		for (const given of ['fly.linked.toml', 'fly.broken.toml'])
			expect(await refused(given)).toContain(`outside-project`);
	});
});

test.each([
	['fly.a.toml', 'fly.a.toml'],
	['ROOT/fly.a.toml', 'fly.a.toml'],
	['ROOT', 'ROOT'],
	['ROOT/../fly.a.toml', 'ROOT/../fly.a.toml'],
	[undefined, undefined],
])('--config %s is %s in the copy of a rehearsal', (config, given) => {
	const fill = (text?: string) => text?.replace('ROOT', root);
	const options = {config: fill(config)} as Options;
	const named = findNamedFlyToml(options, {folder: root, stateFolder: folder}, {steps: []});
	expect(named.given).toBe(fill(given));
});
