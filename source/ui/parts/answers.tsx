import type {ReactElement} from 'react';
import type {AnswerRow} from '../../core/session/session.ts';
import {textWidth} from '../../core/text/width.ts';
import type {WindowSize} from '../look/window.tsx';
import {Cell, Line, Row} from './lines.tsx';

/** The column where a row's value starts. */
export const valueColumn = (labels: readonly string[]): number =>
	Math.min(17, Math.max(8, ...labels.map(textWidth)) + 4);

const originWidth = (rows: readonly {readonly origin: string}[], {width, isNarrow}: WindowSize) =>
	isNarrow
		? 0
		: Math.min(26, Math.floor(width / 3), Math.max(0, ...rows.map(({origin}) => textWidth(origin))));

/** Returns the answers so far, or the remaining questions. Cut to `height` lines, with a count of hidden ones. */
export function answerListLines(
	rows: readonly AnswerRow[],
	which: 'answered' | 'coming',
	height: number,
	window: WindowSize,
): readonly ReactElement[] {
	const all = rows.filter(({state}) => state === which);
	if (height <= 0 || all.length === 0) return [];
	const column = valueColumn(rows.map(({label}) => label));
	const origins = originWidth(rows, window);
	const isCut = all.length > height;
	const size = isCut ? height - 1 : all.length;
	const shown = which === 'answered' ? all.slice(all.length - size) : all.slice(0, size);
	const count = all.length - size;
	const cut = (
		<Line key="cut" tone="quiet" indent={2}>
			{which === 'answered' ? `… ${count} more answered` : `… ${count} more to go`}
		</Line>
	);
	const lines = shown.map(({id, label, value, origin}) => (
		<Row key={id} indent={2}>
			<Cell width={column - 2} tone="quiet">
				{label}
			</Cell>
			<Cell width={window.width - column - (origins ? origins + 2 : 0)}>
				{which === 'answered' ? value : ''}
			</Cell>
			{origins && which === 'answered' ? <OriginCell origin={origin} width={origins} /> : null}
		</Row>
	));
	if (!isCut) return lines;
	return which === 'answered' ? [cut, ...lines] : [...lines, cut];
}

/** Where an answer came from, beside it. */
export function OriginCell({origin, width}: {readonly origin: string; readonly width: number}) {
	return (
		<Row indent={2}>
			<Cell width={width} tone="quiet">
				{origin}
			</Cell>
		</Row>
	);
}
