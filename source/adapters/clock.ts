import {setTimeout as wait} from 'node:timers/promises';
import type {Clock} from '../core/readers.ts';

export const realClock: Clock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
	speed: 1,
	sleep,
};

/**
Opens a clock on which sleep is `speed` times as fast as on the real one.

@param now - Returns its time, which already runs that fast, in milliseconds since 1970.
*/
export function openFastClock(now: () => number, speed: number): Clock {
	return {
		now,
		elapsed: () => performance.now() * speed,
		speed,
		sleep: (ms, signal) => sleep(ms / speed, signal),
	};
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
	try {
		await wait(ms, undefined, signal ? {signal} : {});
	} catch (error) {
		signal?.throwIfAborted();
		throw error;
	}
}
