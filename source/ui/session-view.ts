import type {Session, SessionState} from '../core/session/session.ts';

/** The session as Ink draws it. */
export type SessionView = {
	readonly session: Session;
	/** `undefined` asks the screens to leave. */
	getState(): SessionState | undefined;
	subscribe(listener: () => void): () => void;
	show(): void;
	hide(): void;
	close(): void;
};

/** A run tells of many lines a second; the eye needs fewer frames. */
const flushEveryMs = 80;

/** Changes of a run are gathered, all others are shown at once. */
export function createSessionView(session: Session): SessionView {
	const listeners = new Set<() => void>();
	let shown: SessionState | undefined = session.getState();
	let isHidden = false;
	let timer: NodeJS.Timeout | undefined;

	const publish = () => {
		clearTimeout(timer);
		timer = undefined;
		const latest = isHidden ? undefined : session.getState();
		if (latest === shown) return;
		shown = latest;
		for (const listener of listeners) listener();
	};
	const unsubscribe = session.subscribe(() => {
		const {kind} = session.getState().screen;
		const isFlowing = (kind === 'running' || kind === 'watching') && shown?.screen.kind === kind;
		if (isFlowing) timer ??= setTimeout(publish, flushEveryMs);
		else publish();
	});

	return {
		session,
		getState: () => shown,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		show() {
			isHidden = false;
			publish();
		},
		hide() {
			isHidden = true;
			publish();
		},
		close() {
			clearTimeout(timer);
			unsubscribe();
			listeners.clear();
		},
	};
}
