import {useApp, useInput} from 'ink';
import {useEffect, useSyncExternalStore} from 'react';
import type {Session, SessionState} from '../core/session/session.ts';
import {FailedScreen} from './screens/failed.tsx';
import {LookingScreen} from './screens/looking.tsx';
import {QuestionScreen} from './screens/question.tsx';
import {ReviewScreen} from './screens/review.tsx';
import {RunningScreen} from './screens/running.tsx';
import {WatchingScreen} from './screens/watching.tsx';
import type {SessionView} from './session-view.ts';

/** Draws the session's screen. Without a state it leaves, with an empty last frame. */
export function SessionApp({view}: {readonly view: SessionView}) {
	const state = useSyncExternalStore(view.subscribe, view.getState);
	// Its own subscription keeps the terminal in raw mode while one screen gives way to another.
	useInput((input, key) => {
		if (!key.ctrl || input !== 'c') return;
		view.session.report({type: state?.screen.kind === 'running' ? 'interrupted' : 'quit'});
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
			return null;
	}
}

/** From an effect, when the empty frame is drawn: exit at once would leave the frame before it. */
function Leave() {
	const {exit} = useApp();
	useEffect(() => exit(), [exit]);
	return null;
}
