import type {ElixirFile} from '../project/elixir.ts';
import {indexLines} from './index-lines.ts';

export type VariableRead = {
	readonly path: string;
	readonly line: number;
	/** What is taken where the variable is not set, when it is written out. */
	readonly fallback: string | undefined;
};

/** Where Elixir reads a variable of the environment: `System.get_env("PORT", "4000")` or `… || "4000"`. */
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
