import {chmodSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {thisComputer} from '../../source/adapters/processes/this-computer.ts';
import {answerFlags, providerAnswers} from '../helpers/answers.ts';
import {makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {listProcesses, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {openTcpServer} from '../helpers/tcp-server.ts';

vi.setConfig({testTimeout: 180_000, hookTimeout: 60_000});

let rehearsal: Rehearsal;
beforeEach(() => {
	rehearsal = openRehearsal();
	copySample(rehearsal.packageFolder, rehearsal.folder);
});
afterEach(() => rehearsal.close());

/** Asks for something without a terminal and waits forever; so does its child, and neither minds a signal that can be ignored. */
function writeStubborn(
	name: string,
	word = 'version',
): {readonly path: string; readonly pids: () => readonly number[]} {
	const path = join(rehearsal.folder, '..', name);
	const pidPath = join(rehearsal.folder, '..', `${name}.pids`);
	const fly = makeFlyWrapper(rehearsal).path;
	const ignore = `trap '' INT TERM HUP`;
	writeFileSync(
		path,
		[
			'#!/bin/sh',
			`if [ "$1" != '${word}' ]; then exec '${fly}' "$@"; fi`,
			ignore,
			`(${ignore}; printf 'Password: '; while :; do sleep 300; done) &`,
			`printf '%s %s ' $$ $! > '${pidPath}'`,
			`printf 'Email: ' >&2`,
			'while :; do sleep 300; done',
			'',
		].join('\n'),
	);
	chmodSync(path, 0o755);
	return {
		path,
		pids: () => (existsSync(pidPath) ? readFileSync(pidPath, 'utf8').trim().split(' ').map(Number) : []),
	};
}

const words = (path: string) => ['setup', '--yes', ...answerFlags(), '--fly', path];

/** What is promised: the limit, the time to end in, and a second; and what a busy computer may add. */
const [limitMs, graceMs, promisedMs, slackMs] = [20_000, 1000, 1000, 4000];

test('a flyctl that waits at an invisible prompt is stopped after its limit, with its children', async () => {
	const stubborn = writeStubborn('asks');
	const startedAtMs = performance.now();
	const {exit, stderr} = await rehearsal.run(words(stubborn.path));
	const tookMs = performance.now() - startedAtMs;
	expect(exit).toBe(4);
	expect(stderr).toMatch(/^failed \(flyctl-missing\): .*asks is not flyctl/m);
	expect(tookMs).toBeGreaterThan(limitMs);
	expect(tookMs).toBeLessThan(limitMs + graceMs + promisedMs + slackMs);
	expect(stubborn.pids()).toHaveLength(2);
	expect(listProcesses(rehearsal.home)).toEqual([]);
	console.log(`back ${Math.round(tookMs - limitMs - graceMs)} ms after limit and grace`);
});

test.each([
	['SIGINT', 130],
	['SIGTERM', 143],
	['SIGHUP', 143],
] as const)('%s while it waits: back at once, and nothing is left', async (signal, code) => {
	const stubborn = writeStubborn('waits');
	const running = rehearsal.start(words(stubborn.path), {env: {FLY_API_TOKEN: 'somebody'}});
	await running.until(() => stubborn.pids().length === 2);
	const signalledAtMs = performance.now();
	running.kill(signal);
	const {exit} = await running.ended;
	const tookMs = performance.now() - signalledAtMs;
	expect(exit).toBe(code);
	expect(tookMs).toBeLessThan(promisedMs + slackMs);
	await expect.poll(() => stubborn.pids().filter(thisComputer.isAlive)).toEqual([]);
	await expect.poll(() => listProcesses(rehearsal.home)).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
	'%s while a read in the middle waits forever: back at once',
	async signal => {
		for (const command of ['setup', 'plan', 'verify']) {
			const stubborn = writeStubborn(`hangs-${command}`, 'auth');
			const asked =
				command === 'setup' ? words(stubborn.path) : [command, ...answerFlags(), '--fly', stubborn.path];
			const running = rehearsal.start(asked, {env: {FLY_API_TOKEN: 'somebody'}});
			await running.until(() => stubborn.pids().length === 2);
			const signalledAtMs = performance.now();
			running.kill(signal);
			const {exit} = await running.ended;
			expect([command, exit]).toEqual([command, signal === 'SIGINT' ? 130 : 143]);
			expect(performance.now() - signalledAtMs).toBeLessThan(promisedMs + slackMs);
			await expect.poll(() => stubborn.pids().filter(thisComputer.isAlive)).toEqual([]);
		}
	},
);

test.each(['setup', 'plan'])(
	'SIGINT while %s lists a bucket whose answer never ends: 130 at once',
	async command => {
		const wrapper = makeFlyWrapper(rehearsal);
		let asked = 0;
		const server = await openTcpServer(socket => {
			let timer: NodeJS.Timeout | undefined;
			socket.once('data', () => {
				asked += 1;
				socket.write(
					'HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ntransfer-encoding: chunked\r\n\r\n',
				);
				timer = setInterval(() => socket.write('1\r\n<\r\n'), 100);
			});
			socket.once('close', () => clearInterval(timer));
		});
		try {
			const flags = answerFlags('s3').flatMap(word =>
				word === 's3' ? ['custom', '--endpoint', `http://127.0.0.1:${server.port}`] : [word],
			);
			const running = rehearsal.start(
				[command, ...(command === 'setup' ? ['--yes'] : []), ...flags, '--fly', wrapper.path],
				{
					env: {...providerAnswers.s3.env, FLY_CONFIG_DIR: wrapper.configFolder},
				},
			);
			await running.until(() => asked > 0);
			const signalledAtMs = performance.now();
			running.kill('SIGINT');
			const {exit} = await running.ended;
			expect(exit).toBe(130);
			expect(performance.now() - signalledAtMs).toBeLessThan(promisedMs + slackMs);
			expect(rehearsal.world().calls.filter(({mutates}) => mutates)).toEqual([]);
		} finally {
			await server.close();
		}
	},
);
