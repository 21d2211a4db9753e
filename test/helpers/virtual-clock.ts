import type {Clock} from '../../source/core/readers.ts';

export type VirtualClock = Clock & {
	/** Every requested sleep, in order. */
	readonly slept: readonly number[];
	/** Sets the date this much forward, or back; `elapsed` does not notice. */
	setForward(ms: number): void;
};

/** What `elapsed` starts with: not what `now` does, so that no one mixes them up unnoticed. */
export const firstElapsedMs = 5000;

/** Opens a clock that stops while anything happens, and jumps to the end of the next sleep when nothing does. */
export function openVirtualClock(startMs = 0): VirtualClock {
	let elapsedMs = firstElapsedMs;
	let aheadMs = startMs - firstElapsedMs;
	let sleepers: {readonly atMs: number; wake(): void}[] = [];
	let isPumping = false;
	const slept: number[] = [];

	const pump = async () => {
		if (isPumping) return;
		isPumping = true;
		while (sleepers.length > 0) {
			// Work that does not sleep finishes first.
			for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
			const [next] = sleepers.sort((a, b) => a.atMs - b.atMs);
			if (!next) break;
			sleepers = sleepers.filter(sleeper => sleeper !== next);
			elapsedMs = Math.max(elapsedMs, next.atMs);
			next.wake();
		}

		isPumping = false;
	};

	return {
		slept,
		now: () => elapsedMs + aheadMs,
		elapsed: () => elapsedMs,
		speed: 1,
		setForward(ms) {
			aheadMs += ms;
		},
		sleep(ms, signal) {
			slept.push(ms);
			return new Promise((resolve, reject) => {
				if (signal?.aborted) {
					reject(signal.reason);
					return;
				}

				const sleeper = {
					atMs: elapsedMs + ms,
					wake() {
						signal?.removeEventListener('abort', onAbort);
						resolve();
					},
				};
				const onAbort = () => {
					sleepers = sleepers.filter(each => each !== sleeper);
					reject(signal?.reason);
				};
				sleepers.push(sleeper);
				signal?.addEventListener('abort', onAbort, {once: true});
				void pump();
			});
		},
	};
}
