import {indexLines} from '../trap/index-lines.ts';
import {readPairs} from '../trap/read-pairs.ts';
import {skipQuoted} from '../trap/skip-quoted.ts';

/** One `key: value` of a `config :app, Module, …`. */
export type ElixirSetting = {
	readonly path: string;
	readonly line: number;
	/** `WispWeb.Endpoint`; empty for settings of the app itself. */
	readonly module: string;
	readonly key: string;
	/** As written; several lines where it is. */
	readonly value: string;
};

export type ElixirFile = {
	readonly path: string;
	/** The text with its comments blanked: every other character stands where it stood. */
	readonly code: string;
	readonly settings: readonly ElixirSetting[];
};

/** A file with more is no configuration that a person wrote. */
const mostSettings = 400;

/** Reads what can be told of Elixir without running it. */
export function readElixir(path: string, text: string): ElixirFile {
	const code = blankComments(text);
	return {path, code, settings: /(^|\/)config\//.test(path) ? readSettings(path, code) : []};
}

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

function blankComments(text: string): string {
	const parts: string[] = [];
	let kept = 0;
	let at = 0;
	while (at < text.length) {
		const character = text[at];
		if (character === '"') at = skipQuoted(text, at);
		else if (character === '?' && !/[\w)]/.test(text[at - 1] ?? '')) at += text[at + 1] === '\\' ? 3 : 2;
		else if (character === '#' && text[at + 1] !== '{') {
			const end = text.indexOf('\n', at);
			parts.push(text.slice(kept, at), ' '.repeat((end === -1 ? text.length : end) - at));
			at = end === -1 ? text.length : end;
			kept = at;
		} else at += 1;
	}

	return parts.join('') + text.slice(kept);
}
