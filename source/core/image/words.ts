/** Splits a line as a shell would, as far as quotes and backslashes go; variables stay as written. */
export function splitWords(text: string): readonly string[] {
	const words: string[] = [];
	let word: string | undefined;
	let quote = '';
	for (let at = 0; at < text.length; at++) {
		const character = text[at] ?? '';
		if (quote !== "'" && character === '\\' && at + 1 < text.length) {
			at++;
			word = (word ?? '') + text[at];
		} else if (quote !== '') {
			if (character === quote) quote = '';
			else word = (word ?? '') + character;
		} else if (character === '"' || character === "'") {
			quote = character;
			word ??= '';
		} else if (/\s/.test(character)) {
			if (word !== undefined) words.push(word);
			word = undefined;
		} else {
			word = (word ?? '') + character;
		}
	}

	return word === undefined ? words : [...words, word];
}

/** Longer than any path or image name; a value that doubles with each argument ends there. */
const mostCharacters = 1000;

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`; one without a value stays as written. */
export function expandArguments(text: string, values: ReadonlyMap<string, string>): string {
	if (!text.includes('$')) return text;
	return text
		.slice(0, mostCharacters)
		.replaceAll(
			/\$(?:\{(\w+)(?::?([-+])([^}]*))?\}|(\w+))/g,
			(written: string, braced?: string, sign?: string, word = '', bare?: string) => {
				const value = values.get(braced ?? bare ?? '');
				if (sign === '+') return value ? word : '';
				if (sign === '-') return value || expandArguments(word, values);
				return value ?? written;
			},
		)
		.slice(0, mostCharacters);
}
