import type {Clock} from '../core/readers.ts';

/** After this long without a line somebody wonders. Milliseconds on the run's clock. */
const silenceMs = 60_000;
const pollMs = 500;

/**
Calls back each time nothing was heard for a minute.

@returns `heard` to call for every line, `stop` to end it.
*/
export function watchForSilence(
	clock: Clock,
	onSilence: (seconds: number) => void,
): {heard(): void; stop(): void} {
	let lastMs = clock.now();
	let announcedMs = lastMs;
	const timer = setInterval(() => {
		const now = clock.now();
		if (now - Math.max(lastMs, announcedMs) < silenceMs) return;
		announcedMs = now;
		onSilence(Math.round((now - lastMs) / 1000));
	}, pollMs);
	timer.unref();
	return {
		heard() {
			lastMs = clock.now();
		},
		stop: () => clearInterval(timer),
	};
}
