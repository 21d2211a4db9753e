/** Splits a command line like a shell, with quotes and backslashes only; `undefined` if a quote is left open. */
export function splitWords(line: string): readonly string[] | undefined {
	const words: string[] = [];
	let word: string | undefined;
	let quote = '';
	for (let index = 0; index < line.length; index++) {
		const character = line.charAt(index);
		if (quote !== '') {
			if (character === quote) quote = '';
			else if (character === '\\' && quote === '"') word = (word ?? '') + line.charAt(++index);
			else word = (word ?? '') + character;
		} else if (character === '"' || character === "'") {
			quote = character;
			word ??= '';
		} else if (character === '\\') word = (word ?? '') + line.charAt(++index);
		else if (/\s/.test(character)) {
			if (word !== undefined) words.push(word);
			word = undefined;
		} else word = (word ?? '') + character;
	}
	if (word !== undefined) words.push(word);
	return quote === '' ? words : undefined;
}
