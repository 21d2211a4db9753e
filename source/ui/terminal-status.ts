import type {Session, SessionState} from '../core/session/session.ts';
import {estimateProgress} from '../core/session/time-left.ts';
import {toPlainText} from '../core/text/text.ts';

/** What the terminal shows besides the screen. */
export type TerminalSignals = {
	/** A title of the window, and a bell. */
	readonly hasTitle: boolean;
	/** Progress in the tab or taskbar, OSC 9;4: other terminals take that for a notification. */
	readonly hasProgress: boolean;
};

const [saveTitle, restoreTitle, bell] = ['\u001b[22;2t', '\u001b[23;2t', '\u0007'];

/**
Shows title and progress of a run, and rings when it is over or waits for you. Writes no character that moves the cursor,
so Ink's frames stay where they are.

@returns What ends it and restores the title.
@see {@link https://learn.microsoft.com/en-us/windows/terminal/tutorials/progress-bar-sequences | OSC 9;4}
*/
export function reportToTerminal(
	session: Session,
	write: (text: string) => void,
	{hasTitle, hasProgress}: TerminalSignals,
): () => void {
	if (!hasTitle) return () => {};
	let [title, progress] = ['', ''];
	let before = session.getState();
	write(saveTitle);
	const show = () => {
		const state = session.getState();
		const nextTitle = describeTitle(state);
		if (nextTitle !== title) write(`\u001b]2;${nextTitle}\u0007`);
		title = nextTitle;
		const nextProgress = hasProgress ? describeProgress(state, session.now()) : '';
		if (nextProgress !== progress) write(`\u001b]9;4;${nextProgress || none}\u0007`);
		progress = nextProgress;
		if (wantsYou(before, state)) write(bell);
		before = state;
	};
	show();
	const unsubscribe = session.subscribe(show);
	return () => {
		unsubscribe();
		if (progress !== '') write(`\u001b]9;4;${none}\u0007`);
		write(restoreTitle);
	};
}

const none = '0;';

function describeTitle({app, screen}: SessionState): string {
	const doing =
		'run' in screen ? screen.run.steps.find(({status}) => status === 'running')?.title : undefined;
	const words = {running: doing ?? 'running', watching: 'waiting', failed: 'failed', done: 'done'};
	const state = screen.kind in words ? words[screen.kind as keyof typeof words] : undefined;
	return [app ?? 'phxfly', state].flatMap(text => (text ? [toPlainText(text)] : [])).join(': ');
}

/** Returns the state and the percentage of OSC 9;4: 1 is a share, 2 an error, 3 unknown. */
function describeProgress({screen}: SessionState, nowMs: number): string {
	if (screen.kind === 'failed') return '2;100';
	if (screen.kind === 'watching') return '3;0';
	if (screen.kind !== 'running') return '';
	const progress = estimateProgress(screen.run, nowMs);
	return progress ? `1;${Math.min(99, Math.round(100 * progress.share))}` : '3;0';
}

/** Tells whether a run has ended, or now waits for you. */
const wantsYou = ({screen: before}: SessionState, {screen: now}: SessionState): boolean =>
	(before.kind === 'running' || before.kind === 'watching') &&
	(now.kind === 'done' ||
		now.kind === 'failed' ||
		(now.kind === 'running' && isHeld(now) && !isHeld(before)));

const isHeld = (screen: SessionState['screen']) => screen.kind === 'running' && screen.lease !== undefined;
