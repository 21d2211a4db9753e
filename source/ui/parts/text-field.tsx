import {Box, Text} from 'ink';
import TextInput from 'ink-text-input';
import {useRef, useState} from 'react';
import {fitText, textWidth} from '../../core/text/width.ts';
import {editLine, left} from '../input/edit-line.ts';
import {useKeyFilter} from '../input/keys.ts';
import {useTheme} from '../look/theme.ts';

const mostBullets = 8;

/** The ending would show too much of a shorter key. */
const longEnough = 16;

/** Shows that a key was typed, but not its length. */
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

/** The field without colors. ink-text-input marks its cursor only with inverse video, which may be unavailable. */
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
		// It does not expose its cursor. After a remount the cursor is at the end, so this moves it back.
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
