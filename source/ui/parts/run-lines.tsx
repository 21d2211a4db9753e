import type {ReactElement} from 'react';
import type {RunState} from '../../core/session/run-state.ts';
import {textWidth} from '../../core/text/text.ts';
import type {WindowSize} from '../look/window.tsx';
import {Cell, Line, Row} from './lines.tsx';
import {collapseRows, type RunClock, runRows} from './run.tsx';

/** In fewer columns a note says nothing. */
const leastNote = 10;

/** A line for every step, and for every check once there are some, at most `height`: what is over or ahead is counted. */
export function runLines(
	run: RunState,
	clock: RunClock,
	height: number,
	window: WindowSize,
): readonly ReactElement[] {
	const rows = runRows(run, clock);
	const {width, isNarrow} = window;
	const indent = isNarrow ? 0 : 2;
	const longest = Math.max(0, ...rows.map(({title}) => textWidth(title)));
	const titleWidth = Math.max(1, Math.min(longest, isNarrow ? 24 : 34, width - indent - 9));
	const {before, isAllOver, shown, after} = collapseRows(rows, height);
	const noteWidth = width - indent - titleWidth - 11;
	const count = (text: string, key: string) => (
		<Line key={key} tone="quiet" indent={indent}>
			{text}
		</Line>
	);
	return [
		...(before > 0 ? [count(isAllOver ? `● ${before} more done` : `… ${before} more`, 'before')] : []),
		...shown.map(row => (
			<Row key={row.id} indent={indent}>
				<Cell width={2} tone={row.tone}>
					{row.mark}
				</Cell>
				<Cell
					width={titleWidth}
					tone={row.phase === 'ahead' ? 'quiet' : 'plain'}
					isBold={row.phase === 'active'}
				>
					{row.title}
				</Cell>
				<Cell width={7} tone="quiet" align="right">
					{row.time}
				</Cell>
				{noteWidth < leastNote ? null : (
					<Row indent={2}>
						<Cell width={noteWidth} tone={row.tone === 'good' ? 'quiet' : row.tone}>
							{row.note}
						</Cell>
					</Row>
				)}
			</Row>
		)),
		...(after > 0 ? [count(`○ ${after} more ahead`, 'after')] : []),
	];
}
