import type {TomlPath} from '../fly-toml/toml-document.ts';
import type {TrapEdit} from '../trap.ts';
import {listLines} from './list-code-lines.ts';
import type {FlyTomlFacts} from './trap-facts.ts';

/** The edit that takes a key out, where it stands alone on its line with a plain value. */
export function takeOutLine({text, lineOf}: FlyTomlFacts, path: TomlPath): TrapEdit | undefined {
	const was = listLines(text)[lineOf(path) - 1]?.text ?? '';
	const [, key, value = ''] = /^\s*["']?([\w-]+)["']?\s*=\s*(.*?)\s*$/.exec(was) ?? [];
	const isPlain = /^(?:[\w.+-]+|"[^"\\]*"|'[^']*')\s*(?:#.*)?$/.test(value) && !/^(?:"""|''')/.test(value);
	return key === path.at(-1) && isPlain ? {is: 'line', was, becomes: undefined} : undefined;
}
