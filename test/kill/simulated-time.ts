import type {Clock} from '../../source/core/readers.ts';

export type SimulatedTime = Clock & {
	/** Waits for the work; whenever nothing can go on by itself, time passes at once until the next one that sleeps. */
	runUntil<T>(work: Promise<T>): Promise<T>;
};

type Sleeper = {readonly dueMs: number; wake(): void};

/** A clock on which waiting takes no time. @param startMs - Milliseconds since 1970. */
export function createSimulatedTime(startMs: number): SimulatedTime {
	let nowMs = startMs;
	const sleepers: Sleeper[] = [];

	const remove = (sleeper: Sleeper) => {
		const at = sleepers.indexOf(sleeper);
		if (at >= 0) sleepers.splice(at, 1);
	};
	const takeNext = () => {
		// Of those that are due at the same time, the one that lay down first.
		const [first, ...others] = sleepers;
		if (!first) throw new Error('Everybody waits, and nobody for the time to pass.');
		const next = others.reduce((best, other) => (other.dueMs < best.dueMs ? other : best), first);
		remove(next);
		return next;
	};

	return {
		now: () => nowMs,
		sleep: (ms, signal) =>
			new Promise((resolve, reject) => {
				const sleeper: Sleeper = {
					dueMs: nowMs + Math.max(0, ms),
					wake() {
						signal?.removeEventListener('abort', onAbort);
						resolve();
					},
				};
				const onAbort = () => {
					remove(sleeper);
					reject(signal?.reason);
				};
				if (signal?.aborted) return reject(signal.reason);
				signal?.addEventListener('abort', onAbort, {once: true});
				sleepers.push(sleeper);
			}),
		async runUntil(work) {
			let isOver = false;
			const end = () => {
				isOver = true;
			};
			work.then(end, end);
			while (true) {
				// Everything that can go on without time has gone on when this comes round.
				await new Promise(resolve => setImmediate(resolve));
				if (isOver) return work;
				const next = takeNext();
				nowMs = Math.max(nowMs, next.dueMs);
				next.wake();
			}
		},
	};
}
