import {spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync} from 'node:fs';
import {getPriority} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {type Taking, tryLock} from '../../lock/lock.ts';

/**
Runs one action at a time across all processes that use the same folder, and survives SIGKILL of any of them at any point.

@param folder - Created if missing, 0700.
*/
export async function withLock<T>(folder: string, act: () => T): Promise<T> {
	mkdirSync(folder, {recursive: true, mode: 0o700});
	let taking = take(folder);
	for (let attempt = 0; !taking.isTaken; attempt++) {
		await sleep(Math.min(2 + attempt, 20));
		taking = take(folder);
	}

	sweep(folder);
	try {
		return act();
	} finally {
		taking.release();
	}
}

let self: {readonly pid: string; readonly startTime: string} | undefined;
let counter = 0;

/** `pid start-time number`: a pid alone may have gone to another process, and one process takes the lock many times. */
function take(folder: string): Taking {
	self ??= identify();
	const {pid, startTime} = self;
	const path = join(folder, 'lock');
	return tryLock({path, owner: `${pid} ${startTime} ${counter++}`, draft: `${path}.new-${pid}`, isFree});
}

/** Drafts of processes that were killed. */
function sweep(folder: string): void {
	for (const name of readdirSync(folder)) {
		const [, pid] = /\.new-(\d+)$/.exec(name) ?? [];
		if (pid !== undefined && !isAlive(pid)) rmSync(join(folder, name), {force: true});
	}
}

function identify(): {readonly pid: string; readonly startTime: string} {
	const pid = readOwnPid();
	return {pid, startTime: readStartTime(pid)};
}

function isFree(owner: string): boolean {
	const [pid = '', startTime = ''] = owner.split(' ');
	return !isAlive(pid) || (startTime !== '' && readStartTime(pid) !== startTime);
}

function readOwnPid(): string {
	try {
		return readlinkSync('/proc/self');
	} catch {
		return spawnSync('sh', ['-c', 'echo $PPID'], {encoding: 'utf8'}).stdout.trim();
	}
}

/** Returns the start time on Linux, where it is cheap to read; empty elsewhere. */
function readStartTime(pid: string): string {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return fields[0] === 'Z' ? 'zombie' : (fields[19] ?? '');
	} catch {
		return '';
	}
}

function isAlive(pid: string): boolean {
	try {
		getPriority(Number(pid));
		return true;
	} catch (error) {
		return !(error instanceof Error && error.message.includes('ESRCH'));
	}
}
