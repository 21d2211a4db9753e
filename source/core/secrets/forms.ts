import {toPlainPatch, toPlainText} from '../text/text.ts';

/** A match this long in a longer text is not a coincidence. Characters. */
const shortestPart = 8;

/**
Lists the forms in which other programs may print a value: as it is, cleaned for a screen, and line by line; each of them
also in a URL, in quotes as JavaScript, Go, and Elixir write them, in hex, and in base64, also where the value is only a
part of what was encoded.
*/
export function listSecretForms(value: string): ReadonlySet<string> {
	// Half a character has no UTF-8 form: a program that reads bytes prints U+FFFD.
	const wholes = new Set(
		[value, Buffer.from(value).toString()].flatMap(whole => [whole, ...cleanups.map(clean => clean(whole))]),
	);
	const lines = [...wholes].flatMap(whole => whole.split(lineEnd)).filter(isLongPart);
	const printed = new Set([...wholes].flatMap(whole => [whole, ...listEncodings(whole)]));
	// A screen cleans an encoded value too, and cuts it where it has line ends.
	const cleaned = [...printed].flatMap(form => [
		toPlainText(form),
		...form.split(lineEnd).filter(isLongPart),
	]);
	return new Set([...printed, ...lines, ...cleaned]);
}

const isLongPart = (part: string) => part.length >= shortestPart;

const lineEnd = /\r\n|[\n\r\u2028\u2029]/;

/** What programs do to a value before they print it: alone or together. */
const cleanups: readonly ((value: string) => string)[] = [
	toPlainText,
	toPlainPatch,
	value => value.replaceAll('\t', '  '),
	value => value.replace(/\r\n?/g, '\n'),
	value => value.replace(/\p{C}/gu, ''),
	value => value.replace(/[^\P{C}\t\n]/gu, ''),
	value => value.replace(/[^\P{Cc}\t\n]/gu, ''),
	value => value.replace(/[\s\p{C}]+/gu, ' ').trim(),
];

function listEncodings(value: string): readonly string[] {
	const bytes = Buffer.from(value);
	const text = bytes.toString();
	return [
		...listUrlForms(text),
		...listJsonForms(value),
		quoteLikeGo(text),
		quoteLikeElixir(text),
		bytes.toString('hex'),
		bytes.toString('hex').toUpperCase(),
		...listBase64Forms(bytes),
	];
}

function listUrlForms(text: string): readonly string[] {
	const plain = encodeURIComponent(text);
	const strict = plain.replace(
		/[!'()*]/g,
		character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	const forms = [
		plain,
		strict,
		strict.replaceAll('%20', '+'),
		strict.replaceAll('%2F', '/'),
		encodeURI(text),
	];
	return forms.flatMap(form => [form, form.replace(/%[\dA-F]{2}/g, code => code.toLowerCase())]);
}

/** As JavaScript writes it, as Go does, old and new, and without any character beyond ASCII; hex digits in both cases. */
function listJsonForms(value: string): readonly string[] {
	const json = JSON.stringify(value).slice(1, -1);
	const safe = json.replace(/[<>&\u2028\u2029]/g, escapeUnit);
	const old = safe.replace(/\\./g, pair => oldEscapes[pair] ?? pair);
	const forms = [json, safe, old, json.replace(/[\u007f-\uffff]/g, escapeUnit)];
	return forms.flatMap(form => [
		form,
		form.replace(/\\u[\da-f]{4}/g, code => `\\u${code.slice(2).toUpperCase()}`),
	]);
}

const oldEscapes: Readonly<Record<string, string>> = {'\\b': '\\u0008', '\\f': '\\u000c'};

const escapeUnit = (unit: string) => `\\u${toHex(unit.charCodeAt(0), 4)}`;

const toHex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');

const goEscapes: Readonly<Record<string, string>> = {
	'\u0007': '\\a',
	'\b': '\\b',
	'\t': '\\t',
	'\n': '\\n',
	'\v': '\\v',
	'\f': '\\f',
	'\r': '\\r',
	'"': '\\"',
	'\\': '\\\\',
};

/** As `%q` prints it. @see https://pkg.go.dev/strconv#Quote */
const quoteLikeGo = (text: string): string =>
	text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, character => {
		const code = character.codePointAt(0) ?? 0;
		if (goEscapes[character] !== undefined) return goEscapes[character];
		if (code < 0x80) return `\\x${toHex(code, 2)}`;
		return code <= 0xffff ? `\\u${toHex(code, 4)}` : `\\U${toHex(code, 8)}`;
	});

const elixirEscapes: Readonly<Record<string, string>> = {
	...goEscapes,
	'\0': '\\0',
	'\u001b': '\\e',
	'\u007f': '\\d',
	'#{': '\\#{',
};

/** As `inspect` prints it. @see https://hexdocs.pm/elixir/Inspect.html */
const quoteLikeElixir = (text: string): string =>
	text.replace(/["\\]|#\{|\p{Cc}/gu, found => {
		const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase();
		return elixirEscapes[found] ?? (code.length > 2 ? `\\x{${code}}` : `\\x${code.padStart(2, '0')}`);
	});

/** Three bytes make four characters, so a value inside a longer text has three forms, whose ends also encode its neighbors. */
function listBase64Forms(bytes: Buffer): readonly string[] {
	const parts = [0, 1, 2].map(offset => {
		const first = Math.ceil((offset * 8) / 6);
		const end = Math.floor(((offset + bytes.length) * 8) / 6);
		return Buffer.concat([Buffer.alloc(offset), bytes])
			.toString('base64')
			.slice(first, end);
	});
	const forms = [bytes.toString('base64'), ...parts.filter(isLongPart)];
	return forms.flatMap(form => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}
