import type {Key} from 'ink';
import {characters} from '../../core/text/width.ts';

export type EditedLine = {
	readonly text: string;
	/** An index into `text`, between two whole characters. */
	readonly cursor: number;
};

/**
Applies a key press to a line as a shell does. A letter with its accents and an emoji count as one character.

@param input - As Ink reports it: the text of the key or of a paste, the letter of a control key.
@returns `undefined` for a key that does not edit.
*/
export function editLine(line: EditedLine, input: string, key: Key): EditedLine | undefined {
	const {text, cursor} = line;
	const [before, after] = [text.slice(0, cursor), text.slice(cursor)];
	const isWord = key.ctrl || key.meta;
	const ctrl = (letter: string) => key.ctrl && input === letter;
	const alt = (letter: string) => key.meta && !key.ctrl && input === letter;
	const keep = (head: string, tail: string) => ({text: head + tail, cursor: head.length});

	if (key.home || ctrl('a')) return {text, cursor: 0};
	if (key.end || ctrl('e')) return {text, cursor: text.length};
	if ((key.leftArrow && isWord) || alt('b')) return {text, cursor: dropWord(before).length};
	if ((key.rightArrow && isWord) || alt('f')) return {text, cursor: text.length - skipWord(after).length};
	if (key.leftArrow || ctrl('b')) return {text, cursor: dropCharacter(before).length};
	if (key.rightArrow || ctrl('f')) return {text, cursor: text.length - skipCharacter(after).length};
	if (ctrl('u')) return keep('', after);
	if (ctrl('k')) return keep(before, '');
	if (ctrl('w') || (key.backspace && isWord)) return keep(dropWord(before), after);
	if (alt('d') || (key.delete && isWord)) return keep(before, skipWord(after));
	if (key.backspace) return keep(dropCharacter(before), after);
	if (key.delete || ctrl('d')) return keep(before, skipCharacter(after));
	return isWord || input === '' || /\p{Cc}/u.test(input) ? undefined : keep(before + input, after);
}

const dropWord = (text: string) => text.replace(/[^\s./:_-]*[\s./:_-]*$/, '');

const skipWord = (text: string) => text.replace(/^[\s./:_-]*[^\s./:_-]*/, '');

const dropCharacter = (text: string) => text.slice(0, [...characters.segment(text)].at(-1)?.index ?? 0);

export const skipCharacter = (text: string): string =>
	text.slice(characters.segment(text).containing(0)?.segment.length ?? 0);
