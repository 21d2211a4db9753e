import {useInput} from 'ink';
import {useState} from 'react';
import {textWidth} from '../../core/text/width.ts';
import {useWindow} from '../look/window.tsx';
import {Cell, Row} from './lines.tsx';

export type Button = {readonly label: string; readonly onPress: () => void};

export type Buttons = {readonly buttons: readonly Button[]; readonly marked: number};

/** Buttons side by side: left, right, and Tab move, Enter presses. */
export function useButtons(buttons: readonly Button[], isActive: boolean): Buttons {
	const [wanted, setWanted] = useState(0);
	const marked = Math.min(wanted, buttons.length - 1);
	useInput(
		(_input, key) => {
			if (key.leftArrow || (key.tab && key.shift)) setWanted(Math.max(0, marked - 1));
			else if (key.rightArrow) setWanted(Math.min(buttons.length - 1, marked + 1));
			else if (key.tab) setWanted((marked + 1) % buttons.length);
			else if (key.return) buttons[marked]?.onPress();
		},
		{isActive},
	);
	return {buttons, marked};
}

export function ButtonLine({buttons, marked}: Buttons) {
	const {width, isNarrow} = useWindow();
	const gap = isNarrow ? 1 : 4;
	const isAllTooWide = buttons.reduce((sum, {label}) => sum + textWidth(label) + 2 + gap, 0) > width;
	const shown = isAllTooWide ? buttons.slice(marked, marked + 1) : buttons;
	return (
		<Row indent={isNarrow ? 0 : 2}>
			{shown.map(button => {
				const isMarked = button === buttons[marked];
				const place = isAllTooWide ? `  (${marked + 1} of ${buttons.length})` : '';
				return (
					<Cell
						key={button.label}
						width={Math.min(width, textWidth(button.label) + 2 + gap + place.length)}
						tone={isMarked ? 'accent' : 'plain'}
						isBold={isMarked}
					>
						{`${isMarked ? '› ' : '  '}${button.label}${place}`}
					</Cell>
				);
			})}
		</Row>
	);
}
