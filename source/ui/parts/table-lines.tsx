import type {ReactElement} from 'react';
import type {Choice} from '../../core/questions/question.ts';
import {padText} from '../../core/text/text.ts';
import type {Selection} from '../input/select.ts';
import {ChoiceMark, choiceLook} from './choice-mark.tsx';
import {Cell, Line, Row} from './lines.tsx';
import {layOutTable, type TableLayout} from './table-layout.ts';

type Options = {
	readonly selection: Selection;
	readonly columns: readonly string[];
	readonly indent: number;
	readonly width: number;
	readonly height: number;
};

/** The whole table, or `undefined` where it does not fit: where the answers stand, else from the left edge on. */
export function tableLines({
	selection,
	columns,
	width,
	height,
	...options
}: Options): readonly ReactElement[] | undefined {
	const {shown, marked} = selection;
	const leftEdge = Math.min(3, options.indent);
	const layOut = (indent: number) => layOutTable(shown, columns, width - indent - 2);
	const aligned = layOut(options.indent);
	const isAligned = aligned?.rows.every(({lines}) => lines.length === 1) && aligned.titles.length < 2;
	const [table, indent] = aligned && isAligned ? [aligned, options.indent] : [layOut(leftEdge), leftEdge];
	if (!table) return undefined;

	const titles = table.titles.map((cells, line) => tableRow(cells, table, `titles ${line}`, indent + 2));
	const lines = table.rows.flatMap(({choice, lines: texts}, row) =>
		texts.map((cells, line) =>
			tableRow(cells, table, `${choice.value} ${line}`, indent, {
				choice,
				isMarked: row === marked,
				isFirst: line === 0,
			}),
		),
	);
	const all = [...titles, ...lines];
	if (all.length > height) return undefined;
	const hint = shown[marked]?.disabled ?? shown[marked]?.hint;
	if (hint === undefined || all.length >= height) return all;
	return [
		...all,
		<Line key="hint" tone="quiet" indent={indent + 2}>
			{`${shown[marked]?.label}: ${hint}`}
		</Line>,
	];
}

type Marking = {readonly choice: Choice; readonly isMarked: boolean; readonly isFirst: boolean};

function tableRow(
	cells: readonly string[],
	{widths}: TableLayout,
	key: string,
	indent: number,
	marking?: Marking,
): ReactElement {
	const text = widths.map((width, column) => padText(cells[column] ?? '', width)).join('');
	const width = widths.reduce((sum, cellWidth) => sum + cellWidth, 0);
	return (
		<Row key={key} indent={indent}>
			{marking ? <ChoiceMark isMarked={marking.isMarked && marking.isFirst} /> : null}
			<Cell width={width} {...(marking ? choiceLook(marking.choice, marking.isMarked) : {tone: 'quiet'})}>
				{text}
			</Cell>
		</Row>
	);
}
