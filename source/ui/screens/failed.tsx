import {useInput} from 'ink';
import {useState} from 'react';
import {useWindow} from '../look/window.tsx';
import {ButtonLine, useButtons} from '../parts/buttons.tsx';
import {bodyHeight, Frame} from '../parts/frame.tsx';
import {Line} from '../parts/lines.tsx';
import {useScroll} from '../parts/use-scroll.ts';
import {failureLines} from './failure-lines.tsx';
import {describeHeader} from './header.ts';
import {LogScreen} from './log-screen.tsx';
import type {ScreenProps} from './screen-props.ts';

export function FailedScreen({state, screen, session}: ScreenProps<'failed'>) {
	const window = useWindow();
	const {failure, run} = screen;
	const {questionId, canRetry} = failure;
	const [isLogOpen, setLogOpen] = useState(false);
	const retry = {label: 'Try again', onPress: () => session.report({type: 'retried'})};
	const buttons = useButtons(
		[
			...(questionId === undefined
				? []
				: [
						{
							label: 'Change the answer',
							onPress: () => session.report({type: 'changed-answer', id: questionId}),
						},
					]),
			...(canRetry ? [retry] : []),
			{label: 'Log', onPress: () => setLogOpen(true)},
			{label: 'Quit', onPress: () => session.report({type: 'quit'})},
		],
		!isLogOpen,
	);
	const all = failureLines(failure, window);
	const blanks = window.isShort ? 0 : 1;
	const height = Math.max(1, bodyHeight(window) - 1 - blanks);
	const scroll = useScroll({count: all.length, height, isActive: !isLogOpen});
	useInput(
		input => {
			if (input === 'l') setLogOpen(true);
			if (input === 'q') session.report({type: 'quit'});
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
				{key: 'ctrl-c', does: 'quit: it goes on where it stopped', short: 'quit'},
			]}
		/>
	);
}
