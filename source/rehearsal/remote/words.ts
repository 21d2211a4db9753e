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

/** Splits a script into its commands, at semicolons outside quotes. */
export function splitCommands(script: string): readonly string[] {
	const commands = [''];
	let quote = '';
	for (const character of script) {
		if (quote === '' && character === ';') commands.push('');
		else {
			if (quote === '' && /["']/.test(character)) quote = character;
			else if (character === quote) quote = '';
			commands[commands.length - 1] += character;
		}
	}

	return commands;
}
