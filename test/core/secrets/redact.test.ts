import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createRedactor, type Redactor} from '../../../source/core/secrets/redact.ts';
import {Secret} from '../../../source/core/secrets/secret.ts';
import {createLineSplitter} from '../../../source/core/text/lines.ts';
import {toPlainText} from '../../../source/core/text/text.ts';

const redactorFor = (...secrets: readonly (readonly [name: string, value: string])[]) => {
	const redactor = createRedactor();
	for (const [name, value] of secrets) redactor.add(new Secret(name, value));
	return redactor;
};

const key = 'p+ss/"wörd"\\0123';

test.each([
	{form: 'plain', text: key},
	{form: 'in a URL', text: encodeURIComponent(key)},
	{form: 'in JSON', text: JSON.stringify({a: key})},
	{form: 'in base64', text: Buffer.from(key).toString('base64')},
])('hides a value written $form', ({text}) => {
	const clean = redactorFor(['KEY', key]).redact(`before ${text} after`);
	expect(clean).toContain('[KEY]');
	expect(clean).toMatch(/^before .*after$/);
	expect(clean).not.toContain('0123');
	expect(clean).not.toContain(Buffer.from(key).toString('base64'));
});

test('hides every occurrence, and the longer of two values where one contains the other', () => {
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

/** As a child prints it, in pieces of this many bytes: cut into lines, each redacted. */
function passThrough(redactor: Redactor, text: string, pieceBytes = 333): readonly string[] {
	const lines: string[] = [];
	const splitter = createLineSplitter(line => lines.push(redactor.redact(line)), redactor.findCut);
	const bytes = Buffer.from(text);
	for (let at = 0; at < bytes.length; at += pieceBytes) splitter.push(bytes.subarray(at, at + pieceBytes));
	splitter.end();
	return lines;
}

test('a value in a line too long and without a gap is hidden everywhere', () => {
	const redactor = redactorFor(
		['KEY', 'abcdefgh'],
		['OTHER', 'ghijklmnopqrstuvwxyz'],
		['SPACED', 'horse battery staple'],
	);
	for (const [value, name] of [
		['abcdefgh', '[KEY]'],
		['abcdefghijklmnopqrstuvwxyz', '[OTHER]'],
		['horse battery staple', '[SPACED]'],
	] as const) {
		for (let before = 3960; before <= 4010; before++) {
			const lines = passThrough(redactor, `${'.'.repeat(before)}${value}${'.'.repeat(5000)}\nnext`);
			expect([before, lines.join('')]).toEqual([
				before,
				`${'.'.repeat(before)}${name}${'.'.repeat(5000)}next`,
			]);
			expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(4030);
		}
	}
});

test('a value longer than the longest line is hidden completely; text that only starts like one is shown', () => {
	const long = Array.from({length: 9000}, (_, index) => String.fromCharCode(33 + ((index * 7919) % 90))).join(
		'',
	);
	const redactor = redactorFor(['LONG', long]);
	expect(passThrough(redactor, `a ${long} b\n`).join('')).toBe('a [LONG] b');
	const almost = `${long.slice(0, 8999)}\u00fc`;
	expect(passThrough(redactor, `a ${almost} b\n`).join('')).toBe(`a ${almost} b`);
	expect(passThrough(redactorFor(['A', 'aaaa']), 'a'.repeat(300_000), 8192).join('').length).toBeLessThan(
		1000,
	);
});

test('values, lines and pieces of any kind: the output never contains a value, and nothing else is lost', () => {
	const letters = fc.string({unit: fc.constantFrom('a', 'b', 'c'), minLength: 5, maxLength: 12});
	fc.assert(
		fc.property(
			fc.uniqueArray(letters, {minLength: 1, maxLength: 3}),
			fc.array(
				fc.oneof(
					fc.nat(3990).map(length => '.'.repeat(length)),
					fc.constantFrom(' ', '\n'),
					fc.nat(2),
				),
				{maxLength: 9},
			),
			fc.integer({min: 1, max: 5000}),
			(values, parts, pieceBytes) => {
				const redactor = redactorFor(...values.map((value, index) => [`K${index}`, value] as const));
				const text = parts.map(part => (typeof part === 'number' ? (values[part] ?? 'x') : part)).join('');
				const printed = passThrough(redactor, text, pieceBytes).join('');
				for (const value of values) expect(printed).not.toContain(value);
				expect(printed.replace(/\[K\d\]/g, '').length).toBe(text.replace(/[abc\n]/g, '').length);
			},
		),
		{numRuns: 1000},
	);
});

test('inside a longer base64 text, at any place and in both alphabets, and in hex', () => {
	const value = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
	const redactor = redactorFor(['KEY', value]);
	for (let before = 0; before < 9; before++) {
		const whole = Buffer.from(`${'user:pass'.slice(0, before)}${value}@host`);
		for (const text of [
			whole.toString('base64'),
			whole.toString('base64url'),
			whole.toString('hex'),
			whole.toString('hex').toUpperCase(),
		]) {
			const clean = redactor.redact(`Basic ${text}.`);
			expect([before, clean.includes('[KEY]')]).toEqual([before, true]);
			const left = clean.replace('[KEY]', '');
			for (const encoding of ['base64', 'hex'] as const) {
				for (let cut = 0; cut < 4; cut++) {
					expect(Buffer.from(left.slice(6 + cut), encoding).toString('latin1')).not.toContain(
						value.slice(2, 10),
					);
				}
			}
		}
	}
});

const special = `a<b>&c'd" e!/(f)\u2028+~*`;
test.each([
	{form: 'by Go, in JSON', text: 'a\\u003cb\\u003e\\u0026c\'d\\" e!/(f)\\u2028+~*'},
	{form: 'by Go, in a query', text: 'a%3Cb%3E%26c%27d%22+e%21%2F%28f%29%E2%80%A8%2B~%2A'},
	{form: 'in a path', text: 'a%3Cb%3E%26c%27d%22%20e%21/%28f%29%E2%80%A8%2B~%2A'},
	{form: 'with small hex digits', text: 'a%3cb%3e%26c%27d%22%20e%21%2f%28f%29%e2%80%a8%2b~%2a'},
])('hides a value written $form', ({text}) => {
	expect(redactorFor(['KEY', special]).redact(`<${text}>`)).toBe('<[KEY]>');
});

test('of two values that overlap nothing is left', () => {
	expect(redactorFor(['A', 'abcdefgh'], ['B', 'fghijklmnop']).redact('.abcdefghijklmnop.')).toBe('.[B].');
});

test('fifty values cost a line little more than one', () => {
	const redactor = createRedactor();
	for (let at = 0; at < 50; at++) redactor.add(new Secret(`K${at}`, `canary${at}${'x'.repeat(40)}`));
	const line = '#12 12.34 Compiling 64 files (.ex) '.padEnd(100, '-');
	const startedAtMs = performance.now();
	for (let count = 0; count < 100_000; count++) redactor.redact(line);
	expect(performance.now() - startedAtMs).toBeLessThan(1000);
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

const odd = {
	tab: 'private\tkey-of\tan-account',
	'carriage return': 'first-half\rsecond-half',
	escape: 'before-esc\u001b[31mafter-esc',
	'escape at its end': 'before-the-end\u001b',
	'zero-width space': 'left-side\u200bright-side',
	'line separator': 'upper-line\u2028lower-line\u2029third-line',
	bell: 'ring-the\u0007bell-here',
	'half a character': 'half-of-\ud83d-an-emoji',
	'direction override': 'to-the-right\u202eand-back',
	everything: '\u001b]0;title\u0007a\tb\u200bc\u2028d-long-line\r\n\te-long-line\u0000f-long-line\ufeff',
};
const oddValues = Object.entries(odd).map(([what, value]) => ({what, value}));

/** The parts of the value that any clean-up leaves whole. */
const listParts = (value: string) =>
	value
		.replace(/\u001b\]0;title\u0007|\u001b\[31m/g, '\u001b')
		.split(/[\p{C}\s]+/u)
		.filter(part => part.length >= 8);

const expectHidden = (text: string, value: string) => {
	for (const part of listParts(value)) expect(text).not.toContain(part);
};

test.each(oddValues)('a value with $what is hidden as it is, cleaned, and in quotes', ({value}) => {
	const redactor = redactorFor(['KEY', value]);
	const texts = [
		value,
		toPlainText(value),
		value.replaceAll('\t', '  '),
		value.replace(/[\p{Cc}]/gu, ''),
		value.replace(/\p{C}/gu, ''),
		JSON.stringify(value),
		toPlainText(JSON.stringify(value)),
		encodeURIComponent(Buffer.from(value).toString()),
		Buffer.from(value).toString('base64'),
		Buffer.from(value).toString('hex'),
	];
	for (const text of texts) {
		for (const shown of [redactor.redact(`a ${text} b`), redactor.clean(`a ${text} b`)]) {
			expectHidden(shown, value);
			expect(shown).toContain('[KEY]');
			expect(shown).toMatch(/^a .* b$/s);
		}
	}
});

test.each(oddValues)(
	'a value with $what is hidden when a child prints it, in pieces of any size',
	({value}) => {
		const redactor = redactorFor(['KEY', value]);
		for (const pieceBytes of [1, 2, 3, 7, 1000]) {
			const lines: string[] = [];
			const splitter = createLineSplitter(line => lines.push(redactor.clean(line)), redactor.findCut);
			const bytes = Buffer.from(`said: ${value}, and ${value}\n`);
			for (let at = 0; at < bytes.length; at += pieceBytes)
				splitter.push(bytes.subarray(at, at + pieceBytes));
			splitter.end();
			expectHidden(lines.join('\n'), value);
			expect(lines.join('')).toContain('[KEY]');
		}
	},
);

test('quotes as Go and Elixir write them', () => {
	const redactor = redactorFor(['KEY', 'a\tb\u001bc\u200bd"e\\f\u007fg😀h\u2028i#{j\u0007k\u0085l']);
	for (const quoted of [
		String.raw`"a\tb\x1bc\u200bd\"e\\f\x7fg😀h\u2028i#{j\ak\u0085l"`,
		String.raw`"a\tb\u001bc\u200bd\"e\\f\u007fg\ud83d\ude00h\u2028i#{j\u0007k\u0085l"`,
		String.raw`"a\tb\u001Bc${'\u200b'}d\"e\\f${'\u007f'}g😀h${'\u2028'}i#{j\u0007k${'\u0085'}l"`,
		String.raw`"a\tb\ec${'\u200b'}d\"e\\f\dg😀h${'\u2028'}i\#{j\ak\x85l"`,
	]) {
		expect([quoted, redactor.clean(`said ${quoted}.`)]).toEqual([quoted, 'said "[KEY]".']);
	}
});

test('what cleaning joins is hidden too', () => {
	const redactor = redactorFor(['KEY', 'joined-by-cleaning'], ['WIDE', 'two  blanks  here']);
	for (const gap of ['\r', '\u200b', '\u001b[0m', '\ud800', '\u0000']) {
		expect(redactor.redact(`joined-by${gap}-cleaning`)).toBe('[KEY]');
		expect(redactor.clean(`joined-by${gap}-cleaning`)).toBe('[KEY]');
	}

	expect(redactor.clean('two\tblanks\there')).toBe('[WIDE]');
});

test('redacted text keeps its tabs and line ends; cleaned text has none of either beyond the line feed', () => {
	const redactor = redactorFor(['KEY', 'a-secret-value']);
	expect(redactor.redact('\ta\r\nb\n')).toBe('\ta\r\nb\n');
	expect(redactor.clean('\ta\r\nb\n')).toBe('  a\nb\n');
});

test('values of any characters are hidden in any text, redacted or cleaned', () => {
	const piece = fc.oneof(
		fc.string({unit: 'binary', maxLength: 3}),
		fc.constantFrom(
			'\t',
			'\r',
			'\n',
			'\u001b',
			'\u001b[31m',
			'\u200b',
			'\u2028',
			'\u202e',
			'\ud800',
			'\u0000',
			'"',
			'\\',
		),
		fc.constantFrom('part-one-of-it', 'part-two-of-it'),
	);
	const values = fc
		.array(piece, {minLength: 2, maxLength: 6})
		.map(pieces => `start-of-it${pieces.join('')}end-of-it`);
	const ways = [
		(value: string) => value,
		toPlainText,
		(value: string) => JSON.stringify(value),
		(value: string) => toPlainText(JSON.stringify(value)),
		(value: string) => Buffer.from(value).toString(),
	];
	fc.assert(
		fc.property(values, fc.constantFrom(...ways), (value, write) => {
			const redactor = redactorFor(['KEY', value]);
			const text = `a ${write(value)} b`;
			for (const shown of [redactor.redact(text), redactor.clean(text)]) {
				for (const part of ['part-one-of-it', 'part-two-of-it', 'start-of-it', 'end-of-it'])
					expect(shown).not.toContain(part);
			}
		}),
		{numRuns: 2000},
	);
});
