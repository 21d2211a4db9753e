import {useInput} from 'ink';
import {type ReactElement, useState} from 'react';
import type {ReviewRow, ReviewView} from '../../core/session/session.ts';
import {textWidth, wrapText} from '../../core/text/width.ts';
import {useSelect} from '../input/select.ts';
import {type Tone, useTheme} from '../look/theme.ts';
import {useWindow, type WindowSize} from '../look/window.tsx';
import {OriginCell, valueColumn} from '../parts/answers.tsx';
import {ButtonLine, useButtons} from '../parts/buttons.tsx';
import {choiceLines} from '../parts/choices.tsx';
import {bodyHeight, Frame} from '../parts/frame.tsx';
import {Cell, Line, labelledLines, Row} from '../parts/lines.tsx';
import {useScroll} from '../parts/use-scroll.ts';
import {describeHeader, type ScreenProps, ScrollScreen} from './scroll.tsx';

type DetailLine = {
	readonly text: string;
	readonly tone?: Tone;
	readonly indent?: number;
	readonly isBold?: boolean;
};

const toElements = (lines: readonly DetailLine[]): readonly ReactElement[] =>
	lines.map(({text, ...style}) => (
		<Line key={text} {...style}>
			{text || ' '}
		</Line>
	));

const toneOfDiff = (line: string): Tone =>
	line.startsWith('+') ? 'good' : line.startsWith('-') ? 'bad' : line.startsWith('@@') ? 'accent' : 'plain';

/** Returns every file with its changes; long lines wrap. */
const diffLines = ({files}: ReviewView, width: number): readonly ReactElement[] =>
	toElements(
		files.flatMap(({path, summary, diff}, index): readonly DetailLine[] => [
			...(index > 0 ? [{text: ''}] : []),
			{text: `${path}: ${summary}`, isBold: true},
			...diff
				.trimEnd()
				.split('\n')
				.flatMap(line => wrapText(line, width).map(text => ({text, tone: toneOfDiff(line)}))),
		]),
	);

/** Returns every command with its reason, in a form you can type. */
const commandLines = ({commands}: ReviewView, width: number): readonly ReactElement[] =>
	toElements(
		commands.flatMap(({text, why}): readonly DetailLine[] => [
			...wrapText(text, width - 4).map((line, index) => ({text: index === 0 ? `$ ${line}` : `    ${line}`})),
			...(why === undefined
				? []
				: wrapText(why, width - 4).map(line => ({text: line, tone: 'quiet' as const, indent: 4}))),
		]),
	);

/** Returns what must be read before the start. */
const mustLines = ({musts}: ReviewView, {width, isNarrow}: WindowSize): readonly ReactElement[] =>
	labelledLines(
		musts.map(must => ({...must, tone: 'warn' as const})),
		{width, indent: isNarrow ? 0 : 2, labelWidth: isNarrow ? 10 : 12},
	);

/** Returns every answer with its origin, then notes. */
function reviewLines({rows, notes}: ReviewView, window: WindowSize): readonly ReactElement[] {
	const {width, isNarrow} = window;
	const indent = isNarrow ? 0 : 2;
	const labelWidth = valueColumn(rows.map(({label}) => label)) - 2;
	const origins = isNarrow ? 0 : Math.min(26, Math.max(0, ...rows.map(({origin}) => textWidth(origin))));
	const valueWidth = width - indent - labelWidth - (origins ? origins + 2 : 0);
	const answers = rows.flatMap(({id, label, value, origin}) =>
		wrapText(value, valueWidth).map((text, line) => (
			<Row key={`${id} ${text}`} indent={indent}>
				<Cell width={labelWidth} tone="quiet">
					{line === 0 ? label : ''}
				</Cell>
				<Cell width={valueWidth}>{text}</Cell>
				{origins && line === 0 ? <OriginCell origin={origin} width={origins} /> : null}
			</Row>
		)),
	);
	const more = labelledLines(
		notes.map(value => ({label: 'note', value, tone: 'warn' as const})),
		{width, labelWidth, indent},
	);
	const gap = more.length > 0 && !window.isShort ? [<Line key="gap"> </Line>] : [];
	return [...answers, ...gap, ...more];
}

/** Returns the lines with more: the number of lines below, the files, the commands. */
function detailLines(
	{files, commands}: ReviewView,
	below: number,
	{isShort, isNarrow}: WindowSize,
): readonly ReactElement[] {
	const more = below > 0 ? `↓ ${below} more` : ' ';
	if (isShort)
		return [<Line key="details">{`d ${files.length} files   c ${commands.length} commands   ${more}`}</Line>];
	const indent = isNarrow ? 0 : 2;
	const changes = files.map(({path, summary}) => `${path}: ${summary}`).join(' · ');
	return [
		<Line key="below" tone="accent" indent={indent}>
			{more}
		</Line>,
		<Line key="files" indent={indent}>{`d diff       ${changes || 'no file changes'}`}</Line>,
		<Line
			key="commands"
			indent={indent}
		>{`c commands   ${commands.length === 0 ? 'none' : `${commands.length}, without secrets`}`}</Line>,
	];
}

type Props = {
	readonly rows: readonly ReviewRow[];
	readonly onPick: (id: string) => void;
	readonly onClose: () => void;
};

/** The screen to choose an answer to change. */
function AnswerPicker({rows, onPick, onClose}: Props) {
	const window = useWindow();
	const height = bodyHeight(window);
	const selection = useSelect({
		choices: rows.map(({id, label, value}) => ({value: id, label, hint: value})),
		initial: rows[0]?.id ?? '',
		isActive: true,
		pageSize: height,
		onChoose: ({value}) => onPick(value),
		onBack: onClose,
	});
	const lines = choiceLines({
		selection,
		columns: [],
		proposal: undefined,
		indent: 1,
		width: window.width,
		height,
	});
	return (
		<Frame
			left="Change an answer"
			right={selection.filter ? `${selection.filter}▌` : ''}
			lines={lines}
			keys={[
				{key: '↑↓', does: 'move'},
				{key: 'type', does: 'to filter', isMinor: true},
				{key: 'enter', does: 'change it'},
				{key: 'esc', does: 'back to the review', short: 'back'},
			]}
		/>
	);
}

/** With fewer visible answers, everything scrolls. */
const leastAnswers = 3;

type View = 'summary' | 'diff' | 'commands' | 'picker';

export function ReviewScreen({state, screen, session}: ScreenProps<'review'>) {
	const window = useWindow();
	const {review} = screen;
	const [view, setView] = useState<View>('summary');
	const isActive = view === 'summary';
	const buttons = useButtons(
		[
			{label: 'Start', onPress: () => session.dispatch({type: 'started'})},
			{label: 'Change an answer', onPress: () => setView('picker')},
			{label: 'Save as plan', onPress: () => session.dispatch({type: 'saved-plan'})},
			{label: 'Quit', onPress: () => session.dispatch({type: 'quit'})},
		],
		isActive,
	);
	const {look} = useTheme();
	const {isShort, width} = window;
	const blank = (key: string) => (isShort ? [] : [<Line key={key}> </Line>]);
	const top = [
		...wrapText(`Review   ${review.headline}`, width).map(text => (
			<Line key={text} isBold>
				{text}
			</Line>
		)),
		...mustLines(review, window),
		...blank('below musts'),
	];
	const rest = reviewLines(review, window);
	const room = bodyHeight(window) - (isShort ? 2 : 4);
	// In a short window, what must be read comes first and scrolls with the rest.
	const isFixed = room - top.length >= leastAnswers;
	const all = isFixed ? rest : [...top, ...rest];
	const height = look.isScreenReader ? all.length : Math.max(1, isFixed ? room - top.length : room);
	const scroll = useScroll({count: all.length, height, isActive});
	useInput(
		(input, key) => {
			if (input === 'd') setView('diff');
			else if (input === 'c' && !key.ctrl) setView('commands');
			else if (input === 'q') session.dispatch({type: 'quit'});
			else if (key.escape) session.dispatch({type: 'went-back'});
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
		const handlePick = (id: string) => session.dispatch({type: 'changed-answer', id});
		return <AnswerPicker rows={review.rows} onPick={handlePick} onClose={close} />;
	}

	const lines = [
		...(isFixed ? top : []),
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
				{key: 'ctrl-c', does: 'quit (answers are saved)', short: 'quit'},
			]}
		/>
	);
}
