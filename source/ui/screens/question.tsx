import {useInput} from 'ink';
import {useState} from 'react';
import {wrapText} from '../../core/text/width.ts';
import {useKeyHold, useUnread} from '../input/keys.ts';
import {useWindow} from '../look/window.tsx';
import {Line} from '../parts/lines.tsx';
import {ChoiceQuestion} from './choice-question.tsx';
import type {Asking} from './question-frame.tsx';
import {type ScreenProps, ScrollScreen} from './scroll.tsx';
import {TextQuestion} from './text-question.tsx';

function HelpScreen({screen, onClose}: ScreenProps<'question'> & {readonly onClose: () => void}) {
	const {width} = useWindow();
	const {title, why, example, help, page} = screen.question;
	const paragraphs = [
		why,
		...(example ? [`For example: ${example}`] : []),
		...(help ? [help] : []),
		...(page ? [`Its page: ${page}`] : []),
	];
	const texts = paragraphs.flatMap(text => [...wrapText(text, Math.min(width - 2, 76)), '']).slice(0, -1);
	return (
		<ScrollScreen
			title={title}
			toggle="?"
			onClose={onClose}
			lines={texts.map(text => (
				<Line key={text} indent={2}>
					{text || ' '}
				</Line>
			))}
		/>
	);
}

/** One question inside the answer list. Give it the question's id as key. */
export function QuestionScreen(props: ScreenProps<'question'>) {
	const {screen, session} = props;
	const {question} = screen;
	const [isHelpOpen, setHelpOpen] = useState(false);
	const [notice, setNotice] = useState<string>();
	useUnread(question.skip);
	useKeyHold(question.isChecking, question.problem !== undefined);
	useInput((_input, key) => {
		if (!key.escape) setNotice(undefined);
	});

	const asking: Asking = {
		...props,
		isActive: !isHelpOpen,
		notice,
		onAnswer(typed) {
			if (!question.isChecking) session.dispatch({type: 'answered', id: question.id, typed});
		},
		onBack() {
			if (question.canGoBack) session.dispatch({type: 'went-back'});
			else setNotice('This is the first question. Press ctrl-c to quit; your answers are saved.');
		},
		onHelp: () => setHelpOpen(true),
		onOpen: () => session.dispatch({type: 'opened-page'}),
	};
	const help = isHelpOpen ? <HelpScreen {...props} onClose={() => setHelpOpen(false)} /> : undefined;
	return question.kind === 'choice' ? (
		<ChoiceQuestion asking={asking} help={help} />
	) : (
		<TextQuestion asking={asking} help={help} />
	);
}
