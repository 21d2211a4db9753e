import {createHash} from 'node:crypto';
import {
	closeSync,
	constants,
	linkSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';

type Lock = {
	/** The file that is the lock. */
	readonly path: string;
	/** Written into the lock; unique each time, so that a process releases only its own lock. */
	readonly owner: string;
	/** Where the owner is written first, in the same folder, so that a lock always names its owner; another path for each process. */
	readonly draft: string;
	/** Returns whether this owner no longer holds the lock at this path. */
	readonly isFree: (owner: string, path: string) => boolean;
};

export type Taking =
	| {readonly isTaken: true; release(): void}
	| {readonly isTaken: false; readonly owner: string | undefined};

/** Takes a lock that one process at a time can hold. After a SIGKILL at any point, others can take it. */
export function tryLock(lock: Lock): Taking {
	const {path, owner, draft} = lock;
	try {
		// A killed process with the same id may have left one; a new file follows no link.
		rmSync(draft, {force: true});
		writeFileSync(draft, owner, {mode: 0o600, flag: 'wx'});
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
Puts the draft in the place of the lock. A dead owner's lock is replaced, never removed: if two processes removed and
created it, each could remove the other's. A process first takes the claim, named after the dead owner's text, and then
replaces the lock. A claim is a lock of the same kind, so a killed claimant blocks no one.

@returns The current owner, if the lock is taken.
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

/** Follows no link, and waits at no pipe; Windows has neither flag. */
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function readText(path: string): string | undefined {
	try {
		const handle = openSync(path, readFlags);
		try {
			return readFileSync(handle, 'utf8');
		} finally {
			closeSync(handle);
		}
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}
