/** No person writes a configuration with more levels; readers recurse once per level. */
export const deepestLevel = 50;

/**
Returns whether every object of JavaScript has something of that name, so that a reader might change what all of them
inherit: `__proto__`, `constructor`, `toString`, …
*/
export const isReservedKey = (key: string): boolean => key === 'prototype' || key in Object.prototype;

/** Finds the first bracket or brace of TOML or JSON that is nested too deeply, in one pass and without recursion. */
export function findDeepNesting(text: string): number | undefined {
	let depth = 0;
	for (let at = 0; at < text.length; at++) {
		const character = text[at];
		if (character === '"' || character === "'") at = findStringEnd(text, at, character);
		else if (character === '#') at = findOrEnd(text, '\n', at);
		else if (character === '[' || character === '{') depth++;
		else if (character === ']' || character === '}') depth--;
		if (depth > deepestLevel) return at;
	}

	return undefined;
}

/** Finds the last quote of a string; the end of the text, or of the line, where it is missing. */
function findStringEnd(text: string, start: number, quote: string): number {
	const isLong = text.startsWith(quote.repeat(3), start);
	const close = isLong ? quote.repeat(3) : quote;
	for (let at = start + close.length; at < text.length; at++) {
		if (text.startsWith(close, at)) return at + close.length - 1;
		if (text[at] === '\\' && quote === '"') at++;
		else if (text[at] === '\n' && !isLong) return at;
	}

	return text.length;
}

function findOrEnd(text: string, wanted: string, from: number): number {
	const at = text.indexOf(wanted, from);
	return at === -1 ? text.length : at;
}

/** Finds a reserved key anywhere in parsed JSON; written as a path. The nesting must not be deep. */
export function findReservedKey(value: unknown): string | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	for (const [key, inner] of Object.entries(value)) {
		if (isReservedKey(key)) return key;
		const found = findReservedKey(inner);
		if (found !== undefined) return `${key}.${found}`;
	}

	return undefined;
}

/** Returns the line of a place in a text, counted from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;
