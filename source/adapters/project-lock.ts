import {statSync, utimesSync} from 'node:fs';
import {hostname} from 'node:os';
import {dirname, join} from 'node:path';
import * as v from 'valibot';
import {Failure} from '../core/errors/failure.ts';
import {type Taking, tryLock} from '../lock/lock.ts';
import {ownPid, ownUserId} from './process.ts';
import {thisComputer} from './processes/this-computer.ts';
import {explainStateError} from './state/file.ts';
import {makeStateFolder} from './state/folder.ts';

const ownerSchema = v.object({pid: v.number(), startedAt: v.string(), host: v.string(), since: v.string()});
type Owner = v.InferOutput<typeof ownerSchema>;

const heartbeatMs = 5000;
const staleAfterMs = 60_000;

/**
Takes the lock that allows one phxfly per project. It is free once its owner on this host is gone; another host's lock needs `isBroken`.

@returns A function that releases it.
@throws {Failure} `locked` (exit 8) while another process has it, `state-not-safe` (exit 9) as `makeStateFolder`.
*/
export function takeProjectLock(folder: string, isBroken: boolean): () => void {
	makeStateFolder(folder, ownUserId);
	const path = join(folder, 'lock');
	const owner: Owner = {
		pid: ownPid,
		startedAt: thisComputer.startTimeOf(ownPid) ?? '',
		host: hostname(),
		since: new Date().toISOString(),
	};
	const taking = take(path, owner, isBroken);
	if (!taking.isTaken) throw lockedBy(parseOwner(taking.owner ?? ''));
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
		taking.release();
	};
}

function take(path: string, owner: Owner, isBroken: boolean): Taking {
	try {
		return tryLock({
			path,
			owner: JSON.stringify(owner),
			draft: `${path}.${ownPid}`,
			isFree: (text, at) => (isBroken && at === path) || isFree(at, parseOwner(text)),
		});
	} catch (error) {
		throw explainStateError(error, dirname(path));
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
	if (!thisComputer.isAlive(holder.pid)) return true;
	const startedAt = thisComputer.startTimeOf(holder.pid);
	if (startedAt !== undefined && holder.startedAt !== '') return startedAt !== holder.startedAt;
	const stats = statSync(path, {throwIfNoEntry: false});
	// A heartbeat in the future was written before this computer's date was set back.
	return !stats || Math.abs(Date.now() - stats.mtimeMs) > staleAfterMs;
}

function lockedBy(holder: Owner | undefined): Failure {
	const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : 'unknown process';
	return new Failure('locked', `Another phxfly process is running for this project (${who}).`, {
		hint: 'Wait for it to finish or stop it. If that computer is gone, pass --break-lock.',
	});
}
