import {textWidth} from '../../core/text/width.ts';
import {spinner, type Tone, useTheme} from '../look/theme.ts';
import {useTick, useWindow} from '../look/window.tsx';
import {Frame} from '../parts/frame.tsx';
import {Cell, Row} from '../parts/lines.tsx';
import {describeHeader, type ScreenProps} from './scroll.tsx';

const marks = {good: '●', bad: '✕'};
const tones: Record<'busy' | 'good' | 'bad', Tone> = {busy: 'accent', good: 'good', bad: 'bad'};

/** The screen before the first question: what phxfly found in the folder and the account. */
export function LookingScreen({state, screen}: ScreenProps<'looking'>) {
	const window = useWindow();
	const {look} = useTheme();
	const tick = useTick(!look.isScreenReader);
	const labelWidth = Math.min(
		Math.max(...screen.items.map(({label}) => textWidth(label)), 8) + 2,
		Math.floor(window.width / 2),
	);
	const busy = spinner.marks[tick % spinner.marks.length] ?? '';
	const lines = screen.items.map(({label, state: is, detail}) => (
		<Row key={label} indent={2}>
			<Cell width={2} tone={tones[is]}>
				{is === 'busy' ? busy : marks[is]}
			</Cell>
			<Cell width={labelWidth}>{label}</Cell>
			<Cell width={window.width - labelWidth - 4} tone={is === 'bad' ? 'bad' : 'quiet'}>
				{detail || (is === 'busy' ? 'looking' : '')}
			</Cell>
		</Row>
	));
	return (
		<Frame
			{...describeHeader(state, window)}
			lines={lines}
			keys={[{key: 'ctrl-c', does: 'quit (nothing changed yet)', short: 'quit'}]}
		/>
	);
}
