import {chmodSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {providers} from '../../source/cli/registry.ts';
import {openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {type OpenTerminal, openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

const [enter, down, ctrlC] = ['\r', '\u001b[B', '\u0003'];
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

let rehearsal: Rehearsal;
let terminal: OpenTerminal | undefined;
beforeEach(() => {
	rehearsal = openRehearsal();
});
afterEach(async () => {
	terminal?.kill('SIGKILL');
	await rehearsal.close();
});

/** With every answer but those about storage. */
function open(args: readonly string[], env: Readonly<Record<string, string>> = {}): OpenTerminal {
	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	const given = ['--app', 'blog-1', '--org', 'personal', '--region', 'sjc', '--volume-size', '1'];
	const rest = ['--vm-size', 'shared-cpu-1x', '--vm-memory', '1024', '--domain', 'none', '--no-mail'];
	terminal = openTerminal(
		process.execPath,
		[cli, 'rehearse', '--speed', '40', '--world', 'w.json', ...given, ...rest, ...args],
		{cwd: rehearsal.folder, env: {...rehearsal.environment, ...env}},
	);
	return terminal;
}

const nothingMade = () => expect(rehearsal.world().calls.filter(({mutates}) => mutates)).toEqual([]);

test('compares the providers in 80 columns, and asks only what the chosen one needs', async () => {
	const session = open([]);
	const screen = await session.waitFor(/› storage[\s\S]*other/);
	expect(screen).toMatch(/bucket created by +you need +per month, 2026-08/);
	expect(screen).toMatch(/phxfly, on Fly +nothing +\$0\.00 to 2\.50/);
	session.type(down.repeat(providers.findIndex(({id}) => id === 'custom')) + enter);
	await session.waitFor(/› endpoint/);
	session.type(`https://s3.example.com/blog${enter}`);
	await session.waitFor(/without bucket, path, or query/);
	session.type(`${'\u007f'.repeat(5)}${enter}`);
	await session.waitFor(/› bucket/);
	session.type(enter);
	await session.waitFor(/› key id/);
	session.type('?');
	expect(await session.waitFor(/Garage: garage key create/)).toMatch(/MinIO/);
	session.type('\u001b');
	await session.waitFor(/› key id/);
	session.type(`minioadmin${enter}`);
	await session.waitFor(/› key /);
	session.type(`minioadmin-secret${enter}`);
	await session.waitFor(/Review /);
	session.type(down.repeat(9));
	await session.waitFor(/endpoint +https:\/\/s3\.example\.com/);
	session.type(ctrlC);
	expect(await session.exits()).toBe(130);
	nothingMade();
});

test('o opens the page where the key is made, without the keys of the environment; or names it', async () => {
	const opener = join(rehearsal.folder, 'xdg-open');
	writeFileSync(opener, `#!/bin/sh\n{ echo "$1"; env; } > ${opener}.new && mv ${opener}.new ${opener}.log\n`);
	chmodSync(opener, 0o755);
	const browser = {
		DISPLAY: ':0',
		PATH: `${rehearsal.folder}:${process.env.PATH}`,
		RESEND_API_KEY: 're_canary',
	};
	const args = ['--storage', 's3', '--storage-region', 'us-east-1', '--bucket', 'backups-7'];
	const session = open(args, browser);
	await session.waitFor(/› key id/);
	session.type('o');
	await vi.waitFor(() => expect(existsSync(`${opener}.log`)).toBe(true), 30_000);
	const [url, ...env] = readFileSync(`${opener}.log`, 'utf8').split('\n');
	expect(url).toBe('https://console.aws.amazon.com/iam/home#/security_credentials');
	expect(env.join()).not.toContain('re_canary');
	session.type(ctrlC);
	expect(await session.exits()).toBe(130);

	const elsewhere = open(args, {DISPLAY: '', WAYLAND_DISPLAY: '', BROWSER: ''});
	await elsewhere.waitFor(/› key id/);
	elsewhere.type('o');
	const said = await elsewhere.waitFor(/no browser here/);
	expect(said.replaceAll(/\s+/g, '')).toContain('console.aws.amazon.com/iam/home#/security_credentials');
	elsewhere.type(ctrlC);
	expect(await elsewhere.exits()).toBe(130);
});

test('another storage and back: its region, bucket, and keys are still there', async () => {
	const session = open([]);
	const choose = async (letters: string) => {
		await session.waitFor(/› storage[\s\S]*R2/);
		session.type(letters);
		await session.waitFor(new RegExp(`› storage +${letters}`));
		session.type(enter);
	};
	const change = async (letters: string) => {
		await session.waitFor(/› Start/);
		session.type(`\u001b[C${enter}`);
		await session.waitFor(/Change an answer/);
		session.type('storage');
		await session.waitFor(/› storage/);
		session.type(enter);
		await choose(letters);
	};
	await choose('s3');
	await session.waitFor(/› bucket region/);
	session.type(`eu-west-3${enter}`);
	await session.waitFor(/› bucket /);
	session.type(`backups-7${enter}`);
	await session.waitFor(/› key id/);
	session.type(`AKIAIOSFODNN7EXAMPLE${enter}`);
	await session.waitFor(/› key /);
	session.type(`${secret}${enter}`);

	await change('r2');
	await session.waitFor(/› account/);
	session.type(`${'0a'.repeat(16)}${enter}`);
	await session.waitFor(/› bucket /);
	session.type(enter);
	await session.waitFor(/› key id/);
	session.type(`${'1b'.repeat(16)}${enter}`);
	await session.waitFor(/› key /);
	session.type(`${'2c'.repeat(32)}${enter}`);
	expect(await session.waitFor(/› Start/)).not.toContain('backups-7');
	await change('s3');
	await session.waitFor(/› Start/);
	session.type(down.repeat(9));
	const review = await session.waitFor(/key +ends in EKEY/);
	expect(review).toMatch(/bucket region +eu-west-3/);
	expect(review).toMatch(/bucket +backups-7/);
	expect(review).toMatch(/key id +ends in MPLE/);
	session.type(ctrlC);
	expect(await session.exits()).toBe(130);
	nothingMade();
});

test('says what is wrong before the review, where it can be changed; then corrects the region', async () => {
	const session = open(['--storage', 's3', '--storage-region', 'us-east-1', '--bucket', 'other-region']);
	await session.waitFor(/› key id/);
	session.type(`WRONG-KEY-ID${enter}`);
	await session.waitFor(/› key /);
	session.type(`${secret}${enter}`);
	const failed = await session.waitFor(/does\s+not know the access key id/);
	expect(failed).toMatch(/AWS console,\s+IAM/);
	expect(failed).not.toContain(secret);
	session.type(enter);
	await session.waitFor(/› key id/);
	session.type(`AKIAIOSFODNN7EXAMPLE${enter}`);
	await session.waitFor(/Review /);
	session.type(down.repeat(9));
	const review = await session.waitFor(/bucket region/);
	expect(review).toMatch(/bucket region +eu-central-1 +found in the storage/);
	session.type(ctrlC);
	expect(await session.exits()).toBe(130);
	nothingMade();
});

test('asks about a prefix in use: another prefix continues, and only an empty one ends the question', async () => {
	const session = open(['--storage', 's3', '--storage-region', 'us-east-1', '--bucket', 'used-replica']);
	await session.waitFor(/› key id/);
	session.type(`AKIAIOSFODNN7EXAMPLE${enter}`);
	await session.waitFor(/› key /);
	session.type(`${secret}${enter}`);
	const question = await session.waitFor(/› restore[\s\S]*another prefix/);
	expect(question.replace(/\s+/g, ' ')).toContain('already contains a replica of Litestream 0.5.');
	expect(question.replace(/\s+/g, ' ')).toContain("silently destroy each other's replica.");
	expect(question).toMatch(/› another prefix/);
	session.type(enter);
	await session.waitFor(/› prefix/);
	session.type(`still-used${enter}`);
	await session.waitFor(/› restore[\s\S]*another prefix/);
	session.type(enter);
	await session.waitFor(/› prefix/);
	session.type(`free-1${enter}`);
	await session.waitFor(/Review /);
	session.type(down.repeat(9));
	const review = await session.waitFor(/prefix +free-1/);
	expect(review).not.toMatch(/restore +/);
	session.type(ctrlC);
	expect(await session.exits()).toBe(130);
	nothingMade();
});
