import type {ReactElement} from 'react';
import type {Choice} from '../../core/questions/question.ts';
import {padText, textWidth, wrapText} from '../../core/text/width.ts';
import {type Selection, windowStart} from '../input/select.ts';
import {Cell, Line, Row} from './lines.tsx';

function ChoiceMark({isMarked}: {readonly isMarked: boolean}) {
	return (
		<Cell width={2} tone="accent">
			{isMarked ? '›' : ''}
		</Cell>
	);
}

const choiceLook = ({disabled}: Choice, isMarked: boolean) =>
	({tone: disabled !== undefined ? 'quiet' : isMarked ? 'accent' : 'plain', isBold: isMarked}) as const;

/** Returns the cells of one row, line by line. */
type CellLines = readonly (readonly string[])[];

type TableLayout = {
	/** Includes the gap to the next column. */
	readonly widths: readonly number[];
	readonly titles: CellLines;
	readonly rows: readonly {readonly choice: Choice; readonly lines: CellLines}[];
};

const gap = 2;

const narrowest = 10;

/** Returns column widths that fit, shrinking the widest first; cells wrap. `undefined` if a table does not fit. */
function layOutTable(
	choices: readonly Choice[],
	columns: readonly string[],
	width: number,
): TableLayout | undefined {
	const cellsOf = ({label, cells}: Choice) => [label, ...(cells ?? [])];
	const count = Math.max(0, ...choices.map(choice => cellsOf(choice).length));
	const titles = Array.from({length: count}, (_, column) => columns[columns.length - count + column] ?? '');
	const natural = titles.map((title, column) =>
		Math.max(textWidth(title), ...choices.map(choice => textWidth(cellsOf(choice)[column] ?? ''))),
	);
	const widths = shrink(natural, width - gap * (count - 1));
	if (!widths) return undefined;

	const toLines = (cells: readonly string[]): CellLines => {
		const wrapped = widths.map((cellWidth, column) => wrapText(cells[column] ?? '', cellWidth));
		const height = Math.max(...wrapped.map(({length}) => length));
		return Array.from({length: height}, (_, line) => wrapped.map(cell => cell[line] ?? ''));
	};
	return {
		widths: widths.map((cellWidth, column) => cellWidth + (column < count - 1 ? gap : 0)),
		titles: titles.some(Boolean) ? toLines(titles) : [],
		rows: choices.map(choice => ({choice, lines: toLines(cellsOf(choice))})),
	};
}

function shrink(natural: readonly number[], room: number): readonly number[] | undefined {
	const widths = [...natural];
	let excess = widths.reduce((sum, width) => sum + width, 0) - room;
	for (; excess > 0; excess--) {
		const widest = widths.indexOf(Math.max(...widths));
		const width = widths[widest] ?? 0;
		if (width <= narrowest) return undefined;
		widths[widest] = width - 1;
	}

	return widths;
}

type Options = {
	readonly selection: Selection;
	readonly columns: readonly string[];
	readonly indent: number;
	readonly width: number;
	readonly height: number;
};

/** Returns the whole table, aligned with the answers or with the left edge; `undefined` if it does not fit. */
function tableLines({
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

type OptionsChoices = {
	readonly selection: Selection;
	readonly columns: readonly string[];
	/** Shown next to the choice with this value. */
	readonly proposal: {readonly value: string; readonly because: string} | undefined;
	readonly indent: number;
	readonly width: number;
	readonly height: number;
};

/** Returns the choices as at most `height` lines: a table if it fits, else a list with details of the marked one below. */
export function choiceLines(options: OptionsChoices): readonly ReactElement[] {
	const {selection, indent} = options;
	if (selection.shown.length === 0) {
		return [
			<Line key="none" tone="quiet" indent={indent}>
				{`No match for "${selection.filter}"`}
			</Line>,
		];
	}

	const hasCells = selection.shown.some(({cells}) => cells && cells.length > 0);
	return hasCells ? (tableLines(options) ?? detailLines(options)) : plainLines(options);
}

function detailLines(options: OptionsChoices): readonly ReactElement[] {
	const {selection, columns, height} = options;
	const cells = selection.shown[selection.marked]?.cells ?? [];
	const titles = columns.slice(columns.length - cells.length);
	const indent = Math.min(options.indent, 3);
	const room = Math.max(0, Math.min(cells.length, height - Math.min(selection.shown.length, 3)));
	return [
		...plainLines({...options, indent, height: height - room}),
		...cells.slice(0, room).map((cell, index) => (
			<Line key={titles[index]} tone="quiet" indent={indent + 2}>
				{titles[index] ? `${titles[index]}: ${cell}` : cell}
			</Line>
		)),
	];
}

function plainLines({selection, proposal, indent, width, height}: OptionsChoices): readonly ReactElement[] {
	const {shown, marked} = selection;
	const size = Math.max(1, Math.min(height, shown.length));
	const start = windowStart(marked, shown.length, size);
	const room = width - indent - 2;
	const labelWidth = Math.min(Math.max(...shown.map(({label}) => textWidth(label))) + 2, room);
	const place = shown.length > size ? `${marked + 1} of ${shown.length}` : '';
	return shown.slice(start, start + size).map((choice, row) => {
		const isMarked = start + row === marked;
		const because = choice.value === proposal?.value ? proposal.because : undefined;
		const count = row === size - 1 ? place : '';
		const ownWidth = Math.min(labelWidth, Math.max(1, room - (count ? count.length + 1 : 0)));
		const hintWidth = Math.max(0, room - ownWidth - count.length - 1);
		return (
			<Row key={choice.value} indent={indent}>
				<ChoiceMark isMarked={isMarked} />
				<Cell width={ownWidth} {...choiceLook(choice, isMarked)}>
					{choice.label}
				</Cell>
				<Cell width={hintWidth} tone="quiet">
					{hintWidth < 8 ? '' : (choice.disabled ?? because ?? choice.hint ?? '')}
				</Cell>
				<Row indent={count ? 1 : 0}>
					<Cell width={count.length} tone="quiet">
						{count}
					</Cell>
				</Row>
			</Row>
		);
	});
}
