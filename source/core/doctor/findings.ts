import type {TomlEdit, TomlPath} from '../fly-toml/document.ts';
import {listLines} from '../project/elixir.ts';
import type {DoctorFacts, FlyTomlFacts} from './facts.ts';
import type {Fix, Problem} from './rule.ts';

/** The edit that takes a key out, where it stands alone on its line with a plain value. */
export function takeOutLine({text, lineOf}: FlyTomlFacts, path: TomlPath): Fix | undefined {
	const was = listLines(text)[lineOf(path) - 1]?.text ?? '';
	const [, key, value = ''] = /^\s*["']?([\w-]+)["']?\s*=\s*(.*?)\s*$/.exec(was) ?? [];
	const isPlain = /^(?:[\w.+-]+|"[^"\\]*"|'[^']*')\s*(?:#.*)?$/.test(value) && !/^(?:"""|''')/.test(value);
	return key === path.at(-1) && isPlain ? {is: 'line', was, becomes: undefined} : undefined;
}

/** Whether a variable or a setting is confidential by its name. */
export const isSecretName = (name: string): boolean =>
	/_key$|(?:^|_)(?:key_base|token|secret|password|passwd|dsn|access_key_id|database_url)$/i.test(name) &&
	!/(?:public|publishable|site)_key$/i.test(name);

/** Whether an absolute path lies in a folder; `..` in it counts as leading out. */
export const isBelow = (path: string, folder: string): boolean =>
	path.startsWith(`${folder.replace(/\/+$/, '')}/`) && !path.split('/').includes('..');

/** A finding about a key or a table of fly.toml, with the line it stands on. */
export const reportInToml = (
	flyToml: FlyTomlFacts,
	path: TomlPath,
	message: string,
	fix: string,
	edits: readonly TomlEdit[] = [],
): Problem => ({
	status: 'wrong',
	path: 'fly.toml',
	line: flyToml.lineOf(path),
	message,
	fix,
	...(edits.length > 0 ? {edit: {is: 'toml', edits}} : {}),
});

/** The host that PHX_HOST names, of the secret where there is one; `undefined` where it cannot be told. */
export function readServedHost({
	secrets,
	flyToml,
}: Pick<DoctorFacts, 'secrets' | 'flyToml'>): string | undefined {
	if (secrets?.has('PHX_HOST')) return secrets.get('PHX_HOST');
	const host = flyToml?.config.env?.PHX_HOST;
	return typeof host === 'string' ? host : undefined;
}
