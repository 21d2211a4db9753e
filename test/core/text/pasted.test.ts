import {expect, test} from 'vitest';
import {unwrapPasted} from '../../../source/core/text/text.ts';

test.each([
	['abc', undefined],
	['abc==', undefined],
	['abcd=ef', undefined],
	['ABC=', undefined],
	['', undefined],
	['""', undefined],
	['abc\n', 'abc'],
	['abc\r\n', 'abc'],
	['  abc ', 'abc'],
	['\ufeffabc', 'abc'],
	['"abc"', 'abc'],
	["'abc'", 'abc'],
	['`abc`', 'abc'],
	['"abc', undefined],
	['RESEND_API_KEY=abc', 'abc'],
	['RESEND_API_KEY="abc"', 'abc'],
	["export RESEND_API_KEY='abc'", 'abc'],
	['key: "abc"', 'abc'],
	['"abc",', 'abc'],
	['fly secrets set RESEND_API_KEY="abc"\n', 'abc'],
	['flyctl secrets set RESEND_API_KEY=abc', 'abc'],
	['RESEND_API_KEY=', undefined],
	['AWS_KEY===', undefined],
])('unwraps %j to %j', (text, value) => {
	expect(unwrapPasted(text)).toBe(value);
});
