import type {ReactNode} from 'react';
import {useSelect} from '../input/select.ts';
import {useWindow} from '../look/window.tsx';
import {choiceLines} from '../parts/choices.tsx';
import type {KeyHint} from '../parts/frame.tsx';
import {Cell} from '../parts/lines.tsx';
import {type Asking, problemLines, QuestionFrame} from './question-frame.tsx';

export function ChoiceQuestion({asking, help}: {readonly asking: Asking; readonly help: ReactNode}) {
	const {question} = asking.screen;
	const {width, height, isShort} = useWindow();
	const selection = useSelect({
		choices: question.choices,
		initial: question.initial,
		isActive: asking.isActive,
		pageSize: Math.max(3, Math.floor(height / 3)),
		onChoose: ({value}) => asking.onAnswer(value),
		onBack: asking.onBack,
		onHelp: asking.onHelp,
	});
	if (help) return help;

	const keys: readonly KeyHint[] = [
		{key: '↑↓', does: 'move'},
		{key: 'type', does: 'to filter', isMinor: true},
		{key: 'enter', does: 'choose'},
		...(selection.filter
			? [{key: 'esc', does: 'clear filter'}]
			: asking.screen.question.canGoBack
				? [{key: 'esc', does: 'back'}]
				: []),
		{key: '?', does: 'help', isMinor: true},
		{key: 'ctrl-c', does: 'quit (answers are saved)', short: 'quit'},
	];
	const proposal =
		question.because === undefined ? undefined : {value: question.initial, because: question.because};
	return (
		<QuestionFrame
			asking={asking}
			field={fieldWidth => <Cell width={fieldWidth}>{`${selection.filter}▌`}</Cell>}
			below={(room, indent) => {
				const problem = problemLines(question, width, indent);
				const blank = isShort
					? []
					: [
							<Cell key="gap" width={1}>
								{' '}
							</Cell>,
						];
				const options = {selection, columns: question.columns, proposal, indent, width};
				const choices = choiceLines({...options, height: room - problem.length - blank.length});
				return [...problem, ...blank, ...choices];
			}}
			keys={keys}
		/>
	);
}
