import {padText, textWidth, wrapText} from '../text/text.ts';
import {indent} from './indent.ts';

/** Below this a row is two lines, the second one indented. Columns. */
const narrowWidth = 64;

/** Rows of a kind, an id and a detail, below one another. @param room - Columns. */
export function writeRows(rows: readonly (readonly string[])[], room: number): readonly string[] {
	const widthOf = (column: number) => Math.max(...rows.map(cells => textWidth(cells[column] ?? '')));
	const kindWidth = widthOf(0) + 2;
	const idWidth = Math.min(widthOf(1), 24) + 2;
	return rows.flatMap(([kind = '', id = '', detail = '']) => {
		const head = `${padText(kind, kindWidth)}${id}`;
		if (room < narrowWidth) return [head, ...indent(wrapText(detail, room - 2), 2)];
		const left = kindWidth + idWidth;
		const lines = wrapText(detail, room - left);
		// An id that is wider than its column has a line of its own.
		if (textWidth(head) + 2 > left) return [head, ...indent(lines, left)];
		return lines.map((line, at) => `${padText(at === 0 ? head : '', left)}${line}`);
	});
}
