import {stripVTControlCharacters} from 'node:util';

/** Where an object or a list may begin: at the start of a line, followed by what JSON allows there. */
const beginnings = /^[ \t]*(?:\{(?=\s*["}])|\[(?=\s*(?:[\]{["\d-]|(?:true|false|null)\b)))/gm;

/**
Finds the first JSON object or array in what a command printed. flyctl writes WARN lines with colour codes to the same
stream before it, and a sentence after it.

@returns `undefined` when there is none, or it is cut off: a part of it is never taken for the whole.
@see docs/flyctl.md, "Reading its output"
*/
export function findJson(output: string): unknown {
	const text = stripVTControlCharacters(output);
	for (const {0: found, index} of text.matchAll(beginnings)) {
		const start = index + found.length - 1;
		const end = findEnd(text, start);
		if (end === undefined) return undefined;
		try {
			return JSON.parse(text.slice(start, end));
		} catch {
			// A line such as `[1 of 2] done`: the next candidate may be the real one.
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
