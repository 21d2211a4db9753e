import {expect, test} from 'vitest';
import {splitKeys} from '../../source/ui/input/split-keys.ts';

test.each([
	['letters', 'ab', ['a', 'b'], ''],
	['a line end of each kind', 'a\rb\nc\r\n', ['a', '\r', 'b', '\r', 'c', '\r'], ''],
	[
		'arrows and function keys',
		'\u001b[A\u001bOB\u001b[1;5C\u001b[[A\u001b[15~',
		['\u001b[A', '\u001bOB', '\u001b[1;5C', '\u001b[[A', '\u001b[15~'],
		'',
	],
	[
		'Backspace as Ctrl-H, since Ink takes it for Delete',
		'\u007f\u001b\u007f\u001b[3~',
		['\b', '\u001b\b', '\u001b[3~'],
		'',
	],
	['what Ink would take for typed text', 'a\u001b[?1;2c\u001b[57;1u\u001böb', ['a', 'b'], ''],
	['emoji', 'é😀', ['é', '😀'], ''],
	['alt and a letter', '\u001bb', ['\u001bb'], ''],
	['escape, then Ctrl-C', '\u001b\u0003', ['\u001b', '\u0003'], ''],
	['an unfinished sequence', 'a\u001b[1;', ['a'], '\u001b[1;'],
	['a lone escape', '\u001b', [], '\u001b'],
	['a paste', '\u001b[200~a\nb\u001b[201~c', ['ab', 'c'], ''],
	['a paste of nothing but a line end', '\u001b[200~\n\u001b[201~', [], ''],
	['half a paste', '\u001b[200~a\nb', [], '\u001b[200~a\nb'],
	['a long unmarked paste', `${'k'.repeat(40)}\r`, ['k'.repeat(40), '\r'], ''],
])('cuts %s', (_what, input, keys, rest) => {
	expect(splitKeys(input)).toEqual({keys, rest});
});
