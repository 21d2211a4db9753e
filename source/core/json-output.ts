import {stripVTControlCharacters} from 'node:util';

/**
Finds the first JSON object or array in what a command printed. flyctl writes WARN lines with colour codes to the same
stream before it, and a sentence after it.

@returns `undefined` when there is none that is complete.
@see docs/flyctl.md, "Reading its output"
*/
export function findJson(output: string): unknown {
	const text = stripVTControlCharacters(output);
	for (const {index} of text.matchAll(/^\s*[{[]/gm)) {
		const start = text.slice(index).search(/[{[]/) + index;
		const end = findEnd(text, start);
		if (end === undefined) continue;
		try {
			return JSON.parse(text.slice(start, end));
		} catch {
			// A line such as `[WARN] …`: the next candidate may be the real one.
		}
	}

	return undefined;
}

function findEnd(text: string, start: number): number | undefined {
	let depth = 0;
	let isInString = false;
	for (let at = start; at < text.length; at++) {
		const character = text[at];
		if (isInString) {
			if (character === '\\') at++;
			else if (character === '"') isInString = false;
		} else if (character === '"') isInString = true;
		else if (character === '{' || character === '[') depth++;
		else if (character === '}' || character === ']') {
			depth--;
			if (depth === 0) return at + 1;
		}
	}

	return undefined;
}
