import {useInput} from 'ink';
import {useState} from 'react';
import {useKeyHold} from '../input/keys-context.ts';
import {ChoiceQuestion} from './choice-question.tsx';
import {HelpScreen} from './help-screen.tsx';
import type {ScreenProps} from './screen-props.ts';
import {TextQuestion} from './text-question.tsx';

export type Asking = ScreenProps<'question'> & {
	readonly isActive: boolean;
	readonly notice: string | undefined;
	readonly onAnswer: (typed: string) => void;
	readonly onBack: () => void;
	readonly onHelp: () => void;
};

/** One question with the ledger around it. Give it the question's id as key. */
export function QuestionScreen(props: ScreenProps<'question'>) {
	const {screen, session} = props;
	const {question} = screen;
	const [text, setText] = useState(question.initial);
	const [isHelpOpen, setHelpOpen] = useState(false);
	const [notice, setNotice] = useState<string>();
	useKeyHold(question.isChecking, question.problem !== undefined);
	useInput((_input, key) => {
		if (!key.escape) setNotice(undefined);
	});

	const asking: Asking = {
		...props,
		isActive: !isHelpOpen,
		notice,
		onAnswer(typed) {
			if (!question.isChecking) session.report({type: 'answered', id: question.id, typed});
		},
		onBack() {
			if (question.canGoBack) session.report({type: 'went-back'});
			else setNotice('This is the first question. ctrl-c quits, answers stay.');
		},
		onHelp: () => setHelpOpen(true),
	};
	const help = isHelpOpen ? <HelpScreen {...props} onClose={() => setHelpOpen(false)} /> : undefined;
	return question.kind === 'choice' ? (
		<ChoiceQuestion asking={asking} help={help} />
	) : (
		<TextQuestion asking={asking} help={help} text={text} onChange={setText} />
	);
}
