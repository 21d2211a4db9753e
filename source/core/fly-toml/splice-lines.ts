/** Puts `inserted` at `offset`; everything else stays as it is. */
export const insertText = (text: string, offset: number, inserted: string): string =>
	text.slice(0, offset) + inserted + text.slice(offset);

/** Adds whole lines below the line that holds `offset`, with that line's own ending. */
export function insertLinesBelow(text: string, offset: number, lines: readonly string[]): string {
	const end = text.indexOf('\n', offset);
	if (end !== -1) {
		const ending = endingBefore(text, end + 1);
		return insertText(text, end + 1, lines.map(line => line + ending).join(''));
	}
	const ending = endingBefore(text, text.lastIndexOf('\n') + 1);
	const isOnEmptyLine = text === '' || text.endsWith('\n');
	return text + lines.map(line => (isOnEmptyLine ? line + ending : ending + line)).join('');
}

/** Adds whole lines above the line that holds `offset`, with that line's own ending. */
export function insertLinesAbove(text: string, offset: number, lines: readonly string[]): string {
	const next = text.indexOf('\n', offset);
	const ending = endingBefore(text, (next === -1 ? text.lastIndexOf('\n') : next) + 1);
	return insertText(text, startOfLine(text, offset), lines.map(line => line + ending).join(''));
}

/** The start of the comment lines that stand directly above the line of `offset`, else of that line. */
export function startOfComments(text: string, offset: number): number {
	let start = startOfLine(text, offset);
	while (start > 0 && isComment(lineAt(text, start - 1))) start = startOfLine(text, start - 1);
	return start;
}

/** The last offset of the comment lines below the line of `offset`, unless they belong to what follows them. */
export function endOfComments(text: string, offset: number): number {
	let last = offset;
	for (let next = startOfNextLine(text, last); next !== undefined; next = startOfNextLine(text, last)) {
		const line = lineAt(text, next);
		if (line.trim() === '') return last;
		if (!isComment(line)) return offset;
		last = next;
	}
	return last;
}

/** The white space before the first character of the line that holds `offset`. */
export const indentAt = (text: string, offset: number): string =>
	/^[ \t]*/.exec(lineAt(text, offset))?.[0] ?? '';

/** The line that holds `offset`, without its ending. */
export function lineAt(text: string, offset: number): string {
	const end = text.indexOf('\n', offset);
	return text.slice(startOfLine(text, offset), end === -1 ? undefined : end).replace(/\r$/, '');
}

export function startOfNextLine(text: string, offset: number): number | undefined {
	const end = text.indexOf('\n', offset);
	return end === -1 || end + 1 === text.length ? undefined : end + 1;
}

const startOfLine = (text: string, offset: number): number =>
	offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;

const isComment = (line: string): boolean => line.trimStart().startsWith('#');

const endingBefore = (text: string, offset: number): string => (text[offset - 2] === '\r' ? '\r\n' : '\n');
