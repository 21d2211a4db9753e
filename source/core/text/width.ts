import stringWidth from 'string-width';
import {toPlainText} from './text.ts';

/** Characters that are one column wide. Most texts have no others, and splitting into clusters takes a hundred times as long. */
const narrow =
	/^[ -~\u00a1-\u00ac\u00ae-\u00ff\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2212\u2500-\u25fc\u2713-\u2717]*$/;

/** Splits a text into characters as a person counts them. */
export const characters = new Intl.Segmenter();

/** Returns the width of a text in terminal columns. */
export const textWidth = (text: string): number => (narrow.test(text) ? text.length : stringWidth(text));

/** Cuts a text to at most `width` columns; `ellipsis` stands for what was cut. */
export function fitText(text: string, width: number, ellipsis = '…'): string {
	// A very long text is not measured to its end.
	const [line = '', rest] = breakText(text, width);
	if (rest === undefined && textWidth(line) <= width) return text;
	const room = width - textWidth(ellipsis);
	if (room < 0) return ellipsis.slice(0, Math.max(0, width));
	const [head = ''] = breakText(line, room);
	return (textWidth(head) > room ? '' : head.trimEnd()) + ellipsis;
}

/** Pads a text with spaces up to `width` columns. */
export const padText = (text: string, width: number): string =>
	text + ' '.repeat(Math.max(0, width - textWidth(text)));

/** Breaks a text into lines of at most `width` columns, at spaces; a word longer than a line is broken inside. */
export function wrapText(text: string, width: number): string[] {
	const lines: string[] = [];
	for (const paragraph of toPlainText(text).split('\n')) {
		let [line, used] = ['', 0];
		for (const word of paragraph.split(/(?<=\s)(?=\S)/)) {
			if (used + textWidth(word.trimEnd()) <= width) {
				line += word;
				used += textWidth(word);
				continue;
			}

			if (line.trim()) lines.push(line.trimEnd());
			const left = line.trim() ? word : line + word;
			line = '';
			for (const piece of breakText(left.trimEnd(), width)) {
				if (line) lines.push(line);
				line = piece;
			}

			line += left.slice(left.trimEnd().length);
			used = textWidth(line);
		}

		lines.push(line.trimEnd());
	}

	return lines;
}

/** Yields pieces of at most `width` columns; a wider character is its own piece. */
function* breakText(text: string, width: number): Generator<string> {
	let [piece, used] = ['', 0];
	for (const character of narrow.test(text) ? text : splitCharacters(text)) {
		const columns = textWidth(character);
		if (piece && used + columns > width) {
			yield piece;
			[piece, used] = ['', 0];
		}

		piece += character;
		used += columns;
	}

	yield piece;
}

/** Yields characters as a person counts them: a letter with its accent, an emoji of several code points. */
function* splitCharacters(text: string): Generator<string> {
	for (const {segment} of characters.segment(text)) yield segment;
}

/** Returns the first lines; the last one ends in `ellipsis` when lines were left out. */
export const firstLines = (lines: readonly string[], count: number, ellipsis: string): readonly string[] =>
	lines.length <= count || count <= 0
		? lines.slice(0, Math.max(0, count))
		: [...lines.slice(0, count - 1), `${(lines[count - 1] ?? '').replace(/[\s.,;:]+$/, '')}${ellipsis}`];
