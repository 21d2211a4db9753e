import {useInput} from 'ink';
import {type ReactNode, useState} from 'react';
import {none} from '../../core/answer.ts';
import type {QuestionView} from '../../core/session/session.ts';
import {useField} from '../input/use-field.ts';
import {useWindow} from '../look/window.tsx';
import type {KeyHint} from '../parts/frame.tsx';
import {TextField} from '../parts/text-field.tsx';
import {type Asking, problemLines, QuestionFrame} from './question-frame.tsx';

export function TextQuestion({asking, help}: {readonly asking: Asking; readonly help: ReactNode}) {
	const {question} = asking.screen;
	const {width} = useWindow();
	// Hides what was said about the previous input at the next change.
	const [corrected, setCorrected] = useState<QuestionView>();
	const view =
		corrected === question ? {...question, problem: undefined, offer: undefined, skip: undefined} : question;
	const line = useField({
		isActive: asking.isActive && !question.isChecking,
		proposal: view.initial,
		offer: view.offer,
		onChange: () => setCorrected(question),
		onSubmit: text => asking.onAnswer(text || (view.skip === undefined ? view.initial : none)),
		onHelp: asking.onHelp,
		onOpen: question.page === undefined ? undefined : asking.onOpen,
	});
	useInput(
		(_input, key) => {
			if (key.escape) asking.onBack();
		},
		{isActive: asking.isActive},
	);

	if (help) return help;
	return (
		<QuestionFrame
			asking={asking}
			because={line.text === '' ? (view.because ?? '') : ''}
			field={fieldWidth => (
				<TextField
					line={line}
					width={fieldWidth}
					hasCursor={!question.isChecking}
					isSecret={question.kind === 'secret'}
					placeholder={writePlaceholder(view)}
				/>
			)}
			below={(height, indent) => problemLines(view, width, indent).slice(0, height)}
			keys={textKeys(view, line.text)}
		/>
	);
}

const writePlaceholder = ({kept, initial, example}: QuestionView): string =>
	kept ?? (initial || (example ? `for example ${example}` : ''));

function textKeys(view: QuestionView, text: string): readonly KeyHint[] {
	const {offer, initial, kept, skip, page, canGoBack} = view;
	const isEmpty = text === '';
	const enter = isEmpty && kept ? 'keep it' : isEmpty && skip ? 'skip it' : 'accept';
	return [
		{key: 'enter', does: enter},
		...(offer === undefined
			? isEmpty && initial
				? [{key: 'tab', does: 'edit', isMinor: true}]
				: []
			: [{key: 'tab', does: 'use the suggestion', short: 'use it'}]),
		...(canGoBack ? [{key: 'esc', does: 'back'}] : []),
		...(isEmpty && page ? [{key: 'o', does: 'find it', isMinor: true}] : []),
		...(isEmpty ? [{key: '?', does: 'help', isMinor: true}] : []),
		{key: 'ctrl-c', does: 'quit (answers are saved)', short: 'quit'},
	];
}
