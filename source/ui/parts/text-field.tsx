import {Box, Text} from 'ink';
import {fitText, textWidth} from '../../core/text/width.ts';
import {type EditedLine, skipCharacter} from '../input/edit-line.ts';
import {useTheme} from '../look/theme.ts';

const mostBullets = 8;

/** The ending would show too much of a shorter key. */
const longEnough = 16;

type Props = {
	readonly line: EditedLine;
	readonly width: number;
	readonly hasCursor: boolean;
	readonly isSecret: boolean;
	/** Shown while the field is empty. */
	readonly placeholder: string;
};

/** A field on one line that scrolls sideways. Of a secret it shows that a key was typed, but not its length. */
export function TextField({line: {text, cursor}, width, hasCursor, isSecret, placeholder}: Props) {
	const {draw, props, look, ellipsis} = useTheme();
	const bullets = '•'.repeat(Math.min(text.length, mostBullets));
	const [before, under, after] = isSecret
		? [bullets, '', '']
		: [
				text.slice(0, cursor),
				text.slice(cursor, text.length - skipCharacter(text.slice(cursor)).length),
				skipCharacter(text.slice(cursor)),
			];
	const ending = isSecret && text.length >= longEnough ? `  ends in ${text.slice(-4)}` : '';
	const note = text === '' ? fitText(draw(placeholder), width - 1, ellipsis) : draw(ending);
	const hasRoom = text === '' || bullets.length + 1 + ending.length <= width;
	const shift = isSecret ? 0 : Math.max(0, textWidth(draw(before)) - width + 1);
	// The cursor covers the first character of a placeholder where it can.
	const isCovering = look.hasColor && text === '';
	const mark = look.hasColor ? (
		<Text inverse>{draw(under) || (isCovering && note.slice(0, 1)) || ' '}</Text>
	) : (
		draw(`▌${under}`)
	);
	return (
		<Box width={width} height={1} overflow="hidden" flexShrink={0}>
			<Box marginLeft={-shift} width={Math.max(width, textWidth(draw(text)) + 2)} flexShrink={0}>
				<Text wrap="truncate">
					{draw(before)}
					{hasCursor ? mark : draw(under)}
					{draw(after)}
					<Text {...props('quiet')}>{hasRoom ? (isCovering && hasCursor ? note.slice(1) : note) : ''}</Text>
				</Text>
			</Box>
		</Box>
	);
}
