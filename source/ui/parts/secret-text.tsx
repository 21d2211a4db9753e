import {Text} from 'ink';
import {useTheme} from '../look/theme.ts';

const mostBullets = 8;
/** Shorter ones would be given away by their ending. */
const longEnough = 16;

/** That a key was typed, not how long it is. */
export function SecretText({text, width}: {readonly text: string; readonly width: number}) {
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
