import {wrapText} from '../../core/text/text.ts';
import {useWindow} from '../look/window.tsx';
import {Line} from '../parts/lines.tsx';
import type {ScreenProps} from './screen-props.ts';
import {ScrollScreen} from './scroll.tsx';

export function HelpScreen({screen, onClose}: ScreenProps<'question'> & {readonly onClose: () => void}) {
	const {width} = useWindow();
	const {title, why, example, help} = screen.question;
	const paragraphs = [why, ...(example ? [`For example: ${example}`] : []), ...(help ? [help] : [])];
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
