import {indexLines} from '../text/lines.ts';

export type ElixirFile = {
	readonly path: string;
	/** The text with its comments blanked: every other character keeps its position. */
	readonly code: string;
	readonly settings: readonly ElixirSetting[];
};

/** One `key: value` of a `config :app, Module, …`. */
type ElixirSetting = {
	readonly path: string;
	readonly line: number;
	/** `WispWeb.Endpoint`; empty for settings of the app itself. */
	readonly module: string;
	readonly key: string;
	/** As written, possibly several lines. */
	readonly value: string;
};

/** Reads Elixir as far as possible without running it. */
export function readElixir(path: string, text: string): ElixirFile {
	const code = blankComments(text);
	return {path, code, settings: /(^|\/)config\//.test(path) ? readSettings(path, code) : []};
}

function blankComments(text: string): string {
	const parts: string[] = [];
	const special = /["?#]/g;
	let copied = 0;
	for (let found = special.exec(text); found; found = special.exec(text)) {
		const {0: character, index: at} = found;
		if (character === '"') special.lastIndex = skipQuoted(text, at);
		else if (character === '?' && !/[\w)]/.test(text[at - 1] ?? ''))
			special.lastIndex = at + (text[at + 1] === '\\' ? 3 : 2);
		else if (character === '#' && text[at + 1] !== '{') {
			const end = text.indexOf('\n', at);
			parts.push(text.slice(copied, at), ' '.repeat((end === -1 ? text.length : end) - at));
			copied = end === -1 ? text.length : end;
			special.lastIndex = copied;
		}
	}

	return parts.join('') + text.slice(copied);
}

/** @returns The position after the Elixir string that opens at `at`; the end of the text when it never closes. */
function skipQuoted(text: string, at: number): number {
	if (text.startsWith('"""', at)) {
		const end = text.indexOf('"""', at + 3);
		return end === -1 ? text.length : end + 3;
	}

	let end = at + 1;
	while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
	return Math.min(end + 1, text.length);
}

/** No person writes a configuration with more. */
const mostSettings = 400;

function readSettings(path: string, code: string): readonly ElixirSetting[] {
	const lineOf = indexLines(code);
	const calls = code.matchAll(/\bconfig[ \t(]+:\w+,\s*(?:(:?[A-Za-z_][\w.]*)\s*,)?/g);
	return [...calls].slice(0, mostSettings).flatMap(call =>
		readPairs(code, call.index + call[0].length).map(({key, value, index}) => ({
			path,
			line: lineOf(index),
			module: call[1] ?? '',
			key,
			value,
		})),
	);
}

type ElixirPair = {readonly key: string; readonly value: string; readonly index: number};

/**
Reads `key: value, key: value` from a position on, as far as it goes.

@param code - Elixir, comments blanked.
*/
function readPairs(code: string, start: number): readonly ElixirPair[] {
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

/** A longer value is cut there: the search for a missing bracket would run to the end of the file. */
const longestValue = 4000;

/** Finds where a value ends: at a comma, a closing bracket, or the end of a line that no operator continues. */
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
		if (depth === 0 && character === '\n' && !isContinued(code, begin, at)) return at;
		at += 1;
	}

	return Math.min(at, code.length);
}

const isContinued = (code: string, begin: number, end: number): boolean =>
	/(?:^|\|\||&&|<>|\+|=|->)\s*$/.test(code.slice(Math.max(begin, end - 40), end)) ||
	/^\s*(?:\|\||&&|\|>|<>)/.test(code.slice(end, end + 200));

/** Finds the endpoint's force_ssl in every file that production reads. */
export const findForceSsl = (elixir: readonly ElixirFile[]): readonly ElixirSetting[] =>
	elixir
		.filter(({path}) => !/config\/(?:dev|test)\.exs$/.test(path))
		.flatMap(({settings}) => settings)
		.filter(({module, key}) => module.endsWith('Endpoint') && key === 'force_ssl');

type VariableRead = {
	readonly path: string;
	readonly line: number;
	/** The default, when it is a literal. */
	readonly fallback: string | undefined;
};

/** Finds where Elixir reads an environment variable: `System.get_env("PORT", "4000")` or `… || "4000"`. */
export function findVariable(elixir: readonly ElixirFile[], name: string): readonly VariableRead[] {
	const pattern = new RegExp(
		`System\\.(?:get_env|fetch_env!?)\\(\\s*"${name}"\\s*(?:,\\s*"([^"\\n]*)"\\s*)?\\)(?:\\s*\\|\\|\\s*"([^"\\n]*)")?`,
		'g',
	);
	return elixir.flatMap(({path, code}) => {
		if (!code.includes(`"${name}"`)) return [];
		const lineOf = indexLines(code);
		return [...code.matchAll(pattern)].map(({1: second, 2: other, index}) => ({
			path,
			line: lineOf(index),
			fallback: second ?? other,
		}));
	});
}
