import type {Stop} from '../core/run/ports.ts';

const shortGraceMs = 10_000;

/** Counts interrupts: the first stops safely, the second, or ten seconds, at once. */
export function createStop(): Stop & {
	interrupt(signal?: 'SIGINT' | 'SIGTERM'): void;
	readonly count: () => number;
	dispose(): void;
} {
	const graceful = new AbortController();
	const forced = new AbortController();
	let count = 0;
	let by: 'interrupted' | 'terminated' = 'interrupted';
	let timer: NodeJS.Timeout | undefined;
	return {
		graceful: graceful.signal,
		forced: forced.signal,
		count: () => count,
		by: () => by,
		interrupt(signal) {
			if (count === 0 && signal === 'SIGTERM') by = 'terminated';
			count++;
			graceful.abort();
			if (count > 1) forced.abort();
			else timer = setTimeout(() => forced.abort(), shortGraceMs);
		},
		dispose: () => clearTimeout(timer),
	};
}
