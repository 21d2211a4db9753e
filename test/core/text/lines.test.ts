import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createLineSplitter} from '../../../source/core/text/lines.ts';

/** Cuts at the given places, as a pipe may. */
function split(bytes: Buffer, cuts: readonly number[] = []): readonly string[] {
	const lines: string[] = [];
	const splitter = createLineSplitter(line => lines.push(line));
	const places = [...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
	let from = 0;
	for (const to of places) {
		splitter.push(bytes.subarray(from, to));
		from = to;
	}

	splitter.end();
	return lines;
}

test.each([
	{text: 'a\nb\n', lines: ['a', 'b'], because: 'plain'},
	{text: 'a\nb', lines: ['a', 'b'], because: 'no end of the last line'},
	{text: 'a\r\nb\r\n', lines: ['a', 'b'], because: 'Windows'},
	{text: '10%\r50%\r100%\n', lines: ['10%', '50%', '100%'], because: 'a progress display'},
	{text: '\r\r10%\r\rdone\n', lines: ['10%', 'done'], because: 'empty progress frames'},
	{text: 'a\n\nb\n', lines: ['a', '', 'b'], because: 'an empty line is a line'},
	{text: 'a\r\n\r\nb', lines: ['a', '', 'b'], because: 'an empty line on Windows'},
	{text: '', lines: [], because: 'nothing'},
	{text: '\n', lines: [''], because: 'one empty line'},
	{text: 'ü✓😀\n', lines: ['ü✓😀'], because: 'more than one byte a character'},
])('$because', ({text, lines}) => {
	expect(split(Buffer.from(text))).toEqual(lines);
});

const bytes = fc.oneof(
	fc.string({unit: fc.constantFrom('a', '\n', '\r', '\r\n', 'ü', '😀', ' ')}).map(text => Buffer.from(text)),
	fc.uint8Array({maxLength: 60}).map(array => Buffer.from(array)),
	fc.nat(9000).map(length => Buffer.from(`${'x'.repeat(length)}\r\ny`)),
);

test('where the pipe cuts does not change the lines', () => {
	fc.assert(
		fc.property(bytes, fc.array(fc.nat(10_000), {maxLength: 8}), (input, cuts) => {
			expect(split(input, cuts)).toEqual(split(input));
		}),
		{numRuns: 1000},
	);
});

test('no text is lost, and no piece is longer than 4,000 characters', () => {
	fc.assert(
		fc.property(bytes, input => {
			const lines = split(input);
			expect(lines.join('').replace(/[\r\n]/g, '')).toBe(input.toString('utf8').replace(/[\r\n]/g, ''));
			for (const line of lines) expect(line.length).toBeLessThanOrEqual(4000);
		}),
		{numRuns: 500},
	);
});

test('a line without an end comes in pieces while it is still being written', () => {
	const lines: string[] = [];
	const splitter = createLineSplitter(line => lines.push(line));
	splitter.push(Buffer.alloc(10_000, 'x'));
	expect(lines.map(line => line.length)).toEqual([4000, 4000]);
	splitter.end();
	expect(lines.map(line => line.length)).toEqual([4000, 4000, 2000]);
});

test('invalid UTF-8 is shown as such and does not end a line', () => {
	expect(split(Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a]))).toEqual(['a\ufffd\ufffdb']);
	expect(split(Buffer.from([0xc3]))).toEqual(['\ufffd']);
});

test('a line that is too long is cut between words, so no value is cut in two', () => {
	const value = 'canaryQ8vX2mW5kT9rL3pB7nD';
	for (let before = 3900; before < 4010; before += 7) {
		const lines: string[] = [];
		const splitter = createLineSplitter(line => lines.push(line));
		const text = `${'word '.repeat(before / 5)}${'x'.repeat(before % 5)} ${value} ${'tail '.repeat(900)}`;
		for (let at = 0; at < text.length; at += 333) splitter.push(Buffer.from(text.slice(at, at + 333)));
		splitter.end();
		expect(lines.join('')).toBe(text);
		expect(lines.filter(line => line.includes(value))).toHaveLength(1);
		for (const line of lines) expect(line.length).toBeLessThanOrEqual(4000);
	}
});
