import {expect, test} from 'vitest';
import {toPlainText} from '../../../source/core/text/text.ts';

test.each([
	['colors', '\u001b[1;31mred\u001b[0m', 'red'],
	['cursor moves and clears', 'a\u001b[2J\u001b[1;1Hb\u001b[?25lc', 'abc'],
	['a title with BEL', '\u001b]0;owned\u0007text', 'text'],
	['a link with ST', '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
	['an unfinished string, up to the line break', '\u001b]52;c;abc\nnext', '\nnext'],
	['eight-bit sequences', '\u009b31mred\u009d0;t\u009c!', 'red!'],
	['two-letter escapes', '\u001bcreset\u001b(Bset', 'resetset'],
	['a lone escape', 'end\u001b', 'end'],
	['carriage returns and bells', '10%\r20%\u0007\b', '10%20%'],
	['Windows line ends', 'a\r\nb', 'a\nb'],
	['tabs', 'a\tb', 'a  b'],
	['text that runs the other way', 'abc\u202egpj.exe', 'abcgpj.exe'],
	['half an emoji', 'a\ud83d', 'a'],
	['ordinary text', 'São Paulo · 日本 😀\n', 'São Paulo · 日本 😀\n'],
])('drops %s', (_what, text, plain) => {
	expect(toPlainText(text)).toBe(plain);
});
