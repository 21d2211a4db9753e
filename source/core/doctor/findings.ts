import type {TomlEdit, TomlPath} from '../fly-toml/document.ts';
import {listLines} from '../text/lines.ts';
import type {DoctorFacts, FlyTomlFacts} from './facts.ts';
import type {Fix, Problem} from './rule.ts';

/** Returns the edit that removes a key, if it is alone on its line with a plain value. */
export function takeOutLine({text, lineOf}: FlyTomlFacts, path: TomlPath): Fix | undefined {
	const was = listLines(text)[lineOf(path) - 1]?.text ?? '';
	const [, key, value = ''] = /^\s*["']?([\w-]+)["']?\s*=\s*(.*?)\s*$/.exec(was) ?? [];
	const isPlain = /^(?:[\w.+-]+|"[^"\\]*"|'[^']*')\s*(?:#.*)?$/.test(value) && !/^(?:"""|''')/.test(value);
	return key === path.at(-1) && isPlain ? {is: 'line', was, becomes: undefined} : undefined;
}

/** Tells whether a variable or a setting is confidential by its name. */
export const isSecretName = (name: string): boolean =>
	/_key$|(?:^|_)(?:key_base|token|secret|password|passwd|dsn|access_key_id|database_url|cookie)$/i.test(
		name,
	) && !/(?:public|publishable|site)_key$/i.test(name);

/** Tells whether an absolute path is in a folder; a path with `..` counts as outside. */
export const isBelow = (path: string, folder: string): boolean =>
	path.startsWith(`${folder.replace(/\/+$/, '')}/`) && !path.split('/').includes('..');

/** Returns a problem with a key or table of fly.toml, with its line. */
export const reportInToml = (
	flyToml: FlyTomlFacts,
	path: TomlPath,
	message: string,
	fix: string,
	edits: readonly TomlEdit[] = [],
): Problem => ({
	status: 'wrong',
	path: flyToml.path,
	line: flyToml.lineOf(path),
	message,
	fix,
	...(edits.length > 0 ? {edit: {is: 'toml', edits}} : {}),
});

/** Returns the host in PHX_HOST, from the secret if there is one; `undefined` when unknown. */
export function readServedHost({
	secrets,
	flyToml,
}: Pick<DoctorFacts, 'secrets' | 'flyToml'>): string | undefined {
	if (secrets?.has('PHX_HOST')) return secrets.get('PHX_HOST');
	const host = flyToml?.config.env?.PHX_HOST;
	return typeof host === 'string' ? host : undefined;
}
