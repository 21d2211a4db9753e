import {useApp, useInput} from 'ink';
import {useEffect, useSyncExternalStore} from 'react';
import type {Session, SessionState} from '../core/session/session.ts';
import {FailedScreen} from './screens/failed.tsx';
import {LookingScreen} from './screens/looking.tsx';
import {QuestionScreen} from './screens/question.tsx';
import {ReviewScreen} from './screens/review.tsx';
import {RunningScreen} from './screens/running.tsx';
import {WatchingScreen} from './screens/watching.tsx';

/** The session, drawn with Ink. */
type SessionView = {
	readonly session: Session;
	/** `undefined` closes the screens. */
	getState(): SessionState | undefined;
	subscribe(listener: () => void): () => void;
	show(): void;
	hide(): void;
	close(): void;
};

/** A run can report many lines a second; redrawing less often is enough. */
const flushEveryMs = 80;

/** Batches changes during a run and shows all others immediately. */
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

/** Draws the session's screen. Without a state it exits after an empty last frame. */
export function SessionApp({view}: {readonly view: SessionView}) {
	const state = useSyncExternalStore(view.subscribe, view.getState);
	// A separate subscription keeps the terminal in raw mode while screens change.
	useInput((input, key) => {
		if (!key.ctrl || input !== 'c') return;
		view.session.dispatch({type: state?.screen.kind === 'running' ? 'interrupted' : 'quit'});
	});
	return state ? <CurrentScreen state={state} session={view.session} /> : <Leave />;
}

function CurrentScreen({state, session}: {readonly state: SessionState; readonly session: Session}) {
	const {screen} = state;
	switch (screen.kind) {
		case 'looking':
			return <LookingScreen state={state} screen={screen} session={session} />;
		case 'question':
			return <QuestionScreen key={screen.question.id} state={state} screen={screen} session={session} />;
		case 'review':
			return <ReviewScreen state={state} screen={screen} session={session} />;
		case 'running':
			return <RunningScreen state={state} screen={screen} session={session} />;
		case 'watching':
			return <WatchingScreen state={state} screen={screen} session={session} />;
		case 'failed':
			return <FailedScreen state={state} screen={screen} session={session} />;
		case 'done':
		case 'left':
			return null;
	}
}

/** Exits from an effect, after the empty frame is drawn. An immediate exit would leave the previous frame on screen. */
function Leave() {
	const {exit} = useApp();
	useEffect(() => exit(), [exit]);
	return null;
}
