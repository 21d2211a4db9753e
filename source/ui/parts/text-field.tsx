import {Box, Text} from 'ink';
import TextInput from 'ink-text-input';
import {useRef, useState} from 'react';
import {fitText, textWidth} from '../../core/text/width.ts';
import {useKeyFilter} from '../input/keys.ts';
import {useTheme} from '../look/theme.ts';

type EditedLine = {readonly text: string; readonly cursor: number};

type Edit = {
	readonly line: EditedLine;
	/** What the text field does with the key: it handles it itself, never sees it, or is filled anew. */
	readonly by: 'field' | 'nobody' | 'form';
};

const left = '\u001b[D';

const right = '\u001b[C';

const home = ['\u001b[H', '\u001bOH', '\u001b[1~', '\u001b[7~', '\u0001'];

const end = ['\u001b[F', '\u001bOF', '\u001b[4~', '\u001b[8~', '\u0005'];

const backspace = ['\u007f', '\b'];

const toStart = ['\u0015'];

const wordBack = ['\u0017', '\u001b\u007f', '\u001b\b'];

const deleteForward = ['\u001b[3~', '\u0004'];

const forTheScreen = [
	'\r',
	'\t',
	'\u0003',
	'\u001b',
	'\u001b[A',
	'\u001b[B',
	'\u001bOA',
	'\u001bOB',
	'\u001b[5~',
	'\u001b[6~',
];

/** What one key does to a line: the shell's editing keys, beside those that ink-text-input knows. */
export function editLine(line: EditedLine, key: string): Edit {
	const {text, cursor} = line;
	const fill = (newText: string, newCursor: number): Edit => ({
		line: {text: newText, cursor: newCursor},
		by: 'form',
	});

	if (forTheScreen.includes(key)) return {line, by: 'field'};
	if (home.includes(key)) return fill(text, 0);
	if (end.includes(key)) return fill(text, text.length);
	if (toStart.includes(key)) return fill(text.slice(cursor), 0);
	if (deleteForward.includes(key)) return fill(text.slice(0, cursor) + text.slice(cursor + 1), cursor);
	if (wordBack.includes(key)) {
		const kept = text.slice(0, cursor).replace(/[^\s./:_-]*[\s./:_-]*$/, '');
		return fill(kept + text.slice(cursor), kept.length);
	}

	if (key === left || key === '\u001bOD') return move(line, Math.max(0, cursor - 1));
	if (key === right || key === '\u001bOC') return move(line, Math.min(text.length, cursor + 1));
	if (backspace.includes(key)) {
		if (cursor === 0) return {line, by: 'nobody'};
		return {line: {text: text.slice(0, cursor - 1) + text.slice(cursor), cursor: cursor - 1}, by: 'field'};
	}

	if (/\p{Cc}/u.test(key)) return {line, by: 'nobody'};
	return {
		line: {text: text.slice(0, cursor) + key + text.slice(cursor), cursor: cursor + key.length},
		by: 'field',
	};
}

/** At either end the key stops here: ink-text-input would move its cursor out of the text. */
const move = (line: EditedLine, cursor: number): Edit =>
	cursor === line.cursor ? {line, by: 'nobody'} : {line: {...line, cursor}, by: 'field'};

const mostBullets = 8;

/** Shorter ones would be given away by their ending. */
const longEnough = 16;

/** That a key was typed, not how long it is. */
function SecretText({text, width}: {readonly text: string; readonly width: number}) {
	const {draw, props, look} = useTheme();
	const bullets = '•'.repeat(Math.min(text.length, mostBullets));
	const ending = text.length >= longEnough ? `  ends in ${text.slice(-4)}` : '';
	const hasRoom = bullets.length + 1 + ending.length <= width;
	return (
		<Text wrap="truncate">
			{draw(bullets)}
			{look.hasColor ? <Text inverse> </Text> : draw('▌')}
			<Text {...props('quiet')}>{hasRoom ? draw(ending) : ''}</Text>
		</Text>
	);
}

type Props = {
	readonly text: string;
	readonly cursor: number;
	readonly example: string;
	readonly width: number;
};

/** The field without colours: ink-text-input marks its cursor by inverse video alone, which may not be there. */
function DrawnText({text, cursor, example, width}: Props) {
	const {draw, ellipsis} = useTheme();
	const hint = text ? '' : fitText(draw(example), width - 1, ellipsis);
	return <Text wrap="truncate">{draw(`${text.slice(0, cursor)}▌${text.slice(cursor)}${hint}`)}</Text>;
}

type PropsField = {
	readonly text: string;
	readonly width: number;
	readonly isActive: boolean;
	readonly isSecret: boolean;
	readonly example: string;
	readonly onChange: (text: string) => void;
	readonly onSubmit: (text: string) => void;
	/** `?` in an empty field. */
	readonly onHelp: () => void;
};

const aPause = '';

/** ink-text-input on one line that scrolls sideways, with the shell's editing keys. To change `text` from outside, give it a new key. */
export function TextField({
	text,
	width,
	isActive,
	isSecret,
	example,
	onChange,
	onSubmit,
	onHelp,
}: PropsField) {
	const {draw, look} = useTheme();
	const [fill, setFill] = useState(0);
	const [cursor, setCursor] = useState(text.length);
	const line = useRef({text, cursor});

	useKeyFilter(key => {
		if (key === '?' && line.current.text === '') {
			onHelp();
			return [];
		}

		const edit = editLine(line.current, key);
		line.current = edit.line;
		setCursor(edit.line.cursor);
		if (edit.by === 'field') return [key];
		if (edit.by === 'nobody') return [];
		// It keeps its cursor to itself: mounted anew it stands at the end, from there it is walked back.
		onChange(edit.line.text);
		setFill(count => count + 1);
		return [aPause, ...Array.from({length: edit.line.text.length - edit.line.cursor}, () => left)];
	}, isActive);

	const shift = Math.max(0, textWidth(text.slice(0, cursor)) - width + 1);
	const isDrawnHere = isActive && !look.hasColor;
	return (
		<Box width={width} height={1} overflow="hidden" flexShrink={0}>
			{isSecret && text ? <SecretText text={text} width={width} /> : null}
			<Box
				display={isSecret && text ? 'none' : 'flex'}
				marginLeft={-shift}
				width={Math.max(width, textWidth(text) + 1)}
				flexShrink={0}
			>
				{isDrawnHere ? <DrawnText text={text} cursor={cursor} example={example} width={width} /> : null}
				<Box display={isDrawnHere ? 'none' : 'flex'}>
					{isActive ? (
						<TextInput
							key={fill}
							value={text}
							placeholder={draw(example)}
							onChange={onChange}
							onSubmit={onSubmit}
						/>
					) : (
						<Text wrap="truncate">{draw(text)}</Text>
					)}
				</Box>
			</Box>
		</Box>
	);
}
