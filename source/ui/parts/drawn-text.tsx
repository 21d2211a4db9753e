import {Text} from 'ink';
import {fitText} from '../../core/text/text.ts';
import {useTheme} from '../look/theme.ts';

type Props = {
	readonly text: string;
	readonly cursor: number;
	readonly example: string;
	readonly width: number;
};

/** The field without colours: ink-text-input marks its cursor by inverse video alone, which may not be there. */
export function DrawnText({text, cursor, example, width}: Props) {
	const {draw, ellipsis} = useTheme();
	const hint = text ? '' : fitText(draw(example), width - 1, ellipsis);
	return <Text wrap="truncate">{draw(`${text.slice(0, cursor)}▌${text.slice(cursor)}${hint}`)}</Text>;
}
