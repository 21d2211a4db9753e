import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createRedactor} from '../../source/core/redact.ts';
import {Secret} from '../../source/core/secret.ts';

const redactorFor = (...secrets: readonly (readonly [name: string, value: string])[]) => {
	const redactor = createRedactor();
	for (const [name, value] of secrets) redactor.add(new Secret(name, value));
	return redactor;
};

const key = 'p+ss/"wörd"\\0123';

test.each([
	{form: 'plain', text: key},
	{form: 'in an address', text: encodeURIComponent(key)},
	{form: 'in JSON', text: JSON.stringify({a: key})},
	{form: 'in base64', text: Buffer.from(key).toString('base64')},
])('hides a value that stands $form', ({text}) => {
	const clean = redactorFor(['KEY', key]).redact(`before ${text} after`);
	expect(clean).toContain('[KEY]');
	expect(clean).toMatch(/^before .*after$/);
	expect(clean).not.toContain('0123');
	expect(clean).not.toContain(Buffer.from(key).toString('base64'));
});

test('hides every place, and the longer of two values where one holds the other', () => {
	const redactor = redactorFor(['SHORT', 'abcd'], ['LONG', 'abcdefgh']);
	expect(redactor.redact('abcd abcdefgh abcd')).toBe('[SHORT] [LONG] [SHORT]');
});

test('hides each line of a value with several', () => {
	const redactor = redactorFor(['PEM', 'first-line-1\nsecond-line-2\r\nx']);
	expect(redactor.redact('see second-line-2 and first-line-1')).toBe('see [PEM] and [PEM]');
});

test('leaves values alone that are too short to be secrets', () => {
	expect(redactorFor(['A', ''], ['B', 'abc']).redact('abc abc')).toBe('abc abc');
});

test('takes characters as they are, not as a pattern or a reference to one', () => {
	expect(redactorFor(['A$&', 'a.c*'], ['B', '$1$&']).redact('abcc a.c* $1$&')).toBe('abcc [A$&] [B]');
});

test('no secret survives in any text around it', () => {
	fc.assert(
		fc.property(
			fc.string({minLength: 4, maxLength: 40}),
			fc.string(),
			fc.string(),
			(value, before, after) => {
				fc.pre(!'[KEY]'.includes(value));
				const clean = redactorFor(['KEY', value]).redact(`${before}${value}${after}`);
				// The name itself may complete a new copy only where the text around it already held its other half.
				fc.pre(!before.includes('[') && !after.includes(']') && !value.includes('[') && !value.includes(']'));
				expect(clean).not.toContain(value);
			},
		),
	);
});

test.fails('known gap: a value over two calls, as where a line was cut at 4,000 characters, is not seen', () => {
	const redactor = redactorFor(['KEY', 'abcdefgh']);
	expect(redactor.redact('abcd') + redactor.redact('efgh')).not.toContain('abcdefgh');
});

test.fails('known gap: base64 of a longer text that holds the value is not seen', () => {
	const redactor = redactorFor(['KEY', 'abcdefgh']);
	const text = redactor.redact(Buffer.from('user:abcdefgh').toString('base64'));
	expect(Buffer.from(text, 'base64').toString()).not.toContain('abcdefgh');
});

test('a value with escape sequences or hidden characters in it is hidden all the same', () => {
	const redactor = createRedactor();
	redactor.add(new Secret('KEY', 're_canaryQ8vX2mW5kT9rL3pB7nD'));
	for (const broken of [
		're_canary\u001b[31mQ8vX2mW5kT\u001b[0m9rL3pB7nD',
		're_canaryQ8vX\u200b2mW5kT9rL3pB7nD',
		're_canaryQ8vX2mW5kT\u001b]8;;http://x\u00079rL3pB7nD',
	]) {
		expect(redactor.redact(`flyctl said: ${broken}.`)).toBe('flyctl said: [KEY].');
	}
});
