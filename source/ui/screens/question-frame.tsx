import type {ReactElement, ReactNode} from 'react';
import type {QuestionView} from '../../core/session/session.ts';
import {firstLines, wrapText} from '../../core/text/width.ts';
import {useTheme} from '../look/theme.ts';
import {useWindow} from '../look/window.tsx';
import {answerListLines, valueColumn} from '../parts/answers.tsx';
import {bodyHeight, Frame, type KeyHint} from '../parts/frame.tsx';
import {Cell, Line, Row} from '../parts/lines.tsx';
import {describeHeader, type ScreenProps} from './scroll.tsx';

type Props = {
	readonly asking: Asking;
	/** Where the proposed text comes from, while it is proposed. */
	readonly because?: string;
	/** Draws the typed text in that many columns. */
	readonly field: (width: number) => ReactNode;
	/** Returns at most `height` lines below the reason, starting at column `indent`. */
	readonly below: (height: number, indent: number) => readonly ReactElement[];
	readonly keys: readonly KeyHint[];
};

/** Lines of the answer list that stay visible above a long list of choices. */
const leastAnswerList = 5;

/** The answer list with the current question open in it; in a short window, only the question and a count. */
export function QuestionFrame({asking, because: origin = '', field, below, keys}: Props) {
	const window = useWindow();
	const {ellipsis} = useTheme();
	const {state, screen, notice} = asking;
	const {answerList, question} = screen;
	const {width, isShort, isNarrow} = window;
	const column = isNarrow && isShort ? 2 : valueColumn(answerList.map(({label}) => label));
	const because = isNarrow ? '' : origin;
	const labelWidth = Math.max(column - 2, question.label.length + 2);
	const fieldWidth = width - 2 - labelWidth - (because ? because.length + 2 : 0);
	const head = (
		<Row key="head">
			<Cell width={2} tone="accent">
				›
			</Cell>
			<Cell width={labelWidth} isBold>
				{question.label}
			</Cell>
			{field(fieldWidth)}
			<Row indent={because ? 2 : 0}>
				<Cell width={because.length} tone="quiet">
					{because}
				</Cell>
			</Row>
		</Row>
	);
	const why = wrapText(question.why, width - column - 1);
	const answered = answerList.filter(row => row.state === 'answered').length;
	const coming = answerList.filter(row => row.state === 'coming').length;
	const body = bodyHeight(window);
	const blanks = isShort ? 0 : 1;
	const least = isShort ? 0 : Math.min(answered + coming, leastAnswerList);
	// A problem comes before the reason, and the whole reason before all but one of the choices.
	const whyRoom = question.kind === 'choice' ? Math.min(why.length, body - 2) : 0;
	const more = below(Math.max(isShort ? 1 : 3, body - 1 - whyRoom - blanks - least), column);
	const shownWhy = firstLines(why, body - 1 - more.length, ellipsis).map(text => (
		<Line key={text} tone="quiet" indent={column}>
			{text}
		</Line>
	));
	const block = [head, ...shownWhy, ...more];
	const room = isShort ? 0 : Math.max(0, body - block.length - blanks);
	const comingRoom = Math.min(coming, Math.max(Math.ceil(room / 2), room - answered));
	const place = `${answered + 1} of ${answerList.length}`;
	const lines = [
		...answerListLines(answerList, 'answered', Math.min(answered, room - comingRoom), window),
		...block,
		...(blanks && coming > 0 ? [<Line key="gap"> </Line>] : []),
		...answerListLines(answerList, 'coming', comingRoom, window),
	];
	return (
		<Frame
			{...describeHeader(state, window, isShort ? place : '')}
			lines={lines}
			keys={keys}
			notice={notice}
		/>
	);
}

/** Returns the problem with the answer and a suggestion, or a note that the answer is being checked. */
export function problemLines(question: QuestionView, width: number, indent: number): readonly ReactElement[] {
	if (question.isChecking) {
		return [
			<Line key="checking" tone="accent" indent={indent}>
				◐ Checking with Fly…
			</Line>,
		];
	}

	const said = question.problem ? `✕ ${question.problem}` : question.skip;
	if (!said) return [];
	const problem = wrapText(said, width - indent)
		.slice(0, 5)
		.map(text => (
			<Line key={text} tone={question.problem ? 'bad' : 'warn'} indent={indent}>
				{text}
			</Line>
		));
	if (question.offer === undefined) return problem;
	return [
		...problem,
		<Line key="offer" tone="accent" indent={indent}>
			{question.kind === 'secret' ? 'tab  remove the quotes' : `tab  use suggestion: ${question.offer}`}
		</Line>,
	];
}

export type Asking = ScreenProps<'question'> & {
	readonly isActive: boolean;
	readonly notice: string | undefined;
	readonly onAnswer: (typed: string) => void;
	readonly onBack: () => void;
	readonly onHelp: () => void;
	readonly onOpen: () => void;
};
