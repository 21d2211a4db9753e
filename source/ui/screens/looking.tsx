import {useInput} from 'ink';
import type {LookingItem} from '../../core/session/session.ts';
import {textWidth} from '../../core/text/width.ts';
import {formatElapsed, spinner, type Tone, useTheme} from '../look/theme.ts';
import {useTick, useWindow} from '../look/window.tsx';
import {Frame} from '../parts/frame.tsx';
import {Cell, Row} from '../parts/lines.tsx';
import {describeHeader, type ScreenProps} from './scroll.tsx';

const marks = {good: '●', bad: '✕'};
const tones: Record<'busy' | 'good' | 'bad', Tone> = {busy: 'accent', good: 'good', bad: 'bad'};

/** A look that takes longer than this shows for how long it has been waiting. */
const usualSeconds = 3;

/** The screen before the first question: what phxfly found in the folder and the account. */
export function LookingScreen({state, screen, session}: ScreenProps<'looking'>) {
	const window = useWindow();
	const {look} = useTheme();
	const tick = useTick(!look.isScreenReader);
	const labelWidth = Math.min(
		Math.max(...screen.items.map(({label}) => textWidth(label)), 8) + 2,
		Math.floor(window.width / 2),
	);
	useInput((_input, key) => {
		if (screen.canStop && key.escape) session.dispatch({type: 'went-back'});
	});
	const busy = spinner.marks[tick % spinner.marks.length] ?? '';
	const lines = screen.items.map(item => {
		const {label, state: is, detail} = item;
		return (
			<Row key={label} indent={2}>
				<Cell width={2} tone={tones[is]}>
					{is === 'busy' ? busy : marks[is]}
				</Cell>
				<Cell width={labelWidth}>{label}</Cell>
				<Cell width={window.width - labelWidth - 4} tone={is === 'bad' ? 'bad' : 'quiet'}>
					{is === 'busy' ? describeWait(item, session.now()) : detail}
				</Cell>
			</Row>
		);
	});
	return (
		<Frame
			{...describeHeader(state, window)}
			lines={lines}
			keys={[
				...(screen.canStop ? [{key: 'esc', does: 'stop looking', short: 'stop'}] : []),
				{key: 'ctrl-c', does: 'quit (nothing changed yet)', short: 'quit'},
			]}
		/>
	);
}

function describeWait({detail, startedAtMs}: LookingItem, nowMs: number): string {
	const seconds = startedAtMs === undefined ? 0 : (nowMs - startedAtMs) / 1000;
	return [detail || 'looking', ...(seconds < usualSeconds ? [] : [formatElapsed(seconds)])].join(', ');
}
