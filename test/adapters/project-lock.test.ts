import {type ChildProcess, spawn} from 'node:child_process';
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import {ownPid, startTimeOf} from '../../source/adapters/process-runner.ts';
import {takeProjectLock} from '../../source/adapters/project-lock.ts';
import {Failure} from '../../source/core/errors.ts';
import {bundleScript} from '../helpers/bundle-script.ts';

let script: string;
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

/** Another process that takes the lock when it is told to. */
async function start(): Promise<{
	child: ChildProcess;
	said: (word: string) => Promise<string>;
	tell(): void;
}> {
	const child = spawn(process.execPath, [script, folder], {stdio: ['pipe', 'pipe', 'inherit']});
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

test('one process at a time; the next may when it is given back', async () => {
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

test('the refusal is exit 8, and says how to go on', async () => {
	const release = take();
	const other = await start();
	other.tell();
	expect(await other.said('refused')).toBe('refused locked locked');
	release();
});

test('it is free at once when its owner was killed', async () => {
	const other = await start();
	other.tell();
	await other.said('taken');
	const gone = new Promise(resolve => other.child.on('exit', resolve));
	other.child.kill('SIGKILL');
	await gone;
	take()();
});

test('of many that come at once to a dead owner’s lock exactly one gets it', async () => {
	for (let round = 0; round < 4; round++) {
		writeOwner({pid: 2 ** 30});
		const all = await Promise.all(Array.from({length: 5}, start));
		for (const {tell} of all) tell();
		const words = await Promise.all(all.map(({said}) => said('taken|refused')));
		expect(words.filter(word => word === 'taken')).toHaveLength(1);
		for (const {child} of all) child.kill('SIGKILL');
		await Promise.all(
			all.map(
				({child}) => child.exitCode ?? child.signalCode ?? new Promise(resolve => child.on('exit', resolve)),
			),
		);
		rmSync(lock());
	}
});

test('an owner’s number that another process has now is no owner', () => {
	if (startTimeOf(ownPid) === undefined) return;
	writeOwner({startedAt: '1'});
	take()();
});

test('where no start time tells, a heartbeat of the last minute does', () => {
	writeOwner({});
	expect(() => take()).toThrow('Another phxfly');
	const old = new Date(Date.now() - 61_000);
	utimesSync(lock(), old, old);
	take()();
});

test('another computer’s lock needs to be broken, however old it is', () => {
	writeOwner({host: 'elsewhere', pid: 1});
	const old = new Date(0);
	utimesSync(lock(), old, old);
	expect(() => take()).toThrow('elsewhere');
	take(true)();
	expect(existsSync(lock())).toBe(false);
});

test.each(['', '{"pid":', '{"pid":"1"}', 'null'])('a lock that says nothing (%j) holds nobody up', text => {
	writeFileSync(lock(), text);
	take()();
});

test('what is given back is only our own', () => {
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
