import fc from 'fast-check';
import {expect, test} from 'vitest';
import {editLine} from '../../source/ui/input/edit-line.ts';
import {keys} from '../helpers/screen.tsx';

/** `|` is the cursor. */
const read = (marked: string) => ({text: marked.replace('|', ''), cursor: marked.indexOf('|')});
const write = ({text, cursor}: {text: string; cursor: number}) =>
	`${text.slice(0, cursor)}|${text.slice(cursor)}`;

test.each([
	['a letter', 'ab|c', 'x', 'abx|c', 'field'],
	['a paste', 'ab|c', 'one two', 'abone two|c', 'field'],
	['backspace', 'ab|c', keys.backspace, 'a|c', 'field'],
	['backspace at the start', '|abc', keys.backspace, '|abc', 'nobody'],
	['left at the start', '|abc', keys.left, '|abc', 'nobody'],
	['right at the end', 'abc|', keys.right, 'abc|', 'nobody'],
	['Home', 'ab|c', keys.home, '|abc', 'form'],
	['Ctrl-E', 'ab|c', keys.ctrlE, 'abc|', 'form'],
	['Ctrl-U', 'ab|c', keys.ctrlU, '|c', 'form'],
	['Ctrl-W', 'one two|!', keys.ctrlW, 'one |!', 'form'],
	['Ctrl-W after spaces', 'one two  |', keys.ctrlW, 'one |', 'form'],
	['Ctrl-W in a host', 'blog.example.com|', keys.ctrlW, 'blog.example.|', 'form'],
	['delete', 'a|bc', '\u001b[3~', 'a|c', 'form'],
	['a key without a meaning', 'a|bc', '\u000b', 'a|bc', 'nobody'],
	['alt and a letter', 'a|bc', '\u001bf', 'a|bc', 'nobody'],
	['Enter', 'a|bc', keys.enter, 'a|bc', 'field'],
])('%s', (_what, before, key, after, by) => {
	const edit = editLine(read(before), key);
	expect(write(edit.line)).toBe(after);
	expect(edit.by).toBe(by);
});

test('never leaves the text, with any input', () => {
	const anyKey = fc.oneof(fc.constantFrom(...Object.values(keys)), fc.string());
	fc.assert(
		fc.property(fc.array(anyKey), typed => {
			const {text, cursor} = typed.reduce((line, key) => editLine(line, key).line, {text: '', cursor: 0});
			expect(cursor).toBeGreaterThanOrEqual(0);
			expect(cursor).toBeLessThanOrEqual(text.length);
			expect(text).not.toMatch(/\p{Cc}/u);
		}),
	);
});
