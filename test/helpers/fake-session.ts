import type {Session, SessionIntent, SessionState} from '../../source/core/session/session.ts';

export type FakeSession = Session & {
	readonly intents: readonly SessionIntent[];
	set(state: SessionState): void;
	setNow(ms: number): void;
};

/** A session that stands still until a test moves it, and writes down what is reported to it. */
export function createFakeSession(
	initial: SessionState,
	onReport?: (intent: SessionIntent) => void,
): FakeSession {
	let state = initial;
	let nowMs = 134_000;
	const listeners = new Set<() => void>();
	const intents: SessionIntent[] = [];
	return {
		intents,
		getState: () => state,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		report(intent) {
			intents.push(intent);
			onReport?.(intent);
		},
		now: () => nowMs,
		set(changed) {
			state = changed;
			for (const listener of listeners) listener();
		},
		setNow(ms) {
			nowMs = ms;
		},
	};
}
