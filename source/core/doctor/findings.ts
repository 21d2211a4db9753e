import type {TomlEdit, TomlPath} from '../fly-toml/document.ts';
import {readImageVariables} from '../image/variables.ts';
import type {SetupFault} from '../protection/litestream-setup.ts';
import {listLines} from '../text/lines.ts';
import type {DoctorFacts, FlyTomlFacts} from './facts.ts';
import type {Fix, Problem} from './rule.ts';

/** Returns the edit that removes a key and keeps its comment, if it is alone on its line with a plain value or an empty list. */
export function takeOutLine({text, lineOf}: FlyTomlFacts, path: TomlPath): Fix | undefined {
	const was = listLines(text)[lineOf(path) - 1]?.text ?? '';
	const [, key, value = ''] = /^\s*["']?([\w-]+)["']?\s*=\s*(.*?)\s*$/.exec(was) ?? [];
	const isPlain =
		/^(?:[\w.+-]+|\[\s*\]|"[^"\\]*"|'[^']*')\s*(?:#.*)?$/.test(value) && !/^(?:"""|''')/.test(value);
	if (key !== path.at(-1) || !isPlain) return undefined;
	const comment = /(?<=^(?:[^"'#]|"[^"]*"|'[^']*')*)#.*$/.exec(was)?.[0];
	return {is: 'line', was, becomes: comment && `${/^\s*/.exec(was)?.[0] ?? ''}${comment}`};
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

/** Returns a problem with how the image runs Litestream. */
export const reportFault = ({path, line, message, change, lines}: SetupFault): Problem => ({
	status: 'wrong',
	path,
	line,
	message,
	fix: lines.length === 0 ? change : `${change.replace(/\.$/, '')}: ${lines.join(' ')}`,
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

/** Returns the value that a variable has on the machine; `undefined` for a secret, or where nothing here sets it. */
export function readVariable(
	name: string,
	{secrets, flyToml, dockerfile}: Pick<DoctorFacts, 'secrets' | 'flyToml' | 'dockerfile'>,
): string | undefined {
	if (secrets?.has(name)) return undefined;
	const set = flyToml?.config.env?.[name];
	if (set !== undefined) return String(set);
	return dockerfile && readImageVariables(dockerfile, flyToml?.config).get(name)?.value;
}

/** Tells whether a comment, on the line of one of these settings or right above it, says something about it. */
export function isExplained({text, lineOf}: FlyTomlFacts, paths: readonly TomlPath[]): boolean {
	const lines = listLines(text).map(line => line.text);
	return paths.some(path => {
		const at = lineOf(path) - 1;
		const own = lines[at] ?? '';
		return own.includes(String(path.at(-1))) && (/\s#/.test(own) || /^\s*#/.test(lines[at - 1] ?? ''));
	});
}
