const escapeKey = '\u001b';

const pasteStart = `${escapeKey}[200~`;

const pasteEnd = `${escapeKey}[201~`;

const sequence = /^\u001b{1,2}(?:\[\[?[0-?]*[ -/]*[@-~]|O[ -~]|[^[O\p{Cc}]|[\u007f\b\r])/u;

/** Escape followed by Ctrl-C is two keys, however fast. */
const escapeAlone = /^\u001b(?=[^\u001b[O])/u;

/** Too fast for typing: such a run of letters is a paste from a terminal that does not mark pastes. */
const longestTypedRun = 16;

const printableRun = new RegExp(`^[^\\p{Cc}]{${longestTypedRun},}`, 'u');

type SplitKeys = {
	readonly keys: readonly string[];
	/** The start of an incomplete sequence. */
	readonly rest: string;
};

/** Splits input into key presses; a marked paste becomes one key, without control characters. */
export function splitKeys(input: string): SplitKeys {
	const keys: string[] = [];
	let rest = input;
	while (rest) {
		if (rest.startsWith(pasteStart)) {
			const end = rest.indexOf(pasteEnd);
			if (end < 0) return {keys, rest};
			const pasted = cleanPaste(rest.slice(pasteStart.length, end));
			if (pasted) keys.push(pasted);
			rest = rest.slice(end + pasteEnd.length);
			continue;
		}

		const key = firstKey(rest);
		if (!key) return {keys, rest};
		const known = toInkKey(key);
		if (known !== undefined) keys.push(known);
		rest = rest.slice(key.length);
	}

	return {keys, rest};
}

function firstKey(text: string): string | undefined {
	if (text.startsWith(escapeKey)) return (sequence.exec(text) ?? escapeAlone.exec(text))?.[0];
	if (text.startsWith('\r\n')) return '\r\n';
	return printableRun.exec(text)?.[0] ?? String.fromCodePoint(text.codePointAt(0) ?? 0);
}

/** Sequences that Ink names; it would take any other for typed text. */
const namedSequence =
	/^\u001b+(?:\[(?:1;\d)?[A-FHZ]|\[\[[A-E]|\[(?:[1-8]|1[1-57-9]|2[0134])(?:;\d)?~|\[[235-8][$^]|O[A-FHP-Sa-d]|[\b\r]|[A-Za-z\d ])?$/;

/** Ink reports Backspace as it reports Delete, so Backspace comes as Ctrl-H. */
function toInkKey(key: string): string | undefined {
	if (key === '\n' || key === '\r\n') return '\r';
	const named = key.replace('\u007f', '\b');
	return named.startsWith(escapeKey) && !namedSequence.test(named) ? undefined : named;
}

const cleanPaste = (text: string) =>
	text.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]?|.?)/gsu, '').replace(/[\p{Cc}\u2028\u2029]/gu, '');
