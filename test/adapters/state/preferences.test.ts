import {
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {ownUserId} from '../../../source/adapters/process.ts';
import {openPreferences} from '../../../source/adapters/state/preferences.ts';

let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'phxfly-root-'));
});
afterEach(() => {
	vi.unstubAllEnvs();
	rmSync(root, {recursive: true, force: true});
});

const file = () => join(root, 'preferences.json');
const open = () => openPreferences(root, ownUserId);
const choices = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries));
const ascii = {ascii: true, noColor: false, screenReader: false};

test('remembers answers and look until the next ones, for the owner alone', async () => {
	expect(open()).toMatchObject({path: file(), answers: new Map(), look: undefined});
	expect(readdirSync(root)).toEqual([]);
	await open().remember(choices({region: 'fra', storage: 's3'}), ascii);
	expect(open()).toMatchObject({answers: choices({region: 'fra', storage: 's3'}), look: ascii});
	expect(statSync(file()).mode & 0o777).toBe(0o600);

	chmodSync(file(), 0o644);
	await open().remember(choices({region: 'sjc'}), undefined);
	expect(open()).toMatchObject({answers: choices({region: 'sjc', storage: 's3'}), look: ascii});
	expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test.each([
	'',
	'{"answers":',
	'[]',
	'null',
	'7',
	'{"answers":7}',
	'{"answers":{"region":7}}',
	'{"answers":{"__proto__":{"region":"x"}}}',
	'{"look":"ascii"}',
])('a file with %s counts as empty, and is replaced', async text => {
	writeFileSync(file(), text);
	expect(open()).toMatchObject({answers: new Map(), look: undefined});
	await open().remember(choices({region: 'fra'}), undefined);
	expect(open().answers).toEqual(choices({region: 'fra'}));
});

test('a file that cannot be read or written ends nothing', async () => {
	mkdirSync(file());
	expect(open().answers.size).toBe(0);
	await open().remember(choices({region: 'fra'}), ascii);
	rmSync(file(), {recursive: true});
	rmSync(root, {recursive: true});
	writeFileSync(root, 'a file');
	expect(open().answers.size).toBe(0);
	await open().remember(choices({region: 'fra'}), ascii);
	expect(readFileSync(root, 'utf8')).toBe('a file');
});

test.each([undefined, '/snap/code/1'])('is not written or read through a link (SNAP is %s)', async snap => {
	vi.stubEnv('SNAP', snap);
	const victim = join(root, 'victim');
	const text = '{"answers":{"region":"sjc"}}';
	writeFileSync(victim, text);
	symlinkSync(victim, file());
	expect(open().answers.size).toBe(0);
	await open().remember(choices({region: 'fra'}), ascii);
	expect(readFileSync(victim, 'utf8')).toBe(text);
	rmSync(file());
	symlinkSync(join(root, 'nowhere'), file());
	await open().remember(choices({region: 'fra'}), ascii);
	expect(existsSync(join(root, 'nowhere'))).toBe(false);
});

test.skipIf(ownUserId !== 0)('a file of another user is not read or written', async () => {
	const text = '{"answers":{"region":"sjc"}}';
	writeFileSync(file(), text);
	chownSync(file(), 12_345, 12_345);
	expect(open().answers.size).toBe(0);
	await open().remember(choices({region: 'fra'}), ascii);
	expect(readFileSync(file(), 'utf8')).toBe(text);
});
