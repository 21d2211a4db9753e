import {type ChildProcess, spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import {ownPid} from '../../source/adapters/process.ts';
import {thisComputer} from '../../source/adapters/processes/this-computer.ts';
import {takeProjectLock} from '../../source/adapters/project-lock.ts';
import {Failure} from '../../source/core/errors/failure.ts';
import {bundleScript} from '../helpers/bundle-script.ts';

let script: string;
let crowd: string;
let folder: string;
let children: ChildProcess[];

beforeAll(async () => {
	script = await bundleScript(`
		import {takeProjectLock} from './source/adapters/project-lock.ts';
		process.stdin.once('data', () => {
			try {
				const release = takeProjectLock(process.argv[2], false);
				console.log('taken');
				process.stdin.once('data', () => { release(); console.log('released'); process.exit(); });
			} catch (error) {
				console.log('refused ' + error.code + ' ' + error.exit);
				process.exit();
			}
		});
		console.log('ready');
	`);
	crowd = await bundleScript(`
		import {hostname} from 'node:os';
		import {join} from 'node:path';
		import {renameSync, rmSync, writeFileSync} from 'node:fs';
		import {takeProjectLock} from './source/adapters/project-lock.ts';
		process.stdin.once('data', () => {
			const folder = process.argv[2];
			const alone = join(folder, 'alone');
			const dead = join(folder, 'dead.' + process.pid);
			let held = 0;
			for (let tries = 0; tries < 20000 && held < 150; tries++) {
				try {
					takeProjectLock(folder, false);
				} catch (error) {
					if (error.code !== 'locked') throw error;
					continue;
				}
				try {
					writeFileSync(alone, '', {flag: 'wx'});
				} catch {
					console.log('two at once');
					process.exit();
				}
				held++;
				writeFileSync(dead, JSON.stringify({pid: 2 ** 30, startedAt: '', host: hostname(), since: process.pid + '.' + held}));
				rmSync(alone);
				renameSync(dead, join(folder, 'lock'));
			}
			console.log('held ' + held);
			process.exit();
		});
		console.log('ready');
	`);
});
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'phxfly-lock-'));
	children = [];
});
afterEach(() => {
	for (const child of children) child.kill('SIGKILL');
	rmSync(folder, {recursive: true, force: true});
});

const lock = () => join(folder, 'lock');
const take = (isBroken = false) => takeProjectLock(folder, isBroken);
const writeOwner = (owner: object) =>
	writeFileSync(lock(), JSON.stringify({pid: ownPid, startedAt: '', host: hostname(), since: 'x', ...owner}));

/** Another process that takes the lock on demand. */
async function start(program = script): Promise<{
	child: ChildProcess;
	said: (word: string) => Promise<string>;
	tell(): void;
}> {
	const child = spawn(process.execPath, [program, folder], {stdio: ['pipe', 'pipe', 'inherit']});
	children.push(child);
	let text = '';
	const wakes = new Set<() => void>();
	child.stdout.on('data', chunk => {
		text += chunk;
		for (const wake of wakes) wake();
	});
	const said = (word: string) =>
		new Promise<string>(resolve => {
			const look = () => {
				const line = text.split('\n').find(each => new RegExp(`^(?:${word})`).test(each));
				if (line) resolve(line);
			};
			wakes.add(look);
			look();
		});
	await said('ready');
	return {child, said, tell: () => void child.stdin.write('go')};
}

test('one process at a time; the next one after its release', async () => {
	const other = await start();
	other.tell();
	await other.said('taken');
	expect(() => take()).toThrow(Failure);
	expect(() => take()).toThrow(`process ${other.child.pid} on ${hostname()}`);
	other.tell();
	await other.said('released');
	const release = take();
	expect(statSync(lock()).mode & 0o777).toBe(0o600);
	release();
	expect(readdirSync(folder)).toEqual([]);
});

test('a taken lock is exit 8, and the message says how to continue', async () => {
	const release = take();
	const other = await start();
	other.tell();
	expect(await other.said('refused')).toBe('refused locked locked');
	release();
});

test('it is free immediately when its owner was killed', async () => {
	const other = await start();
	other.tell();
	await other.said('taken');
	const gone = new Promise(resolve => other.child.on('exit', resolve));
	other.child.kill('SIGKILL');
	await gone;
	take()();
});

test('of many processes that retry a lock whose owner died, never two have it', async () => {
	writeOwner({pid: 2 ** 30, since: 'first'});
	const all = await Promise.all(Array.from({length: 4}, () => start(crowd)));
	for (const {tell} of all) tell();
	const words = await Promise.all(all.map(({said}) => said('held|two at once')));
	expect(words).not.toContain('two at once');
	expect(words).toContain('held 150');
	await Promise.all(
		all.map(({child}) => child.exitCode ?? new Promise(resolve => child.on('exit', resolve))),
	);
	expect(readdirSync(folder).filter(name => name !== 'lock')).toEqual([]);
});

test('a process killed while replacing the lock of a dead owner blocks no other', () => {
	writeOwner({pid: 2 ** 30});
	const dead = readFileSync(lock(), 'utf8');
	const claim = `${lock()}.${createHash('sha256').update(dead).digest('hex').slice(0, 8)}`;
	writeFileSync(claim, dead.replace('"since":"x"', '"since":"y"'));
	take()();
	expect(readdirSync(folder)).toEqual([]);
});

test('a lock that is a broken link is an error, not a wait', () => {
	symlinkSync(join(folder, 'nowhere'), lock());
	expect(() => take()).toThrow(Failure);
});

test('a pid that another process has now does not count', () => {
	if (thisComputer.startTimeOf(ownPid) === undefined) return;
	writeOwner({startedAt: '1'});
	take()();
});

test.each([
	{name: 'of more than a minute ago', atMs: -61_000},
	{name: 'from before the date was set back', atMs: 3_600_000},
])('where no start time tells, a heartbeat of the last minute does, and one $name does not', ({atMs}) => {
	writeOwner({});
	expect(() => take()).toThrow('Another phxfly');
	const at = new Date(Date.now() + atMs);
	utimesSync(lock(), at, at);
	take()();
});

test('the lock of another computer needs to be broken, however old it is', () => {
	writeOwner({host: 'elsewhere', pid: 1});
	const old = new Date(0);
	utimesSync(lock(), old, old);
	expect(() => take()).toThrow('elsewhere');
	take(true)();
	expect(existsSync(lock())).toBe(false);
});

test.each(['', '{"pid":', '{"pid":"1"}', 'null'])('a lock without an owner (%j) is free', text => {
	writeFileSync(lock(), text);
	take()();
});

test('releases only its own lock', () => {
	const release = take();
	writeOwner({pid: 1});
	release();
	expect(JSON.parse(readFileSync(lock(), 'utf8'))).toMatchObject({pid: 1});
});

test('makes the folder, for the owner alone', () => {
	folder = join(folder, 'deep', 'er');
	take()();
	expect(statSync(folder).mode & 0o777).toBe(0o700);
});
