import {spawnSync} from 'node:child_process';
import {
	linkSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {getPriority} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

const released = 'released';
let ownIdentity: string | undefined;
let counter = 0;

/**
Runs one thing at a time among all processes that use the same folder, and survives SIGKILL of any of them at any point.

Whoever holds the lock owns the file with the highest number. A file is made by `link`, so it never lacks its owner's name;
the next number may be taken only when the owner of the highest has released it or is gone, and the numbers never start again:
so two takers of a dead one's place cannot both win, and nobody ever deletes a living one's lock.

@param folder - Made if it is missing, 0700.
*/
export async function withLock<T>(folder: string, act: () => T): Promise<T> {
	mkdirSync(folder, {recursive: true, mode: 0o700});
	const mine = await takeLock(folder);
	try {
		return act();
	} finally {
		const note = writeNote(folder, released);
		renameSync(note, join(folder, String(mine)));
	}
}

async function takeLock(folder: string): Promise<number> {
	for (let attempt = 0; ; attempt++) {
		const highest = findHighest(folder);
		if (highest === 0 || isFree(join(folder, String(highest)))) {
			const mine = tryLink(folder, highest + 1);
			if (mine !== undefined) return mine;
		}
		await sleep(Math.min(2 + attempt, 20));
	}
}

function tryLink(folder: string, number: number): number | undefined {
	const note = writeNote(folder, identify());
	try {
		linkSync(note, join(folder, String(number)));
	} catch (error) {
		if (hasCode(error, 'EEXIST')) return undefined;
		throw error;
	} finally {
		rmSync(note, {force: true});
	}
	const highest = findHighest(folder);
	if (highest !== number) {
		rmSync(join(folder, String(number)), {force: true});
		return undefined;
	}
	sweep(folder, number);
	return number;
}

/** The last number but one stays, so that a reader never finds the folder empty. */
function sweep(folder: string, number: number): void {
	for (const name of readdirSync(folder)) {
		const old = Number(name);
		if (Number.isInteger(old) ? old < number - 1 : isLeftOver(name))
			rmSync(join(folder, name), {force: true});
	}
}

function isLeftOver(name: string): boolean {
	const [, pid] = /^note-(\d+)-/.exec(name) ?? [];
	return pid !== undefined && !isAlive(pid);
}

function findHighest(folder: string): number {
	return Math.max(0, ...readdirSync(folder).map(Number).filter(Number.isInteger));
}

function isFree(path: string): boolean {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		if (hasCode(error, 'ENOENT')) return false;
		throw error;
	}
	if (text === released) return true;
	const [pid = '', startTime = ''] = text.split(' ');
	return !isAlive(pid) || (startTime !== '' && readStartTime(pid) !== startTime);
}

function writeNote(folder: string, text: string): string {
	const [pid] = identify().split(' ');
	const path = join(folder, `note-${pid}-${counter++}`);
	writeFileSync(path, text, {mode: 0o600});
	return path;
}

/** `pid start-time`: a pid alone may have gone to another process. */
function identify(): string {
	if (ownIdentity === undefined) {
		const pid = readOwnPid();
		ownIdentity = `${pid} ${readStartTime(pid)}`;
	}
	return ownIdentity;
}

function readOwnPid(): string {
	try {
		return readlinkSync('/proc/self');
	} catch {
		return spawnSync('sh', ['-c', 'echo $PPID'], {encoding: 'utf8'}).stdout.trim();
	}
}

/** Only Linux tells it cheaply; empty elsewhere. */
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

function hasCode(error: unknown, code: string): boolean {
	return error instanceof Error && 'code' in error && error.code === code;
}
