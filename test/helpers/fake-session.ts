import type {Session, SessionState, UserAction} from '../../source/core/session/session.ts';

export type FakeSession = Session & {
	readonly actions: readonly UserAction[];
	set(state: SessionState): void;
	setNow(ms: number): void;
};

/** Opens a session that changes only when the test says so, and records dispatched actions. */
export function createFakeSession(
	initial: SessionState,
	onDispatch?: (call: UserAction) => void,
): FakeSession {
	let state = initial;
	let nowMs = 134_000;
	const listeners = new Set<() => void>();
	const actions: UserAction[] = [];
	return {
		actions,
		getState: () => state,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		dispatch(call) {
			actions.push(call);
			onDispatch?.(call);
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
