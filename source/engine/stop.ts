import type {Stop} from '../core/run/ports.ts';

const shortGraceMs = 10_000;

/** Counts interrupts: the first stops safely, the second, or ten seconds, at once. */
export function createStop(): Stop & {
	interrupt(signal?: 'SIGINT' | 'SIGTERM'): void;
	readonly count: () => number;
	dispose(): void;
} {
	const soft = new AbortController();
	const hard = new AbortController();
	let count = 0;
	let by: 'interrupted' | 'terminated' = 'interrupted';
	let timer: NodeJS.Timeout | undefined;
	return {
		soft: soft.signal,
		hard: hard.signal,
		count: () => count,
		by: () => by,
		interrupt(signal) {
			if (count === 0 && signal === 'SIGTERM') by = 'terminated';
			count++;
			soft.abort();
			if (count > 1) hard.abort();
			else timer = setTimeout(() => hard.abort(), shortGraceMs);
		},
		dispose: () => clearTimeout(timer),
	};
}
