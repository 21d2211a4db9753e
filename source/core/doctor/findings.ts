import type {TomlPath} from '../fly-toml/document.ts';
import {listLines} from '../project/elixir.ts';
import type {FlyTomlFacts} from '../trap/trap-facts.ts';
import type {TrapEdit} from './rule.ts';

/** The edit that takes a key out, where it stands alone on its line with a plain value. */
export function takeOutLine({text, lineOf}: FlyTomlFacts, path: TomlPath): TrapEdit | undefined {
	const was = listLines(text)[lineOf(path) - 1]?.text ?? '';
	const [, key, value = ''] = /^\s*["']?([\w-]+)["']?\s*=\s*(.*?)\s*$/.exec(was) ?? [];
	const isPlain = /^(?:[\w.+-]+|"[^"\\]*"|'[^']*')\s*(?:#.*)?$/.test(value) && !/^(?:"""|''')/.test(value);
	return key === path.at(-1) && isPlain ? {is: 'line', was, becomes: undefined} : undefined;
}
