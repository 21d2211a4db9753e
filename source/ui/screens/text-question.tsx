import {useInput} from 'ink';
import {type ReactNode, useState} from 'react';
import type {QuestionView} from '../../core/session/session.ts';
import {useWindow} from '../look/window.tsx';
import type {KeyHint} from '../parts/frame.tsx';
import {TextField} from '../parts/text-field.tsx';
import {type Asking, problemLines, QuestionFrame} from './question-frame.tsx';

type Props = {
	readonly asking: Asking;
	readonly help: ReactNode;
	readonly text: string;
	readonly onChange: (text: string) => void;
};

export function TextQuestion({asking, help, text, onChange}: Props) {
	const {question} = asking.screen;
	const {width} = useWindow();
	const [offersTaken, setOffersTaken] = useState(0);
	// Hides the problem at the next key press, because it refers to the previous input.
	const [corrected, setCorrected] = useState<QuestionView>();
	const view = corrected === question ? {...question, problem: undefined, offer: undefined} : question;
	const {offer} = view;

	const handleChange = (changed: string) => {
		setCorrected(question);
		onChange(changed);
	};
	useInput(
		(_input, key) => {
			if (key.escape) asking.onBack();
			if (!key.tab || offer === undefined) return;
			handleChange(offer);
			setOffersTaken(offersTaken + 1);
		},
		{isActive: asking.isActive},
	);

	if (help) return help;
	return (
		<QuestionFrame
			asking={asking}
			field={fieldWidth => (
				<TextField
					key={offersTaken}
					text={text}
					width={fieldWidth}
					isActive={asking.isActive && !question.isChecking}
					isSecret={question.kind === 'secret'}
					example={question.example ? `for example ${question.example}` : ''}
					onChange={handleChange}
					onSubmit={asking.onAnswer}
					onHelp={asking.onHelp}
				/>
			)}
			below={(height, indent) => problemLines(view, width, indent).slice(0, height)}
			keys={textKeys(view, text)}
		/>
	);
}

const textKeys = ({offer, canGoBack}: QuestionView, text: string): readonly KeyHint[] => [
	{key: 'enter', does: 'accept'},
	...(offer === undefined ? [] : [{key: 'tab', does: 'use the suggestion', short: 'use it'}]),
	...(canGoBack ? [{key: 'esc', does: 'back'}] : []),
	...(text ? [] : [{key: '?', does: 'help', isMinor: true}]),
	{key: 'ctrl-c', does: 'quit (answers are saved)', short: 'quit'},
];
