import type {Choice} from '../../core/questions/question.ts';
import {textWidth, wrapText} from '../../core/text/text.ts';

/** The cells of one row, line by line. */
export type CellLines = readonly (readonly string[])[];

export type TableLayout = {
	/** With the gap to the next column. */
	readonly widths: readonly number[];
	readonly titles: CellLines;
	readonly rows: readonly {readonly choice: Choice; readonly lines: CellLines}[];
};

const gap = 2;
const narrowest = 10;

/** Column widths that fit, the widest giving way first; cells wrap. `undefined` where a table makes no sense. */
export function layOutTable(
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
