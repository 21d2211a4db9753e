import {toPlainText} from '../plain-text.ts';

const wide =
	/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const nothing = /\p{Mark}|\u200c|\u200d/u;

const charWidth = (char: string) => (nothing.test(char) ? 0 : wide.test(char) ? 2 : 1);

/** In columns of the terminal. */
export function textWidth(text: string): number {
	let width = 0;
	for (const char of text) width += charWidth(char);
	return width;
}

/** At most `width` columns; what is cut off leaves `ellipsis` behind. */
export function fitText(text: string, width: number, ellipsis = '…'): string {
	if (textWidth(text) <= width) return text;
	let kept = '';
	let room = width - textWidth(ellipsis);
	if (room < 0) return ellipsis.slice(0, Math.max(0, width));
	for (const char of text) {
		room -= charWidth(char);
		if (room < 0) break;
		kept += char;
	}

	return kept.trimEnd() + ellipsis;
}

/** Filled with spaces up to `width` columns. */
export const padText = (text: string, width: number): string =>
	text + ' '.repeat(Math.max(0, width - textWidth(text)));

/** Lines of at most `width` columns, broken at spaces; a word that is longer than a line is broken inside. */
export function wrapText(text: string, width: number): string[] {
	const lines: string[] = [];
	for (const paragraph of toPlainText(text).split('\n')) {
		let line = '';
		for (const word of paragraph.split(/(?<=\s)(?=\S)/)) {
			if (textWidth((line + word).trimEnd()) <= width) {
				line += word;
				continue;
			}

			if (line.trim()) lines.push(line.trimEnd());
			line = line.trim() ? word : line + word;
			while (textWidth(line.trimEnd()) > width) {
				const head = cutAt(line, Math.max(1, width));
				lines.push(head);
				line = line.slice(head.length);
			}
		}

		lines.push(line.trimEnd());
	}

	return lines;
}

/** The first lines; where more were left out, the last one says so. */
export const firstLines = (lines: readonly string[], count: number, ellipsis: string): readonly string[] =>
	lines.length <= count || count <= 0
		? lines.slice(0, Math.max(0, count))
		: [...lines.slice(0, count - 1), `${(lines[count - 1] ?? '').replace(/[\s.,;:]+$/, '')}${ellipsis}`];

function cutAt(text: string, width: number): string {
	let head = '';
	let used = 0;
	for (const char of text) {
		used += charWidth(char);
		if (used > width && head) break;
		head += char;
	}

	return head;
}
