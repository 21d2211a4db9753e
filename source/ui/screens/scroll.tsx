import {useInput} from 'ink';
import {type ReactElement, useMemo, useState} from 'react';
import type {RunState} from '../../core/session/run-state.ts';
import type {Screen, Session, SessionState} from '../../core/session/session.ts';
import {wrapText} from '../../core/text/width.ts';
import {editLine} from '../input/edit-line.ts';
import type {Tone} from '../look/theme.ts';
import {useWindow, type WindowSize} from '../look/window.tsx';
import {bodyHeight, Frame, type KeyHint} from '../parts/frame.tsx';
import {Line} from '../parts/lines.tsx';
import {type Scroll, useScroll} from '../parts/use-scroll.ts';

type Props = {
	readonly title: string;
	/** One terminal line each. */
	readonly lines: readonly ReactElement[];
	/** The key that opened it also closes it, like Esc, q, and Enter. */
	readonly toggle: string;
	readonly keys?: readonly KeyHint[];
	readonly onClose: () => void;
};

/** A long text over the whole window. */
export function ScrollScreen({title, lines, toggle, keys = [], onClose}: Props) {
	const window = useWindow();
	const scroll = useScroll({count: lines.length, height: bodyHeight(window), isActive: true});
	useInput((input, key) => {
		if (key.escape || key.return || input === toggle || input === 'q') onClose();
	});
	return (
		<Frame
			left={title}
			right={describePlace(scroll, lines.length)}
			lines={lines.slice(scroll.start, scroll.end)}
			keys={[...keys, ...moveKeys(scroll), {key: 'esc', does: 'close'}]}
		/>
	);
}

const describePlace = ({start, end, isScrollable}: Scroll, count: number) =>
	isScrollable ? `${start + 1}–${end} of ${count}` : '';

const moveKeys = ({isScrollable}: Scroll): readonly KeyHint[] =>
	isScrollable
		? [
				{key: '↑↓', does: 'move'},
				{key: 'pgup pgdn', does: 'page', isMinor: true},
			]
		: [];

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

/** The newest output lines, to follow and to search; older ones are in the log file. */
export function LogScreen({run, onClose}: {readonly run: RunState; readonly onClose: () => void}) {
	const window = useWindow();
	const [wanted, setWanted] = useState('');
	const [isTyping, setTyping] = useState(false);
	const texts = useMemo(() => {
		const printed = run.tail.length > 0 ? run.tail : ['No output yet.'];
		return printed.flatMap(text => wrapText(text, window.width));
	}, [run.tail, window.width]);
	const height = bodyHeight(window);
	const scroll = useScroll({count: texts.length, height, isActive: !isTyping, followsEnd: true});
	const matches = texts.flatMap((text, at) => (wanted && contains(text, wanted) ? [at] : []));
	const [current, setCurrent] = useState<number>();
	const select = (at: number | undefined) => {
		setCurrent(at);
		if (at !== undefined) scroll.goTo(at - Math.floor(height / 2));
	};
	const before = (at: number) => matches.findLast(match => match < at) ?? matches.at(-1);
	const after = (at: number) => matches.find(match => match > at) ?? matches[0];
	useInput((input, key) => {
		if (isTyping) {
			if (key.return) {
				setTyping(false);
				// The newest match is the likeliest one.
				select(before(scroll.end));
			} else if (key.escape) {
				setTyping(false);
				setWanted('');
			} else setWanted(text => editLine({text, cursor: text.length}, input, key)?.text ?? text);
			return;
		}

		if (input === '/') {
			setWanted('');
			setCurrent(undefined);
			setTyping(true);
		} else if (input === 'n') select(after(current ?? scroll.start - 1));
		else if (input === 'N') select(before(current ?? scroll.end));
		else if (input === 'f') scroll.goTo(texts.length);
		else if (key.escape && wanted) setWanted('');
		else if (key.escape || key.return || input === 'l' || input === 'q') onClose();
	});
	const first = run.linesPrinted - run.tail.length;
	const place =
		current === undefined || !matches.includes(current)
			? `${matches.length} found`
			: `match ${matches.indexOf(current) + 1} of ${matches.length}`;
	const status =
		scroll.isFollowing && scroll.isScrollable ? 'following' : describePlace(scroll, texts.length);
	return (
		<Frame
			left={first > 0 ? `Log from line ${first + 1} on` : 'Log'}
			right={isTyping ? `/${wanted}▌` : wanted ? `/${wanted}  ${place}` : status}
			rightTone={isTyping ? 'accent' : 'quiet'}
			lines={texts.slice(scroll.start, scroll.end).map((text, line) => (
				<Line
					key={text}
					tone={wanted && contains(text, wanted) ? 'accent' : 'quiet'}
					isBold={scroll.start + line === current}
				>
					{text || ' '}
				</Line>
			))}
			keys={
				isTyping
					? [
							{key: 'type', does: 'words to find'},
							{key: 'enter', does: 'find'},
							{key: 'esc', does: 'cancel'},
						]
					: [
							...moveKeys(scroll),
							{key: '/', does: 'search'},
							...(wanted ? [{key: 'n N', does: 'next, previous'}] : []),
							...(scroll.isFollowing ? [] : [{key: 'f', does: 'follow', isMinor: true}]),
							{key: 'esc', does: wanted ? 'clear' : 'close'},
						]
			}
		/>
	);
}

const contains = (text: string, wanted: string): boolean => text.toLowerCase().includes(wanted.toLowerCase());
