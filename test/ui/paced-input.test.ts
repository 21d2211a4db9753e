import {afterEach, beforeAll, expect, test} from 'vitest';
import {bundleScript} from '../helpers/bundle-script.ts';
import {type OpenTerminal, openTerminal} from '../helpers/terminal.ts';

/** A bundle: to load the sources one by one takes seconds, in each of these tests. */
let harness: string;
beforeAll(async () => {
	harness = await bundleScript("import './test/helpers/session-harness.ts';");
});

const open = (...args: readonly string[]): OpenTerminal => {
	terminal = openTerminal(process.execPath, [harness, ...args], {env: {NODE_ENV: 'production'}});
	return terminal;
};
let terminal: OpenTerminal | undefined;
afterEach(() => terminal?.kill('SIGKILL'));

const keys72 = 'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(2);

test('keeps all of 72 keys that come without a gap, and restores the terminal', async () => {
	const screen = open();
	await screen.waitFor(/› app/);
	for (const key of keys72) screen.type(key);
	screen.type('\r');
	await screen.waitFor(/› org/);
	screen.type('second\r');
	await screen.waitFor(/› mail/);
	screen.type('re_1234567890abcdef4f2a');
	await screen.waitFor(/ends in 4f2a/);
	expect(screen.raw()).not.toContain('1234567890abcdef');
	screen.type('\r');

	expect(await screen.exits()).toBe(0);
	expect(screen.scrollback().replace(/\n +/g, '')).toContain(JSON.stringify(keys72));
	expect(screen.scrollback()).toContain('raw mode off, the end');
	expect(screen.raw().lastIndexOf('\u001b[?2004l')).toBeGreaterThan(
		screen.raw().lastIndexOf('\u001b[?2004h'),
	);
	expect(screen.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.raw().lastIndexOf('\u001b[?25l'));
});

test('fills two fields from one chunk', async () => {
	const screen = open();
	await screen.waitFor(/› app/);
	screen.type('abc\rdef\r');
	await screen.waitFor(/› mail/);
	screen.type('\r');
	await screen.exits();
	expect(screen.scrollback()).toMatch(/typed 0\s+"abc"\n.*typed 1\s+"def"\n.*typed 2\s+""/);
});

test('accepts a paste as one clean value without submitting', async () => {
	const screen = open();
	await screen.waitFor(/› app/);
	screen.type('\u001b[200~he\u0007\nllo\u001b[31m\r\n\u001b[20');
	screen.type('1~');
	await screen.waitFor(/› app +hello/);
	screen.type('\u001b');
	await screen.waitFor(/This is the first question/);
	screen.type('!\r');
	await screen.waitFor(/› org/);
	screen.type('\u001b');
	await screen.waitFor(/› app/);
	screen.type('\u0003');
	await screen.exits();
	expect(screen.scrollback()).toContain('Quit. Nothing was changed in your account.');
	expect(screen.scrollback()).toContain('raw mode off, the end');
});

test("knows the shell's editing keys", async () => {
	const screen = open();
	await screen.waitFor(/› app/);
	screen.type('one two-three\u0017four\u0001>\u0005<\u001b[D\u001b[D\u001b[D!');
	await screen.waitFor(/› app +>one two-fo!ur</);
	screen.type('\u0015x\u001b[3~');
	await screen.waitFor(/› app +xr</);
	screen.type('\u001b[H\u001b[D\u001b[D0\r');
	await screen.waitFor(/› org/);
	screen.type('\r');
	await screen.waitFor(/› mail/);
	screen.type('\r');
	await screen.exits();
	expect(screen.scrollback()).toContain('"0xr<"');
});

test('releases the terminal to another program and takes it back', async () => {
	const screen = open('suspend');
	await screen.waitFor(/another program has the terminal, raw mode off[\s\S]*› app/);
	screen.type('abc');
	await screen.waitFor(/› app +abc/);
	screen.type('\u0003');
	expect(await screen.exits()).toBe(0);
});

test('restores the terminal when a run is stopped', async () => {
	const screen = open('running');
	await screen.waitFor(/Deploy +1:58/);
	screen.type('l');
	await screen.waitFor(/Log from line/);
	screen.type('\u001b[H\u001b');
	await screen.waitFor(/Deploy/);
	screen.type('\u0003');
	expect(await screen.exits()).toBe(0);
	expect(screen.scrollback()).toContain('blog-1 · stopped after 2 min 14 s');
	expect(screen.scrollback()).toContain('raw mode off, the end');
});

test('follows the window', async () => {
	const screen = open('running');
	await screen.waitFor(/Create the app/);
	screen.resize(40, 10);
	await screen.waitFor(/● \d+ done/);
	screen.resize(100, 30);
	await screen.waitFor(/Create the app/);
	screen.type('\u0003');
	await screen.exits();
});

test('restores the terminal when it is terminated', async () => {
	const screen = open('running');
	await screen.waitFor(/Deploy +1:58/);
	process.kill(screen.pid, 'SIGTERM');
	expect(await screen.exits()).toBe(143);
	expect(screen.raw().lastIndexOf('\u001b[?2004l')).toBeGreaterThan(
		screen.raw().lastIndexOf('\u001b[?2004h'),
	);
	expect(screen.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.raw().lastIndexOf('\u001b[?25l'));
});

test('c copies the DNS records to the clipboard, one on a line', async () => {
	const screen = open('running with records');
	await screen.waitFor(/r copy DNS records/);
	screen.type('r');
	await screen.waitFor(/c copy/);
	screen.type('c');
	await screen.waitFor(/Copied, if your terminal allows it/);
	const records = 'blog.example.com\tA\t66.241.124.3\nblog.example.com\tAAAA\t2a09:8280:1::3ea:0';
	expect(screen.raw()).toContain(`\u001b]52;c;${Buffer.from(records).toString('base64')}\u0007`);
});
