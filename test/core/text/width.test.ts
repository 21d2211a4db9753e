import fc from 'fast-check';
import {expect, test} from 'vitest';
import {toPlainText} from '../../../source/core/text/text.ts';
import {firstLines, fitText, textWidth, wrapText} from '../../../source/core/text/width.ts';

test.each([
	['abc', 3],
	['日本', 4],
	['é', 1],
	['e\u0301', 1],
	['😀', 2],
	['● ›', 3],
	['👨‍👩‍👧', 2],
	['❤️', 2],
	['1️⃣', 2],
	['🇨🇭', 2],
	['각', 2],
])('%s takes %i columns', (text, width) => {
	expect(textWidth(text)).toBe(width);
});

test('a character of several code points is never cut in two', () => {
	expect(fitText('ab👨‍👩‍👧c', 4)).toBe('ab…');
	expect(fitText('日本', 2)).toBe('…');
	expect(wrapText('👨‍👩‍👧👨‍👩‍👧e\u0301', 3)).toEqual(['👨‍👩‍👧', '👨‍👩‍👧e\u0301']);
});

test('a very long text of wide characters is fitted and wrapped in moments', () => {
	const startedAtMs = performance.now();
	expect(fitText('日'.repeat(1_000_000), 80)).toBe(`${'日'.repeat(39)}…`);
	expect(wrapText('日本 '.repeat(5000), 80)).toHaveLength(313);
	expect(performance.now() - startedAtMs).toBeLessThan(5000);
});

test('cuts a text that is too wide and shows it', () => {
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

/** Some composed characters are three columns wide, and no wrapping can split them. */
const isOneCharacter = (line: string) => [...new Intl.Segmenter().segment(line)].length === 1;

test('a character wider than the line gets its own line', () => {
	const note = '\u{1d158}\u{1d165}\u{1d16e}';
	expect(textWidth(note)).toBe(3);
	expect(wrapText(`${note}${note}`, 2)).toEqual([note, note]);
});

test('no wrapped line is too wide and no word is lost', () => {
	fc.assert(
		fc.property(
			fc.oneof(fc.string(), fc.string({unit: 'grapheme'})),
			fc.integer({min: 2, max: 40}),
			(text, width) => {
				const lines = wrapText(text, width);
				for (const line of lines)
					expect(textWidth(line)).toBeLessThanOrEqual(isOneCharacter(line) ? 3 : width);
				expect(lines.join('').replace(/\s/g, '')).toBe(toPlainText(text).replace(/\s/g, ''));
			},
		),
	);
});
