import {createHash} from 'node:crypto';
import {linkSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';

type Lock = {
	/** The file that is the lock. */
	readonly path: string;
	/** Written into it; another text each time, so that what is given back is only our own. */
	readonly owner: string;
	/** Written here first, in the same folder, since a lock never lacks its owner's name; another path for each process. */
	readonly draft: string;
	/** Whether whoever wrote this holds the lock at this path no more. */
	readonly isFree: (owner: string, path: string) => boolean;
};

export type Taking =
	| {readonly isTaken: true; release(): void}
	| {readonly isTaken: false; readonly owner: string | undefined};

/** Takes a lock that one process at a time can hold, and that whoever is killed with SIGKILL, at any point, leaves to others. */
export function tryLock(lock: Lock): Taking {
	const {path, owner, draft} = lock;
	writeFileSync(draft, owner, {mode: 0o600});
	try {
		const holder = claim(path, lock);
		if (holder) return {isTaken: false, owner: holder.owner};
	} finally {
		rmSync(draft, {force: true});
	}

	return {
		isTaken: true,
		release() {
			if (readText(path) === owner) rmSync(path, {force: true});
		},
	};
}

const mostAttempts = 10;

/**
Puts the draft where the lock is. A dead owner's lock is replaced, never removed: between removing and making, two would
each remove the other's. Who replaces it holds the claim that is named after what the dead one wrote, and a claim is
itself a lock of this kind, for whoever is killed holding it.

@returns Who holds it instead.
*/
function claim(path: string, lock: Lock): {readonly owner: string | undefined} | undefined {
	for (let attempt = 1; ; attempt++) {
		try {
			linkSync(lock.draft, path);
			return undefined;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		}

		const owner = readText(path);
		if (attempt === mostAttempts || (owner !== undefined && !lock.isFree(owner, path))) return {owner};
		if (owner === undefined) continue;
		const claimed = `${path}.${createHash('sha256').update(owner).digest('hex').slice(0, 8)}`;
		const holder = claim(claimed, lock);
		if (holder) return holder;
		if (readText(path) === owner) {
			renameSync(claimed, path);
			return undefined;
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
