import {useInput} from 'ink';
import {type ReactElement, useState} from 'react';
import type {FailureView} from '../../core/session/session.ts';
import {wrapText} from '../../core/text/width.ts';
import {useTheme} from '../look/theme.ts';
import {useWindow, type WindowSize} from '../look/window.tsx';
import {ButtonLine, useButtons} from '../parts/buttons.tsx';
import {bodyHeight, Frame} from '../parts/frame.tsx';
import {type Labelled, Line, labelledLines} from '../parts/lines.tsx';
import {useScroll} from '../parts/use-scroll.ts';
import {describeHeader, LogScreen, type ScreenProps} from './scroll.tsx';

/** Returns what happened, what exists now, what to do, and what a program printed. */
export function failureLines(
	failure: FailureView,
	{width, isNarrow, isShort}: WindowSize,
): readonly ReactElement[] {
	const {title, happened, printed, exists, hint, code} = failure;
	const blank = isShort ? [] : [<Line key="blank"> </Line>];
	const rows: readonly Labelled[] = [
		{label: isNarrow ? 'happened' : 'what happened', value: happened},
		{
			label: isNarrow ? 'exists' : 'what exists',
			value: exists ? exists.join(', ') || 'nothing was created' : '',
		},
		{label: isNarrow ? 'to do' : 'what to do', value: hint, tone: 'accent'},
		{label: 'code', value: code, tone: 'quiet'},
	];
	return [
		...wrapText(`✕ ${title}`, width).map(text => (
			<Line key={text} tone="bad" isBold>
				{text}
			</Line>
		)),
		...blank,
		...labelledLines(
			rows.filter(({value}) => value !== ''),
			{width, labelWidth: isNarrow ? 10 : 16, indent: isNarrow ? 0 : 2},
		),
		...(printed.length > 0 ? blank : []),
		...printed
			.flatMap(line => wrapText(line, width - 2))
			.map((text, at) => ({text, key: `printed ${at}`}))
			.map(({text, key}) => (
				<Line key={key} indent={isNarrow ? 0 : 2} tone="quiet">
					{text}
				</Line>
			)),
	];
}

export function FailedScreen({state, screen, session}: ScreenProps<'failed'>) {
	const window = useWindow();
	const {failure, run} = screen;
	const {questionId, canRetry, canLogIn} = failure;
	const [isLogOpen, setLogOpen] = useState(false);
	const retry = {label: 'Try again', onPress: () => session.dispatch({type: 'retried'})};
	const buttons = useButtons(
		[
			...(canLogIn ? [{label: 'Log in', onPress: () => session.dispatch({type: 'chose-login'})}] : []),
			...(questionId === undefined
				? []
				: [
						{
							label: 'Change the answer',
							onPress: () => session.dispatch({type: 'changed-answer', id: questionId}),
						},
					]),
			...(canRetry ? [retry] : []),
			{label: 'Log', onPress: () => setLogOpen(true)},
			{label: 'Quit', onPress: () => session.dispatch({type: 'quit'})},
		],
		!isLogOpen,
	);
	const all = failureLines(failure, window);
	const blanks = window.isShort ? 0 : 1;
	const {look} = useTheme();
	const height = look.isScreenReader ? all.length : Math.max(1, bodyHeight(window) - 1 - blanks);
	const scroll = useScroll({count: all.length, height, isActive: !isLogOpen});
	useInput(
		input => {
			if (input === 'l') setLogOpen(true);
			if (input === 'q') session.dispatch({type: 'quit'});
		},
		{isActive: !isLogOpen},
	);
	if (isLogOpen) return <LogScreen run={run} onClose={() => setLogOpen(false)} />;

	return (
		<Frame
			{...describeHeader(state, window)}
			lines={[
				...all.slice(scroll.start, scroll.end),
				...(blanks ? [<Line key="above buttons"> </Line>] : []),
				<ButtonLine key="buttons" {...buttons} />,
			]}
			keys={[
				{key: '←→', does: 'move'},
				{key: 'enter', does: 'choose'},
				...(scroll.isScrollable ? [{key: '↑↓', does: 'scroll'}] : []),
				{key: 'l', does: 'log', isMinor: true},
				{key: 'ctrl-c', does: 'quit (resume later)', short: 'quit'},
			]}
		/>
	);
}
