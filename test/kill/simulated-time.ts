import type {Clock} from '../../source/core/readers.ts';

export type SimulatedTime = Clock & {
	/** Waits for the work. When everything sleeps, time jumps to the end of the next sleep. */
	runUntil<T>(work: Promise<T>): Promise<T>;
};

type Sleeper = {readonly dueMs: number; wake(): void};

/** Opens a clock on which waiting takes no time. @param startMs - Milliseconds since 1970. */
export function createSimulatedTime(startMs: number): SimulatedTime {
	let nowMs = startMs;
	const sleepers: Sleeper[] = [];

	const remove = (sleeper: Sleeper) => {
		const at = sleepers.indexOf(sleeper);
		if (at >= 0) sleepers.splice(at, 1);
	};
	const takeNext = () => {
		// Of sleeps that end at the same time, the first to start.
		const [first, ...others] = sleepers;
		if (!first) throw new Error('Everything waits, and nothing for the time to pass.');
		const next = others.reduce((best, other) => (other.dueMs < best.dueMs ? other : best), first);
		remove(next);
		return next;
	};

	return {
		now: () => nowMs,
		elapsed: () => nowMs,
		speed: 1,
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
				// By then everything that needs no time has continued.
				await new Promise(resolve => setImmediate(resolve));
				if (isOver) return work;
				const next = takeNext();
				nowMs = Math.max(nowMs, next.dueMs);
				next.wake();
			}
		},
	};
}
