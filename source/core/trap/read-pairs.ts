import {skipQuoted} from './skip-quoted.ts';

export type ElixirPair = {readonly key: string; readonly value: string; readonly index: number};

/** A value that is longer is cut there: a bracket that never closes would be looked for to the end of the file. */
const longestValue = 4000;

/**
Reads `key: value, key: value` from a position on, as far as it is that.

@param code - Elixir, comments blanked.
*/
export function readPairs(code: string, start: number): readonly ElixirPair[] {
	const pairs: ElixirPair[] = [];
	const key = /\s*\[?\s*([a-z_]\w*[?!]?):\s+/y;
	key.lastIndex = start;
	for (let found = key.exec(code); found; found = key.exec(code)) {
		const [whole, name = ''] = found;
		const begin = key.lastIndex;
		const end = findEnd(code, begin);
		pairs.push({
			key: name,
			value: code.slice(begin, end).trim(),
			index: begin - whole.length + whole.indexOf(name),
		});
		if (code[end] !== ',') break;
		key.lastIndex = end + 1;
	}

	return pairs;
}

/** Where a value ends: at a comma, a closing bracket, or a line's end that no operator carries on. */
function findEnd(code: string, begin: number): number {
	const limit = Math.min(code.length, begin + longestValue);
	let depth = 0;
	let at = begin;
	while (at < limit) {
		const character = code.charAt(at);
		if (character === '"') {
			at = skipQuoted(code, at);
			continue;
		}

		if ('([{'.includes(character)) depth += 1;
		else if (')]}'.includes(character)) depth -= 1;
		if (depth < 0 || (depth === 0 && character === ',')) return at;
		if (depth === 0 && character === '\n' && !isCarriedOn(code, begin, at)) return at;
		at += 1;
	}

	return Math.min(at, code.length);
}

const isCarriedOn = (code: string, begin: number, end: number): boolean =>
	/(?:^|\|\||&&|<>|\+|=|->)\s*$/.test(code.slice(Math.max(begin, end - 40), end)) ||
	/^\s*(?:\|\||&&|\|>|<>)/.test(code.slice(end, end + 200));
