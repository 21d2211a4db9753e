import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {findFlyctl} from '../../source/adapters/find-flyctl.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'phxfly-find-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const real = `echo '{"Name":"flyctl","Version":"0.3.0","Commit":"x"}'`;

function install(path: string, script: string, mode = 0o755): string {
	const file = join(folder, path);
	mkdirSync(dirname(file), {recursive: true});
	writeFileSync(file, `#!/bin/sh\n${script}\n`);
	chmodSync(file, mode);
	return file;
}

const find = (given?: string, environment: Readonly<Record<string, string>> = {}) =>
	findFlyctl(
		given,
		{PATH: `${join(folder, 'a')}:${join(folder, 'b')}::/bin`, HOME: join(folder, 'home'), ...environment},
		folder,
		['KEY'],
	);

test.each([
	{
		name: 'flyctl before fly, in whatever folder',
		files: {'a/fly': real, 'b/flyctl': real},
		found: 'b/flyctl',
	},
	{name: 'the first folder of PATH', files: {'a/flyctl': real, 'b/flyctl': real}, found: 'a/flyctl'},
	{name: 'fly, where there is no flyctl', files: {'b/fly': real}, found: 'b/fly'},
	{
		name: 'what the installer put into the home folder',
		files: {'home/.fly/bin/flyctl': real},
		found: 'home/.fly/bin/flyctl',
	},
	{
		name: 'past another program called fly',
		files: {'a/fly': 'echo Concourse 7.1', 'b/fly': real},
		found: 'b/fly',
	},
	{name: 'past one that fails', files: {'a/flyctl': `${real}; exit 1`, 'b/flyctl': real}, found: 'b/flyctl'},
	{name: 'past warnings it prints', files: {'a/flyctl': `echo 'WARN slow'; ${real}`}, found: 'a/flyctl'},
])('finds $name', async ({files, found}) => {
	for (const [path, script] of Object.entries(files)) install(path, script ?? '');
	expect(await find()).toBe(join(folder, found));
});

test('--fly means that one and no other', async () => {
	install('a/flyctl', real);
	const given = install('elsewhere/my-fly', real);
	expect(await find(given)).toBe(given);
	await expect(find(join(folder, 'nowhere'))).rejects.toMatchObject({
		exit: 'flyctl',
		message: expect.stringContaining('nowhere'),
	});
});

test('skips a file that is not executable', async () => {
	install('a/flyctl', real, 0o644);
	await expect(find()).rejects.toMatchObject({
		code: 'flyctl-missing',
		message: expect.stringContaining('not found on PATH'),
	});
});

test('names the other programs it found instead', async () => {
	const existingApp = install('a/fly', 'echo Concourse');
	await expect(find()).rejects.toMatchObject({
		code: 'flyctl-missing',
		exit: 'flyctl',
		message: `${existingApp} is not flyctl.`,
	});
});

test('another program gets no secret, and only a call for its version', async () => {
	install('a/fly', 'env > "$HOME/env"; echo "$@" > "$HOME/args"');
	mkdirSync(join(folder, 'home'));
	await expect(find(undefined, {KEY: 'the-secret-value', OTHER: 'o'})).rejects.toThrow();
	const environment = readFileSync(join(folder, 'home', 'env'), 'utf8');
	expect(environment).toContain('OTHER=o');
	expect(environment).not.toContain('the-secret-value');
	expect(readFileSync(join(folder, 'home', 'args'), 'utf8').trim()).toBe('version --json');
});
