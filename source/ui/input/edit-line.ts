type EditedLine = {readonly text: string; readonly cursor: number};

type Edit = {
	readonly line: EditedLine;
	/** What the text field does with the key: handles it, never sees it, or gets new text. */
	readonly by: 'field' | 'nobody' | 'form';
};

export const left = '\u001b[D';

const right = '\u001b[C';

const home = ['\u001b[H', '\u001bOH', '\u001b[1~', '\u001b[7~', '\u0001'];

const end = ['\u001b[F', '\u001bOF', '\u001b[4~', '\u001b[8~', '\u0005'];

const backspace = ['\u007f', '\b'];

const toStart = ['\u0015'];

const wordBack = ['\u0017', '\u001b\u007f', '\u001b\b'];

const deleteForward = ['\u001b[3~', '\u0004'];

const forTheScreen = [
	'\r',
	'\t',
	'\u0003',
	'\u001b',
	'\u001b[A',
	'\u001b[B',
	'\u001bOA',
	'\u001bOB',
	'\u001b[5~',
	'\u001b[6~',
];

/** Applies one key to a line: the shell's editing keys that ink-text-input does not support. */
export function editLine(line: EditedLine, key: string): Edit {
	const {text, cursor} = line;
	const fill = (newText: string, newCursor: number): Edit => ({
		line: {text: newText, cursor: newCursor},
		by: 'form',
	});

	if (forTheScreen.includes(key)) return {line, by: 'field'};
	if (home.includes(key)) return fill(text, 0);
	if (end.includes(key)) return fill(text, text.length);
	if (toStart.includes(key)) return fill(text.slice(cursor), 0);
	if (deleteForward.includes(key)) return fill(text.slice(0, cursor) + text.slice(cursor + 1), cursor);
	if (wordBack.includes(key)) {
		const rest = text.slice(0, cursor).replace(/[^\s./:_-]*[\s./:_-]*$/, '');
		return fill(rest + text.slice(cursor), rest.length);
	}

	if (key === left || key === '\u001bOD') return move(line, Math.max(0, cursor - 1));
	if (key === right || key === '\u001bOC') return move(line, Math.min(text.length, cursor + 1));
	if (backspace.includes(key)) {
		if (cursor === 0) return {line, by: 'nobody'};
		return {line: {text: text.slice(0, cursor - 1) + text.slice(cursor), cursor: cursor - 1}, by: 'field'};
	}

	if (/\p{Cc}/u.test(key)) return {line, by: 'nobody'};
	return {
		line: {text: text.slice(0, cursor) + key + text.slice(cursor), cursor: cursor + key.length},
		by: 'field',
	};
}

/** Stops the key at both ends, where ink-text-input would move its cursor out of the text. */
const move = (line: EditedLine, cursor: number): Edit =>
	cursor === line.cursor ? {line, by: 'nobody'} : {line: {...line, cursor}, by: 'field'};
