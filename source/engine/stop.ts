import type {Stop} from '../core/run/ports.ts';

const shortGraceMs = 10_000;

/** Counts interrupts: the first one stops safely. A second one, or ten seconds, stops at once. */
export function createStop(): Stop {
	const graceful = new AbortController();
	const forced = new AbortController();
	let reason: 'interrupted' | 'terminated' = 'interrupted';
	return {
		graceful: graceful.signal,
		forced: forced.signal,
		reason: () => reason,
		interrupt(signal) {
			if (graceful.signal.aborted) {
				forced.abort();
				return;
			}

			if (signal === 'SIGTERM') reason = 'terminated';
			graceful.abort();
			setTimeout(() => forced.abort(), shortGraceMs).unref();
		},
	};
}
