import {createHash} from 'node:crypto';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {setSecretActions, settleSecret} from '../../../source/core/plan/secret-actions.ts';
import {createRedactor} from '../../../source/core/secrets/redact.ts';
import {canImport, rejectUnsendable, Secret, toImportLines} from '../../../source/core/secrets/secret.ts';
import {openSecretStore} from '../../../source/engine/secret-store.ts';
import {openFakeFly, openWorldInMemory} from '../../helpers/fake-fly.ts';
import {isFast} from '../../helpers/is-fast.ts';

const numRuns = isFast ? 100 : 500;
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

/** By import where that carries the value, else over standard input. */
const isSent = (secret: Secret) => rejectUnsendable(secret) === undefined;

describe.each(recorded)('%j', (value, byImport, byStdin) => {
	test('is never sent in a way that changed it in the recording', () => {
		if (canImport(make(value))) expect(byImport).toBe(true);
		else if (isSent(make(value))) expect(byStdin).toBe(true);
	});

	test('is sent wherever one way carries it, except what neither should carry', () => {
		expect(isSent(make(value))).toBe(byImport || byStdin);
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

test('any text is sent exactly or rejected', () => {
	fc.assert(
		fc.property(texts, texts, (first, second) => {
			const secrets = [make(first, 'FIRST'), make(second, 'SECOND'), make('ok', 'LAST')];
			const imported = secrets.filter(canImport);
			expect([...importLikeFlyctl(toImportLines(imported))]).toEqual(
				imported.map(secret => [secret.name, secret.reveal()]),
			);
			for (const secret of secrets) {
				if (canImport(secret)) expect(isSent(secret)).toBe(true);
				else if (isSent(secret)) expect(readStdinLikeFlyctl(secret.reveal())).toBe(secret.reveal());
			}
		}),
		{numRuns},
	);
});

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
type Call = (
	args: readonly string[],
	stdin: string,
) => Promise<{readonly exit: number | null; readonly stderr: string}>;

/** Sends what is not refused in the very calls that a step makes. @returns What must be in the account then, by name. */
async function send(secrets: readonly Secret[], call: Call): Promise<ReadonlyMap<string, string>> {
	const sendable = secrets.filter(secret => rejectUnsendable(secret) === undefined);
	const store = openSecretStore(createRedactor());
	for (const secret of sendable) store.add(secret.name, secret);
	const wanted = sendable.map(({name}) => settleSecret({name, from: name}, store));
	const names = sendable.map(({name}) => name);
	for (const {args, input} of setSecretActions('blog-1', wanted, names)) {
		if (!input) throw new Error('A call that sends nothing.');
		const stdin =
			input.kind === 'import'
				? toImportLines(input.secrets.map(store.require))
				: store.require(input.secret).reveal();
		expect(await call(args, stdin)).toMatchObject({exit: 0, stderr: ''});
	}

	return new Map(sendable.map(secret => [secret.name, sha256(secret.reveal())]));
}

const edges = [59_999, 60_000, 65_500, 65_520, 65_529, 65_533, 65_534, 65_535, 65_536, 65_537];
const hostile = fc.oneof(
	{weight: 6, arbitrary: texts},
	{
		weight: 3,
		arbitrary: fc.string({
			unit: fc.constantFrom('"', "'", '#', '=', '\n', '\r', ' ', '\\', '$', '`', 'a', 'é', '😀'),
			maxLength: 24,
		}),
	},
	{
		weight: 1,
		arbitrary: fc
			.tuple(fc.constantFrom(...edges), fc.constantFrom('x', '#', "'", '"', '\r'))
			.map(([length, unit]) => unit.repeat(length)),
	},
	{weight: 1, arbitrary: fc.constantFrom(...edges).map(length => 'é'.repeat(Math.floor(length / 2)))},
	{
		weight: 1,
		arbitrary: fc.constantFrom(
			...['"""', '"""a', 'a"""', '"""a"""', "'''", '\ufeffa', 'a\ufeff', '\u0085a', 'export A=1'],
			...['a\u2028b', '--stage', '-', '@file', 'NAME=value', '\0'],
		),
	},
);

test('any value arrives in the built-in Fly byte by byte or is rejected', {timeout: 120_000}, async () => {
	const counts = {values: 0, imported: 0, 'one by one': 0, refused: 0};
	await fc.assert(
		fc.asyncProperty(fc.array(hostile, {minLength: 1, maxLength: 5}), async values => {
			const fly = openWorldInMemory();
			await fly.call(['apps', 'create', 'blog-1', '--org', 'personal']);
			const secrets = values.map((value, index) => make(value, `SECRET_${index}`));
			const wanted = await send(secrets, (args, stdin) => fly.call(args, {stdin: toBytesAndBack(stdin)}));
			expect(new Map(fly.world.secrets.map(secret => [secret.name, secret.sha256]))).toEqual(wanted);
			const imported = secrets.filter(canImport).length;
			counts.values += secrets.length;
			counts.imported += imported;
			counts['one by one'] += wanted.size - imported;
			counts.refused += secrets.length - wanted.size;
		}),
		{numRuns},
	);
	console.log(`the built-in Fly: ${JSON.stringify(counts)}`);
	for (const count of Object.values(counts)) expect(count).toBeGreaterThan(numRuns / 5);
});

test('through a real child too', async () => {
	const fly = await openFakeFly();
	try {
		await fly.run(['apps', 'create', 'blog-1', '--org', 'personal']);
		const values = [
			...['a#b"c', "'", '"', '\ufeffa', 'a\r', 'ü😀"#', 'l1\nl2', '"""', ' a', 'a\0b'],
			...['x'.repeat(59_999), 'é"'.repeat(21_845)],
		];
		const secrets = values.map((value, index) => make(value, `SECRET_${index}`));
		const wanted = await send(secrets, (args, stdin) => fly.run(args, {stdin}));
		expect(wanted.size).toBe(values.length - 1);
		const stored = (await fly.world()).secrets;
		expect(new Map(stored.map(secret => [secret.name, secret.sha256]))).toEqual(wanted);
	} finally {
		fly.close();
	}
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
	{value: 'a\nb\n', byImport: false, byStdin: false, problem: 'whitespace'},
	{value: ' "a"', byImport: false, byStdin: false, problem: 'whitespace'},
])('lengths and what has no form (%#)', ({value, byImport, byStdin, problem}) => {
	expect([canImport(make(value)), isSent(make(value))]).toEqual([byImport, byImport || byStdin]);
	const reported = rejectUnsendable(make(value));
	if (problem === undefined) expect(reported).toBeUndefined();
	else expect(reported).toContain(problem);
	expect(reported ?? '').not.toContain(value);
});

test('writes one quoted line per secret', () => {
	expect(toImportLines([make('a#b', 'A'), make('', 'B')])).toBe('A="a#b"\nB=""\n');
});

test('throws, without the value, for what it cannot write', () => {
	expect(() => toImportLines([make('se"cret')])).toThrow('K cannot be sent with secrets import.');
	expect(() => toImportLines([make('ok', 'A\nB')])).toThrow();
	expect(rejectUnsendable(make('ok', '1A'))).toContain('The name of a secret');
});
