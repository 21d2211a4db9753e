import fc from 'fast-check';
import {expect, test} from 'vitest';
import {findJson} from '../../../source/core/fly/output.ts';

const warn = '\u001b[33mWARN\u001b[0m ';

test.each([
	{output: '{"a":1}', json: {a: 1}, because: 'nothing around it'},
	{output: '\n  [\n    {"a": 1}\n  ]\n', json: [{a: 1}], because: 'indented'},
	{
		output: `${warn}Metrics send issue: {"not":"ours"\n{"a":1}`,
		json: {a: 1},
		because: 'a warning with colors before it',
	},
	{output: '[WARN] slow\n[1,2]', json: [1, 2], because: 'a bracket that begins no JSON'},
	{output: '{"a":1}\nVolume created.\n', json: {a: 1}, because: 'a sentence after it'},
	{output: '{"a":"}]\\"["}', json: {a: '}]"['}, because: 'brackets and quotes in a text'},
	{output: '{"a":1}{"b":2}', json: {a: 1}, because: 'the first of two'},
	{output: '\u001b[1m{"a":\u001b[0m 1}', json: {a: 1}, because: 'color codes inside'},
	{output: '{}', json: {}, because: 'empty, and not nothing'},
	{output: '[]', json: [], because: 'an empty list, and not nothing'},
	{output: 'log {"a":1}', json: undefined, because: 'flyctl begins its JSON on a new line'},
	{output: '[1 of 2] done\n{"a":1}', json: {a: 1}, because: 'a bracket that looks like JSON and is a remark'},
	{output: '[\n {"a":1},\n {"a":2}\n', json: undefined, because: 'cut off after whole entries'},
	{output: '{"a":1', json: undefined, because: 'cut off'},
	{output: '{"a":"x', json: undefined, because: 'cut off in a text'},
	{output: 'null', json: undefined, because: 'no object or list'},
	{output: '', json: undefined, because: 'empty'},
	{output: 'Error: not found', json: undefined, because: 'none there'},
])('$because', ({output, json}) => {
	expect(findJson(output)).toEqual(json);
});

const prose = fc
	.array(
		fc.oneof(
			fc.string({maxLength: 30}).map(text => text.replace(/[{[\n\r]/g, '')),
			fc.constantFrom(`${warn}slow`, '[WARN] slow', '\u001b[2mdebug\u001b[0m', 'Error: a "quoted" word', ''),
		),
		{maxLength: 5},
	)
	.map(lines => lines.map(line => `${line.replace(/[\u001b\u009b](?!\[(?:33|0|2)m)/g, '')}\n`).join(''));
const values = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));

// Color codes are removed from the whole output, so a text that holds one arrives without it; flyctl's never do.
const hasEscape = (text: string) => /[\u001b\u009b]|\\u00[19]b/i.test(text);

test('any object or list is found between any other lines', () => {
	fc.assert(
		fc.property(prose, values, prose, fc.constantFrom(undefined, 2, '\t'), (before, value, after, indent) => {
			const text = JSON.stringify(value, null, indent);
			fc.pre(!hasEscape(text));
			expect(findJson(`${before}${text}\n${after}`)).toEqual(JSON.parse(text));
		}),
		{numRuns: 500},
	);
});

test('nothing is ever thrown, whatever was printed', () => {
	fc.assert(
		fc.property(
			fc.string({unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', '\n', ',', ':', '1', 'a', '\u001b[')}),
			text => {
				const found = findJson(text);
				expect(found === undefined || typeof found === 'object').toBe(true);
			},
		),
		{numRuns: 2000},
	);
});

test('truncated output is nothing, never a part', () => {
	fc.assert(
		fc.property(
			fc.array(fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue({maxDepth: 2})), {minLength: 1}),
			fc.nat(),
			(value, cut) => {
				const text = JSON.stringify(value, null, 1);
				fc.pre(!hasEscape(text));
				expect(findJson(text.slice(0, cut % text.length))).toBeUndefined();
			},
		),
	);
});

test.each([
	JSON.stringify(
		Array.from({length: 40_000}, (_, id) => ({id})),
		null,
		1,
	).slice(0, -2),
	'[\n'.repeat(300_000),
	'\n'.repeat(300_000),
])('megabytes without an end are given up in good time (%#)', text => {
	const start = performance.now();
	expect(findJson(text)).toBeUndefined();
	expect(performance.now() - start).toBeLessThan(5000);
});

test('invalid JSON that never ends hides nothing after it', () => {
	expect(findJson(`${'[WARN\n{ oops\n'.repeat(200)}{"a":1}`)).toEqual({a: 1});
});
