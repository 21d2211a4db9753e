import {execFileSync} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {existsSync, readFileSync} from 'node:fs';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {realClock} from '../../../source/adapters/clock.ts';
import {openExecutor} from '../../../source/adapters/executor.ts';
import {ownPid, runProcess} from '../../../source/adapters/process.ts';
import type {Processes} from '../../../source/adapters/processes/processes.ts';
import {openPs} from '../../../source/adapters/processes/ps.ts';
import {thisComputer} from '../../../source/adapters/processes/this-computer.ts';
import type {PendingCall} from '../../../source/core/journal.ts';
import {createRedactor} from '../../../source/core/secrets/redact.ts';
import {until} from '../../helpers/fake-fly.ts';

vi.setConfig({testTimeout: 60_000});

const isLinux = existsSync('/proc/self/environ');
const ways: readonly {readonly name: string; readonly processes: Processes}[] = [
	{name: 'as this system shows them', processes: thisComputer},
	...(isLinux ? [{name: 'with ps', processes: openPs('e')}] : []),
];

const started: number[] = [];
afterEach(() => {
	for (const pid of started.splice(0)) killQuietly(pid);
	vi.unstubAllEnvs();
});

function killQuietly(pid: number): void {
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// It has ended.
	}
}

/** Starts a program in its own process group whose parent has ended, as a killed phxfly leaves one. */
async function startOrphan(
	command: readonly string[],
	environment: Readonly<Record<string, string>> = {},
): Promise<number> {
	const script = 'setsid "$@" > /dev/null 2>&1 < /dev/null & echo $!';
	const setting = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
	const words = ['-c', script, 'sh', '/usr/bin/env', '-i', ...setting, ...command];
	const pid = Number(execFileSync('/bin/sh', words, {encoding: 'utf8'}));
	started.push(pid);
	// Until then, it is still the shell or `env`.
	await until(
		() =>
			execFileSync('ps', ['-ww', '-o', 'command=', '-p', `${pid}`], {encoding: 'utf8'}).trim() ===
			command.join(' '),
	);
	return pid;
}

/** Sleeps for a number of seconds that no other process has. */
const sleepWords = () => ['/bin/sleep', `${3000 + Math.random() * 1000}`] as const;

describe.each(ways)('processes, $name', ({processes}) => {
	const {isAlive, startTimeOf, hasInEnvironment, findChild} = processes;

	test('marker and start time identify a child while it runs', async () => {
		const value = randomUUID();
		const marker = `PHXFLY_TEST=${value}`;
		const call = {marker, command: ['/bin/sh'], startedAtMs: Date.now()};
		const stop = new AbortController();
		let pid = 0;
		let hasLooked = false;
		await runProcess({
			command: '/bin/sh',
			args: ['-c', 'echo ready; sleep 300'],
			environment: {PATH: process.env.PATH ?? '', PHXFLY_TEST: value},
			cwd: '/',
			...{timeoutMs: 60_000, graceMs: 500, keepBytes: 1000},
			signal: stop.signal,
			onStart: child => {
				pid = child.pid;
			},
			onLine() {
				hasLooked = true;
				expect(isAlive(pid)).toBe(true);
				expect(startTimeOf(pid)).toMatch(/\d/);
				expect(startTimeOf(pid)).toBe(startTimeOf(pid));
				expect(hasInEnvironment(pid, marker)).toBe(true);
				expect(hasInEnvironment(pid, `${marker}-other`)).toBe(false);
				expect(findChild(call)).toBe(pid);
				stop.abort();
			},
		});
		expect(hasLooked).toBe(true);
		await until(() => !isAlive(pid));
		expect(findChild(call)).toBeUndefined();
		expect(startTimeOf(pid)).toBeUndefined();
		expect(hasInEnvironment(pid, marker)).toBeUndefined();
		expect(isAlive(ownPid)).toBe(true);
	});

	test.runIf(isLinux)('a zombie is not alive', async () => {
		const stop = new AbortController();
		let isZombieAlive: boolean | undefined;
		await runProcess({
			command: '/bin/sh',
			args: ['-c', 'sleep 0 & echo $!; exec sleep 300'],
			environment: {PATH: process.env.PATH ?? ''},
			cwd: '/',
			...{timeoutMs: 60_000, graceMs: 500, keepBytes: 1000},
			signal: stop.signal,
			async onLine(_, line) {
				await until(() => / Z /.test(readFileSync(`/proc/${line}/stat`, 'utf8')));
				isZombieAlive = isAlive(Number(line));
				stop.abort();
			},
		});
		expect(isZombieAlive).toBe(false);
	});

	test('a start time is the same in every language and time zone', () => {
		const before = startTimeOf(ownPid);
		vi.stubEnv('TZ', 'Asia/Kolkata');
		vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
		expect(startTimeOf(ownPid)).toBe(before);
	});
});

describe.runIf(isLinux)(
	'the child of a call that no one could record, where ps hides its environment',
	() => {
		const {findChild, isAlive} = openPs('e');
		const find = (command: readonly string[], startedAtMs = Date.now()) =>
			findChild({marker: `PHXFLY_MARKER=${randomUUID()}`, command, startedAtMs});

		test('is found by its words and its time', async () => {
			const words = sleepWords();
			const startedAtMs = Date.now();
			const pid = await startOrphan(words);
			expect(find(words, startedAtMs)).toBe(pid);
			expect(find([...words, '-a', 'blog-1'], startedAtMs)).toBeUndefined();
			expect(find(['/usr/bin/sleep', words[1]], startedAtMs)).toBeUndefined();
			expect(find(words, startedAtMs + 10_000)).toBeUndefined();
			expect(find(words, startedAtMs - 120_000)).toBeUndefined();
		});

		test('is not one with a parent, one of another group, or one with another marker', async () => {
			const words = sleepWords();
			await startOrphan(words, {PHXFLY_MARKER: 'another'});
			expect(find(words)).toBeUndefined();
			await startOrphan(['/bin/sh', '-c', `${words.join(' ')} & wait`]);
			const [program, seconds] = words;
			const stop = new AbortController();
			const withParent = runProcess({
				...{command: program, args: [seconds], environment: {}, cwd: '/'},
				...{timeoutMs: 60_000, graceMs: 500, keepBytes: 1000},
				signal: stop.signal,
			});
			await until(() => listSleeps(seconds) === 3);
			expect(find(words)).toBeUndefined();
			stop.abort();
			await withParent;
		});

		test('is not one of two that look the same', async () => {
			const words = sleepWords();
			await startOrphan(words);
			expect(find(words)).toBeTypeOf('number');
			await startOrphan(words);
			expect(find(words)).toBeUndefined();
		});

		test('is stopped as an orphan, and nothing else is', async () => {
			const [program, seconds] = sleepWords();
			const stranger = await startOrphan(sleepWords());
			const startedAtMs = Date.now();
			const pid = await startOrphan([program, seconds]);
			const executor = openExecutor({
				...({flyctl: {}, files: {}} as Pick<Parameters<typeof openExecutor>[0], 'flyctl' | 'files'>),
				...{command: [program], processes: openPs('e'), backupFolder: '/', redactor: createRedactor()},
				clock: {...realClock, sleep: () => new Promise(setImmediate)},
			});
			const call = {
				marker: 'm',
				step: 'deploy',
				argv: [seconds],
				before: [],
				startedAtMs,
			} satisfies PendingCall;
			expect(await executor.stopOrphan(call)).toBe(true);
			await until(() => !isAlive(pid));
			expect(isAlive(stranger)).toBe(true);
			expect(await executor.stopOrphan(call)).toBe(false);
		});
	},
);

const listSleeps = (seconds: string) =>
	execFileSync('ps', ['-A', '-ww', '-o', 'command='], {encoding: 'utf8'})
		.split('\n')
		.filter(line => line === `/bin/sleep ${seconds}`).length;

describe.each([
	{
		name: 'macOS',
		plain: [
			'    1     0     1 Sat Nov  7 09:01:02 2026     /sbin/launchd',
			'  371     1   371 Fri Nov 27 22:10:40 2026     /usr/libexec/logd',
			'80213     1 80213 Fri Nov 27 22:11:08 2026     /opt/homebrew/bin/fly deploy -a blog-1 ',
			'80214 80213 80213 Fri Nov 27 22:11:08 2026     git rev-parse HEAD',
		],
	},
	{
		name: 'Linux',
		plain: [
			'      1       0       1 Sat Nov  7 09:01:02 2026 /sbin/init splash',
			'      2       0       0 Sat Nov  7 09:01:02 2026 [kthreadd]',
			'  80213       1   80213 Fri Nov 27 22:11:08 2026 /opt/homebrew/bin/fly deploy -a blog-1',
			'  80214   80213   80213 Fri Nov 27 22:11:08 2026 git rev-parse HEAD',
		],
	},
])('what ps prints on $name', ({plain}) => {
	const marker = 'PHXFLY_MARKER=0b5a';
	const startedAtMs = Date.UTC(2026, 10, 27, 22, 11, 7, 900);
	const command = ['/opt/homebrew/bin/fly', 'deploy', '-a', 'blog-1'];
	/** @param environments - What follows the words of a process, by its pid. */
	const open = (lines: readonly string[], environments: Readonly<Record<string, string>>) => {
		const shown = (line: string) =>
			`${line} ${environments[line.trim().split(/ +/)[0] ?? ''] ?? ''}`.trimEnd();
		return openPs('-E', options => {
			const all = options.includes('-E') ? lines.map(shown) : lines;
			const pid = options.at(options.indexOf('-p') + 1);
			if (!options.includes('-p')) return `${all.join('\n')}\n`;
			const line = all.find(each => each.trim().startsWith(`${pid} `));
			return `${line?.replace(/^.* \d{4} +/, '') ?? ''}\n`;
		});
	};

	test('the marker finds the child that leads its group', () => {
		const {findChild} = open(plain, {80213: `HOME=/h ${marker}`, 80214: `HOME=/h ${marker}`});
		expect(findChild({marker, command: ['another'], startedAtMs: 0})).toBe(80_213);
	});

	test('where it hides the environment, words and time do', () => {
		const {findChild} = open(plain, {371: 'HOME=/h'});
		expect(findChild({marker, command, startedAtMs})).toBe(80_213);
		expect(findChild({marker, command, startedAtMs: startedAtMs + 5000})).toBeUndefined();
		expect(findChild({marker, command: ['fly', ...command.slice(1)], startedAtMs})).toBeUndefined();
		const withParent = plain.map(line => line.replace(/^(\s*80213\s+)1 /, '$1371 '));
		expect(open(withParent, {}).findChild({marker, command, startedAtMs})).toBeUndefined();
	});

	test('another marker speaks against it', () => {
		const {findChild} = open(plain, {80213: 'HOME=/h PHXFLY_MARKER=ffff'});
		expect(findChild({marker, command, startedAtMs})).toBeUndefined();
	});

	test.each([
		{of: 'another language', change: (line: string) => line.replace('Fri Nov 27', 'Fr 27 Nov')},
		{of: 'another system', change: (line: string) => line.replace(/^\s*\d+ /, 'root ')},
		{of: 'a failure', change: () => 'ps: illegal option -- E'},
	])('a line of $of does not count as a process', ({change}) => {
		expect(open(plain.map(change), {}).findChild({marker, command, startedAtMs})).toBeUndefined();
	});
});
