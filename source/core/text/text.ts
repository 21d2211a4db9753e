/** OSC, DCS, SOS, PM and APC: they carry text, up to a terminator, that must not be shown either. */
const strings =
	/(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?/g;

const sequences = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;

const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** As `controls`, but without the end of a line. */
const controlsInPatch = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\r(?!\n)/g;

/** Characters that reorder or hide the text around them. */
const tricks = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/** As `tricks`, but without a byte order mark at the start of a line of a patch. */
const tricksInPatch =
	/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]|(?<!^[-+ ])\ufeff|\p{Surrogate}/gmu;

/** Makes text from outside safe to print: removes escape sequences, control and reordering characters; keeps line breaks. */
export const toPlainText = (text: string): string =>
	text
		.replace(strings, '')
		.replace(sequences, '')
		.replace(/\r\n/g, '\n')
		.replace(/[\u2028\u2029]/g, '\n')
		.replace(/\t/g, '  ')
		.replace(controls, '')
		.replace(tricks, '');

/** Makes a patch safe to print, and keeps what `git apply` needs: tabs, line endings, and a byte order mark. */
export const toPlainPatch = (text: string): string =>
	text.replace(strings, '').replace(sequences, '').replace(controlsInPatch, '').replace(tricksInPatch, '');

/** Quotes a word so that a POSIX shell reads it back byte for byte. */
export const quoteForShell = (word: string): string =>
	/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

const command = /^(?:export|set|fly(?:ctl)?\s+secrets\s+set)\s+/;

const quotedAssignment = /^[A-Za-z_]\w*\s*[=:]\s*(?=["'`])/;

// Without quotes only a name in capitals with an underscore counts, since a bare key may itself hold an equals sign.
const bareAssignment = /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+\s*=\s*(?=[^=\s])/;

const quoted = /^(["'`])(.*)\1[,;]?$/s;

/**
Finds the bare value in text that was copied with its surroundings: a line break, quotes, `KEY="value"`,
`fly secrets set KEY=value`.

@returns The bare value, or `undefined` when the text already is one or nothing would be left.
*/
export function unwrapPasted(text: string): string | undefined {
	const line = text.trim().replace(command, '');
	const right = line.replace(quotedAssignment, '').replace(bareAssignment, '');
	const value = (quoted.exec(right)?.[2] ?? right).trim();
	return value === '' || value === text ? undefined : value;
}
