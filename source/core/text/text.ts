/** OSC, DCS, SOS, PM and APC: they carry text up to a terminator that must not be shown either. */
const strings =
	/(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?/g;

const sequences = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;

const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Characters that reorder or hide what stands beside them. */
const tricks = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/** Text from outside, made safe to print: no escape sequence, control or reordering character; line breaks stay. */
export const toPlainText = (text: string): string =>
	text
		.replace(strings, '')
		.replace(sequences, '')
		.replace(/\r\n/g, '\n')
		.replace(/[\u2028\u2029]/g, '\n')
		.replace(/\t/g, '  ')
		.replace(controls, '')
		.replace(tricks, '');

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

/** A word as a POSIX shell reads it back, byte for byte. */
export const quoteForShell = (word: string): string =>
	/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

const command = /^(?:export|set|fly(?:ctl)?\s+secrets\s+set)\s+/;

const quotedAssignment = /^[A-Za-z_]\w*\s*[=:]\s*(?=["'`])/;

// Without quotes only a name in capitals with an underscore counts, since a bare key may itself hold an equals sign.
const bareAssignment = /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+\s*=\s*(?=[^=\s])/;

const quoted = /^(["'`])(.*)\1[,;]?$/s;

/**
Finds the bare value in what was copied together with its surroundings: a line break, quotes, `KEY="value"`,
`fly secrets set KEY=value`.

@returns The bare value, or `undefined` when the text already is one or nothing would be left.
*/
export function unwrapPasted(text: string): string | undefined {
	const line = text.trim().replace(command, '');
	const right = line.replace(quotedAssignment, '').replace(bareAssignment, '');
	const value = (quoted.exec(right)?.[2] ?? right).trim();
	return value === '' || value === text ? undefined : value;
}
