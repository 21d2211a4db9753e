import fc from 'fast-check';
import {expect, test} from 'vitest';
import {firstLines, fitText, textWidth, toPlainText, wrapText} from '../../../source/core/text/text.ts';

test.each([
	['abc', 3],
	['日本', 4],
	['é', 1],
	['e\u0301', 1],
	['😀', 2],
	['● ›', 3],
])('%s takes %i columns', (text, width) => {
	expect(textWidth(text)).toBe(width);
});

test('cuts what is too wide and says so', () => {
	expect(fitText('one two three', 8)).toBe('one two…');
	expect(fitText('one two', 7)).toBe('one two');
	expect(fitText('one two three', 8, '...')).toBe('one t...');
	expect(firstLines(['one', 'two,', 'three'], 2, '…')).toEqual(['one', 'two…']);
});

test('wraps at spaces, breaks long words, keeps indents and line breaks', () => {
	expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
	expect(wrapText('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
	expect(wrapText('  indented\n\nlast', 20)).toEqual(['  indented', '', 'last']);
});

test('no wrapped line is too wide and no word is lost', () => {
	fc.assert(
		fc.property(fc.string(), fc.integer({min: 2, max: 40}), (text, width) => {
			const lines = wrapText(text, width);
			for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
			expect(lines.join('').replace(/\s/g, '')).toBe(toPlainText(text).replace(/\s/g, ''));
		}),
	);
});
