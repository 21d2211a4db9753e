import {createHash} from 'node:crypto';
import {
	linkSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import * as v from 'valibot';
import {Failure} from '../core/errors/failure.ts';
import {explainStateError} from './file-errors.ts';
import {isAlive, ownPid, startTimeOf} from './process.ts';

const ownerSchema = v.object({pid: v.number(), startedAt: v.string(), host: v.string(), since: v.string()});
type Owner = v.InferOutput<typeof ownerSchema>;

const heartbeatMs = 5000;
const staleAfterMs = 60_000;

/**
One phxfly a project. The lock is free at once when its owner, on this host, is gone; another host's needs `isBroken`.

@returns Releases it.
@throws {Failure} `locked` (exit 8) while somebody else holds it.
*/
export function takeProjectLock(folder: string, isBroken: boolean): () => void {
	mkdirSync(folder, {recursive: true, mode: 0o700});
	const path = join(folder, 'lock');
	const draft = `${path}.${ownPid}`;
	const owner: Owner = {
		pid: ownPid,
		startedAt: startTimeOf(ownPid) ?? '',
		host: hostname(),
		since: new Date().toISOString(),
	};
	try {
		writeFileSync(draft, JSON.stringify(owner), {mode: 0o600});
	} catch (error) {
		throw explainStateError(error, folder);
	}

	try {
		claim(path, draft, isBroken);
	} finally {
		rmSync(draft, {force: true});
	}

	const heartbeat = setInterval(() => {
		try {
			utimesSync(path, new Date(), new Date());
		} catch {
			// The folder is gone, with the lock in it.
		}
	}, heartbeatMs);
	heartbeat.unref();
	return () => {
		clearInterval(heartbeat);
		if (parseOwner(readText(path) ?? '')?.pid === ownPid) rmSync(path, {force: true});
	};
}

/**
Puts the draft where the lock is. A dead owner's lock is replaced, never removed: between removing and making, two would
each remove the other's. Who replaces it holds the claim that is named after what the dead one wrote, and a claim is
itself a lock of this kind, for whoever is killed holding it.
*/
function claim(path: string, draft: string, isBroken: boolean): void {
	for (let attempt = 0; ; attempt++) {
		try {
			linkSync(draft, path);
			return;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		}

		const text = readText(path);
		const holder = parseOwner(text ?? '');
		if (attempt >= 9 || !(isBroken || isFree(path, holder))) throw lockedBy(holder);
		if (text === undefined) continue;
		const claimed = `${path}.${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
		claim(claimed, draft, false);
		if (readText(path) === text) {
			renameSync(claimed, path);
			return;
		}

		rmSync(claimed, {force: true});
	}
}

function readText(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}

function parseOwner(text: string): Owner | undefined {
	try {
		const parsed = v.safeParse(ownerSchema, JSON.parse(text));
		return parsed.success ? parsed.output : undefined;
	} catch {
		return undefined;
	}
}

function isFree(path: string, holder: Owner | undefined): boolean {
	if (!holder) return true;
	if (holder.host !== hostname()) return false;
	if (!isAlive(holder.pid)) return true;
	const startedAt = startTimeOf(holder.pid);
	if (startedAt !== undefined && holder.startedAt !== '') return startedAt !== holder.startedAt;
	const stats = statSync(path, {throwIfNoEntry: false});
	return !stats || Date.now() - stats.mtimeMs > staleAfterMs;
}

function lockedBy(holder: Owner | undefined): Failure {
	const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : 'another process';
	return new Failure('locked', `Another phxfly works on this project: ${who}.`, {
		hint: 'Wait for it, or end it; if it is gone for good: phxfly --break-lock.',
	});
}
