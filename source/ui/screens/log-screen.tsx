import type {RunState} from '../../core/session/run-state.ts';
import {wrapText} from '../../core/text/text.ts';
import {useWindow} from '../look/window.tsx';
import {Line} from '../parts/lines.tsx';
import {ScrollScreen} from './scroll.tsx';

/** The newest lines of what runs; older ones are in the log file. */
export function LogScreen({run, onClose}: {readonly run: RunState; readonly onClose: () => void}) {
	const first = run.linesPrinted - run.tail.length;
	const title = first > 0 ? `Log, from line ${first + 1} on` : 'Log';
	const {width} = useWindow();
	const printed = run.tail.length > 0 ? run.tail : ['Nothing has been printed yet.'];
	const lines = printed.flatMap(text => wrapText(text, width));
	return (
		<ScrollScreen
			title={title}
			toggle="l"
			followsEnd
			onClose={onClose}
			lines={lines.map(text => (
				<Line key={text} tone="quiet">
					{text || ' '}
				</Line>
			))}
		/>
	);
}
