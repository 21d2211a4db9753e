import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {type ProcessRequest, runProcess} from '../../source/adapters/process.ts';
import {thisComputer} from '../../source/adapters/processes/this-computer.ts';
import {until} from '../helpers/fake-fly.ts';

const {isAlive} = thisComputer;

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'phxfly-runner-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const request = (
	command: string,
	args: readonly string[],
	more: Partial<ProcessRequest> = {},
): ProcessRequest => ({
	command,
	args,
	environment: {PATH: process.env.PATH ?? ''},
	cwd: folder,
	timeoutMs: 60_000,
	graceMs: 500,
	keepBytes: 1_000_000,
	...more,
});
const shell = (script: string, more?: Partial<ProcessRequest>) =>
	runProcess(request('/bin/sh', ['-c', script], more));
const node = (script: string, more?: Partial<ProcessRequest>) =>
	runProcess(request(process.execPath, ['-e', script], more));

/** How much a busy machine may add to the grace time and the second that are promised. */
const slackMs = 1500;

const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim();

test('returns what it printed, where, and how it ended', async () => {
	expect(await shell('echo out; echo err >&2; exit 7')).toEqual({
		exit: 7,
		endedBy: 'itself',
		stdout: 'out\n',
		stderr: 'err',
		isCut: false,
	});
});

test('words reach the program as they are: no shell reads them', async () => {
	const words = ['$HOME', '*', "it's", '; echo no', 'a\nb', ''];
	const {stdout} = await node('console.log(JSON.stringify(process.argv.slice(1)))', {
		args: ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...words],
	});
	expect(JSON.parse(stdout)).toEqual(words);
});

test('the child gets only the given environment, and runs in the given folder', async () => {
	const script = 'console.log(JSON.stringify({env: process.env, cwd: process.cwd()}))';
	const {stdout} = await node(script, {environment: {ONLY: 'this'}});
	expect(JSON.parse(stdout)).toEqual({env: {ONLY: 'this'}, cwd: folder});
});

test('standard input is delivered whole and then closed', async () => {
	const input = 'ü'.repeat(100_000);
	const {stdout} = await node(
		"let n = 0; process.stdin.on('data', c => { n += c.length }).on('end', () => console.log(n))",
		{input},
	);
	expect(stdout).toBe('200000\n');
});

test('without input standard input is empty, so nothing waits for it', async () => {
	expect(await shell('cat; echo end')).toMatchObject({exit: 0, stdout: 'end\n'});
});

test('a program that does not read its input is not an error', async () => {
	expect(await shell('exit 3', {input: 'x'.repeat(1_000_000)})).toMatchObject({exit: 3, endedBy: 'itself'});
});

test('100,000 lines arrive all and in order', async () => {
	const lines: string[] = [];
	const {exit, isCut, stdout} = await shell('seq 1 100000', {
		onLine: (_, line) => lines.push(line),
		keepBytes: 1000,
	});
	expect([exit, lines.length, lines[0], lines[99_999]]).toEqual([0, 100_000, '1', '100000']);
	expect(lines.every((line, index) => line === String(index + 1))).toBe(true);
	expect([isCut, stdout.length]).toEqual([true, 1000]);
});

test.each([
	{keepBytes: 4, stdout: 'abcd', isCut: true},
	{keepBytes: 6, stdout: 'abcdef', isCut: false},
	{keepBytes: 0, stdout: '', isCut: true},
])('keeps $keepBytes bytes and reports whether more came', async ({keepBytes, stdout, isCut}) => {
	expect(await shell('printf abcdef', {keepBytes})).toMatchObject({stdout, isCut});
});

test('lines: progress, a last one without an end, bytes that are not text', async () => {
	const lines: string[] = [];
	const onLine: ProcessRequest['onLine'] = (stream, line) => lines.push(`${stream} ${line}`);
	await shell(String.raw`printf 'a\r10%%\r20%%\nb'; printf '\377\000x' >&2`, {onLine});
	expect(lines.filter(line => line.startsWith('stdout'))).toEqual([
		'stdout a',
		'stdout 10%',
		'stdout 20%',
		'stdout b',
	]);
	expect(lines.filter(line => line.startsWith('stderr'))).toEqual(['stderr \ufffd\0x']);
});

test('keeps the last 200 lines of stderr', async () => {
	const {stderr} = await shell('seq 1 1000 >&2');
	expect([stderr.split('\n').length, stderr.split('\n').at(-1)]).toEqual([200, '1000']);
});

test.each([
	{command: '/nowhere/flyctl', code: 'ENOENT'},
	{command: tmpdir(), code: 'EACCES'},
])('a program that cannot be started is an error with the code $code', async ({command, code}) => {
	await expect(runProcess(request(command, ['version']))).rejects.toMatchObject({code});
});

test('a signal that ends it leaves no exit code', async () => {
	expect(await shell('kill -9 $$')).toMatchObject({exit: undefined, endedBy: 'itself'});
});

/** Ignores what asks it to end, holds both pipes, and has a child that does the same. */
const stubborn = `trap '' INT TERM HUP; (trap '' INT TERM HUP; echo $$ > /dev/null; sleep 300) & echo $! > child; echo ready; sleep 300; sleep 300`;

test('after a time-out a stubborn group is gone within the grace time and a second', async () => {
	const start = performance.now();
	const result = await shell(stubborn, {timeoutMs: 700, graceMs: 500});
	expect(result).toMatchObject({exit: undefined, endedBy: 'time-out', stdout: 'ready\n'});
	expect(performance.now() - start).toBeLessThan(700 + 500 + 1000 + slackMs);
	await until(() => !isAlive(Number(read('child'))));
});

test('after a cancel too', async () => {
	const stop = new AbortController();
	let cancelledAt = 0;
	const result = await shell(stubborn, {
		signal: stop.signal,
		onLine() {
			cancelledAt = performance.now();
			stop.abort();
		},
	});
	expect(result.endedBy).toBe('cancel');
	expect(performance.now() - cancelledAt).toBeLessThan(500 + 1000 + slackMs);
	await until(() => !isAlive(Number(read('child'))));
});

test('a signal aborted before the start cancels immediately', async () => {
	expect(await shell('sleep 300', {signal: AbortSignal.abort()})).toMatchObject({endedBy: 'cancel'});
});

test('a program that ends itself on SIGINT gets its time, and its exit code is kept', async () => {
	const stop = new AbortController();
	const {exit, endedBy, stdout} = await shell(
		"trap 'echo bye; exit 42' INT; echo ready; while :; do sleep 0.05; done",
		{
			signal: stop.signal,
			graceMs: 30_000,
			onLine: () => stop.abort(),
		},
	);
	expect({exit, endedBy, stdout}).toEqual({exit: 42, endedBy: 'cancel', stdout: 'ready\nbye\n'});
});

test('a grandchild that keeps the pipes open after a good end blocks nothing, and is killed', async () => {
	const start = performance.now();
	const result = await shell('sleep 300 & echo $! > child; echo done');
	expect(result).toMatchObject({exit: 0, endedBy: 'itself', stdout: 'done\n'});
	expect(performance.now() - start).toBeLessThan(2000 + 1000 + slackMs);
	await until(() => !isAlive(Number(read('child'))));
});

test('tells of the child once it runs', async () => {
	let pid = 0;
	const {stdout} = await shell('echo $$', {
		onStart: child => {
			pid = child.pid;
		},
	});
	expect(stdout).toBe(`${pid}\n`);
});

test('nothing of a child is left when telling of it fails', async () => {
	let pid = 0;
	const failing = shell('sleep 300', {
		onStart(child) {
			pid = child.pid;
			throw new Error('the disk is full');
		},
	});
	await expect(failing).rejects.toThrow('the disk is full');
	await until(() => !isAlive(pid));
});
