import {useInput} from 'ink';
import type {ReactElement} from 'react';
import type {RunState} from '../../core/session/run-state.ts';
import type {Screen, Session, SessionState} from '../../core/session/session.ts';
import {wrapText} from '../../core/text/width.ts';
import type {Tone} from '../look/theme.ts';
import {useWindow, type WindowSize} from '../look/window.tsx';
import {bodyHeight, Frame} from '../parts/frame.tsx';
import {Line} from '../parts/lines.tsx';
import {useScroll} from '../parts/use-scroll.ts';

type Props = {
	readonly title: string;
	/** One terminal line each. */
	readonly lines: readonly ReactElement[];
	/** The key that opened it also closes it, like Esc, q, and Enter. */
	readonly toggle: string;
	readonly followsEnd?: boolean;
	readonly onClose: () => void;
};

/** A long text over the whole window. */
export function ScrollScreen({title, lines, toggle, followsEnd = false, onClose}: Props) {
	const window = useWindow();
	const height = bodyHeight(window);
	const scroll = useScroll({count: lines.length, height, isActive: true, followsEnd});
	useInput((input, key) => {
		if (key.escape || key.return || input === toggle || input === 'q') onClose();
	});
	const place = scroll.isScrollable ? `${scroll.start + 1}–${scroll.end} of ${lines.length}` : '';
	return (
		<Frame
			left={title}
			right={place}
			lines={lines.slice(scroll.start, scroll.end)}
			keys={[
				...(scroll.isScrollable
					? [
							{key: '↑↓', does: 'move'},
							{key: 'pgup pgdn', does: 'page', isMinor: true},
						]
					: []),
				{key: 'esc', does: 'close'},
			]}
		/>
	);
}

type Header = {readonly left: string; readonly right: string; readonly rightTone: Tone};

const rehearsal = {long: 'rehearsal: nothing real happens', short: 'rehearsal'};

/** @param info - Text on the right, for example the elapsed time. */
export function describeHeader(state: SessionState, {isNarrow}: WindowSize, info = ''): Header {
	const {app, profile, folder, isRehearsal, screen} = state;
	const isRunning = ['running', 'watching', 'failed'].includes(screen.kind);
	const name = isRunning && app ? app : ['phxfly', profile, folder].filter(Boolean).join(' · ');
	if (!isRehearsal) return {left: name, right: info, rightTone: 'quiet'};
	if (isNarrow) return {left: `${rehearsal.short} · ${name}`, right: info, rightTone: 'quiet'};
	if (info) return {left: `${name} · ${rehearsal.long}`, right: info, rightTone: 'quiet'};
	return {left: name, right: rehearsal.long, rightTone: 'warn'};
}

/** The props of every screen: its state, and the session to report user actions to. */
export type ScreenProps<Kind extends Screen['kind']> = {
	readonly state: SessionState;
	readonly screen: Extract<Screen, {kind: Kind}>;
	readonly session: Session;
};

/** The newest output lines; older ones are in the log file. */
export function LogScreen({run, onClose}: {readonly run: RunState; readonly onClose: () => void}) {
	const first = run.linesPrinted - run.tail.length;
	const title = first > 0 ? `Log from line ${first + 1} on` : 'Log';
	const {width} = useWindow();
	const printed = run.tail.length > 0 ? run.tail : ['No output yet.'];
	const lines = printed.flatMap(text => wrapText(text, width));
	return (
		<ScrollScreen
			title={title}
			toggle="l"
			followsEnd
			onClose={onClose}
			lines={lines.map(text => (
				<Line key={text} tone="quiet">
					{text || ' '}
				</Line>
			))}
		/>
	);
}
