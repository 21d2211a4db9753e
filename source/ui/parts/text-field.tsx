import {Box, Text} from 'ink';
import TextInput from 'ink-text-input';
import {useRef, useState} from 'react';
import {textWidth} from '../../core/text/text.ts';
import {editLine} from '../input/edit-line.ts';
import {useKeyFilter} from '../input/keys-context.ts';
import {useTheme} from '../look/theme.ts';
import {DrawnText} from './drawn-text.tsx';
import {SecretText} from './secret-text.tsx';

type Props = {
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

const left = '\u001b[D';
const aPause = '';

/** ink-text-input on one line that scrolls sideways, with the shell's editing keys. To change `text` from outside, give it a new key. */
export function TextField({text, width, isActive, isSecret, example, onChange, onSubmit, onHelp}: Props) {
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
