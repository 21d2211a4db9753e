import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Secret} from '../../source/core/secret.ts';
import {
	canImport,
	canSetFromStdin,
	refuseUnsendable,
	toImportLines,
} from '../../source/core/secret-encoding.ts';

const make = (value: string, name = 'K'): Secret => new Secret(name, value);
const toBytesAndBack = (text: string): string =>
	new TextDecoder('utf-8', {ignoreBOM: true}).decode(new TextEncoder().encode(text));

/** What `flyctl secrets import` stores, by the grammar measured on the real binary. */
function importLikeFlyctl(input: string): ReadonlyMap<string, string> {
	const stored = new Map<string, string>();
	for (const line of toBytesAndBack(input).split('\n')) {
		if (new TextEncoder().encode(line).length >= 65_536) break;
		const text = cutComment(line.replace(/\r$/, ''));
		if (text.trim() === '') continue;
		const at = text.indexOf('=');
		if (at < 0) throw new Error('exit 1');
		const raw = text.slice(at + 1).replace(/^ +/, '');
		if (raw === '"') throw new Error('crash');
		if (raw.startsWith('"""') && !(raw.length >= 6 && raw.endsWith('"""'))) break;
		stored.set(text.slice(0, at).trim(), unquote(raw));
	}

	return stored;
}

function cutComment(line: string): string {
	for (let at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
		if (line.slice(0, at).split('"').length % 2 === 1) return line.slice(0, at);
	}

	return line;
}

function unquote(raw: string): string {
	if (raw.length >= 6 && raw.startsWith('"""') && raw.endsWith('"""')) return raw.slice(3, -3);
	const isPair = raw.length >= 2 && /^(["']).*\1$/s.test(raw);
	return isPair ? raw.slice(1, -1) : raw;
}

/** What `flyctl secrets set K=-` stores: Go's strings.TrimSpace of at most 64 KiB. */
const readStdinLikeFlyctl = (input: string): string =>
	toBytesAndBack(input)
		.replace(/^\p{White_Space}+/u, '')
		.replace(/\p{White_Space}+$/u, '');

/** From a recording of the real binary: does the value arrive unchanged? */
const recorded: readonly (readonly [value: string, byImport: boolean, byStdin: boolean])[] = [
	['abc', true, true],
	['a=b==', true, true],
	['a b', true, true],
	[' lead', true, false],
	['trail ', true, false],
	['a#b', true, true],
	['#a', true, true],
	['a #b', true, true],
	['"', false, true],
	['""', false, true],
	['"a"', true, true],
	["'a'", true, true],
	["it's", true, true],
	['a"b#c', false, true],
	['a"b"c#d', true, true],
	['"a#b"', false, true],
	['$HOME', true, true],
	['a\\nb', true, true],
	['a\nb', false, true],
	['a\n', false, false],
	['\na', false, false],
	['"""', false, true],
	['x"""', true, true],
	['-', true, true],
	['', true, true],
	['ü✓', true, true],
	['a\tb', true, true],
	['a\rb', true, true],
	['a\r', true, false],
];

describe.each(recorded)('%j', (value, byImport, byStdin) => {
	test('is never sent in a way that changed it in the recording', () => {
		if (canImport(make(value))) expect(byImport).toBe(true);
		if (canSetFromStdin(make(value))) expect(byStdin).toBe(true);
	});

	test('is sent wherever one way carries it, but for what design leaves to neither', () => {
		const isSent = canImport(make(value)) || canSetFromStdin(make(value));
		expect(isSent).toBe(byImport || byStdin);
		expect(refuseUnsendable(make(value)) === undefined).toBe(isSent);
	});

	test('the model of the parser agrees with the recording', () => {
		const tryImport = (): string | undefined => {
			try {
				return importLikeFlyctl(`K="${value}"\n`).get('K');
			} catch {
				return undefined;
			}
		};
		expect(tryImport() === value).toBe(byImport);
		expect(readStdinLikeFlyctl(value) === value).toBe(byStdin);
	});
});

const texts = fc.oneof(
	fc.string({unit: 'binary', maxLength: 40}),
	fc.string({
		unit: fc.constantFrom(
			'"',
			"'",
			'#',
			'\n',
			'\r',
			' ',
			'\t',
			'=',
			'\\',
			'\0',
			'\u0085',
			'\u00a0',
			'\ufeff',
			'\ud800',
			'a',
		),
	}),
	fc.nat(70_000).map(length => 'x'.repeat(length)),
	fc.nat(30_000).map(length => 'ü'.repeat(length)),
);

test('any text is sent exactly or refused', () => {
	fc.assert(
		fc.property(texts, texts, (first, second) => {
			const secrets = [make(first, 'FIRST'), make(second, 'SECOND'), make('ok', 'LAST')];
			const imported = secrets.filter(canImport);
			expect([...importLikeFlyctl(toImportLines(imported))]).toEqual(
				imported.map(secret => [secret.name, secret.reveal()]),
			);
			for (const secret of secrets) {
				if (canSetFromStdin(secret)) expect(readStdinLikeFlyctl(secret.reveal())).toBe(secret.reveal());
				const isSent = canImport(secret) || canSetFromStdin(secret);
				expect(refuseUnsendable(secret) === undefined).toBe(isSent);
			}
		}),
		{numRuns: 500},
	);
});

test.each([
	{value: 'x'.repeat(59_999), byImport: true, byStdin: true},
	{value: 'x'.repeat(60_000), byImport: false, byStdin: true},
	{value: 'x'.repeat(65_536), byImport: false, byStdin: true},
	{value: 'x'.repeat(65_537), byImport: false, byStdin: false, problem: '64 KiB'},
	{value: 'ü'.repeat(30_000), byImport: false, byStdin: true},
	{value: 'ü'.repeat(32_769), byImport: false, byStdin: false, problem: '64 KiB'},
	{value: 'a\0b', byImport: false, byStdin: false, problem: 'NUL'},
	{value: 'a\ud800b', byImport: false, byStdin: false, problem: 'half a character'},
	{value: 'a\nb\n', byImport: false, byStdin: false, problem: 'white space'},
	{value: ' "a"', byImport: false, byStdin: false, problem: 'white space'},
])('lengths and what has no form (%#)', ({value, byImport, byStdin, problem}) => {
	expect([canImport(make(value)), canSetFromStdin(make(value))]).toEqual([byImport, byStdin]);
	const said = refuseUnsendable(make(value));
	if (problem === undefined) expect(said).toBeUndefined();
	else expect(said).toContain(problem);
	expect(said ?? '').not.toContain(value);
});

test('writes one quoted line a secret', () => {
	expect(toImportLines([make('a#b', 'A'), make('', 'B')])).toBe('A="a#b"\nB=""\n');
});

test('throws, without the value, for what it cannot write', () => {
	expect(() => toImportLines([make('se"cret')])).toThrow('K cannot be sent with secrets import.');
	expect(() => toImportLines([make('ok', 'A\nB')])).toThrow();
	expect(refuseUnsendable(make('ok', '1A'))).toContain('needs a name');
});
