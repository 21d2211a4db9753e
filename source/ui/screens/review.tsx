import {useInput} from 'ink';
import {useState} from 'react';
import {wrapText} from '../../core/text/text.ts';
import {useWindow} from '../look/window.tsx';
import {ButtonLine, useButtons} from '../parts/buttons.tsx';
import {bodyHeight, Frame} from '../parts/frame.tsx';
import {Line} from '../parts/lines.tsx';
import {useScroll} from '../parts/use-scroll.ts';
import {AnswerPicker} from './answer-picker.tsx';
import {describeHeader} from './header.ts';
import {commandLines, diffLines} from './review-details.tsx';
import {detailLines, reviewLines} from './review-lines.tsx';
import type {ScreenProps} from './screen-props.ts';
import {ScrollScreen} from './scroll.tsx';

type View = 'summary' | 'diff' | 'commands' | 'picker';

export function ReviewScreen({state, screen, session}: ScreenProps<'review'>) {
	const window = useWindow();
	const {review} = screen;
	const [view, setView] = useState<View>('summary');
	const isActive = view === 'summary';
	const buttons = useButtons(
		[
			{label: 'Start', onPress: () => session.report({type: 'started'})},
			{label: 'Change an answer', onPress: () => setView('picker')},
			{label: 'Quit', onPress: () => session.report({type: 'quit'})},
		],
		isActive,
	);
	const {isShort, width} = window;
	const headline = wrapText(`Review   ${review.headline}`, width).map(text => (
		<Line key={text} isBold>
			{text}
		</Line>
	));
	// In a short window the headline scrolls with the rest.
	const all = [...(isShort ? headline : []), ...reviewLines(review, window)];
	const height = Math.max(1, bodyHeight(window) - (isShort ? 2 : headline.length + 6));
	const scroll = useScroll({count: all.length, height, isActive});
	useInput(
		(input, key) => {
			if (input === 'd') setView('diff');
			else if (input === 'c' && !key.ctrl) setView('commands');
			else if (input === 'q') session.report({type: 'quit'});
			else if (key.escape) session.report({type: 'went-back'});
		},
		{isActive},
	);

	const close = () => setView('summary');
	if (view === 'diff') {
		const title = `Files: ${review.files.length}`;
		return <ScrollScreen title={title} toggle="d" lines={diffLines(review, window.width)} onClose={close} />;
	}

	if (view === 'commands') {
		const title = `Commands: ${review.commands.length}`;
		return (
			<ScrollScreen title={title} toggle="c" lines={commandLines(review, window.width)} onClose={close} />
		);
	}

	if (view === 'picker') {
		const handlePick = (id: string) => session.report({type: 'changed-answer', id});
		return <AnswerPicker rows={review.rows} onPick={handlePick} onClose={close} />;
	}

	const lines = [
		...(isShort ? [] : [...headline, <Line key="below headline"> </Line>]),
		...all.slice(scroll.start, scroll.end),
		...detailLines(review, all.length - scroll.end, window),
		<ButtonLine key="buttons" {...buttons} />,
	];
	return (
		<Frame
			{...describeHeader(state, window)}
			lines={lines}
			keys={[
				...(scroll.isScrollable ? [{key: '↑↓', does: 'scroll'}] : []),
				{key: '←→', does: 'move', isMinor: isShort},
				{key: 'enter', does: 'choose'},
				{key: 'd', does: 'diff', isMinor: true},
				{key: 'c', does: 'commands', isMinor: true},
				{key: 'esc', does: 'back', isMinor: true},
				{key: 'ctrl-c', does: 'quit, answers stay', short: 'quit'},
			]}
		/>
	);
}
