import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';

/** Texts by path, of the files that setup and doctor may change. */
export type Texts = ReadonlyMap<string, string>;

const largestBytes = 2 ** 20;

export function readTexts(folder: string): Texts {
	const paths = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(
		path =>
			!/(?:^|\/)(?:node_modules|deps|_build|\.git|assets|priv)\//.test(path) &&
			/\.(?:toml|ya?ml|exs?|sh)$|Dockerfile|dockerignore$|entrypoint/.test(path),
	);
	return new Map(
		paths.flatMap(path => {
			const stat = statSync(join(folder, path), {throwIfNoEntry: false});
			return stat?.isFile() && stat.size <= largestBytes
				? [[path, readFileSync(join(folder, path), 'utf8')]]
				: [];
		}),
	);
}

/** Lists what no fix may change: comments that are gone, and other values of what decides where the data and the ports are. */
export function findHarm(before: Texts, after: Texts): readonly string[] {
	return [...before].flatMap(([path, old]) => {
		const text = after.get(path);
		if (text === undefined) return [`${path} is gone`];
		if (text === old) return [];
		return [
			...subtract(listComments(old), listComments(text)).map(line => `${path} lost a comment: ${line}`),
			...kept.flatMap(({what, pattern}) => {
				const [was, is] = [old, text].map(each => listMatches(each, pattern));
				return `${was}` === `${is}` ? [] : [`${path}: ${what} was ${was || 'absent'}, is ${is || 'absent'}`];
			}),
		];
	});
}

const kept: readonly {what: string; pattern: RegExp}[] = [
	{what: 'DATABASE_PATH', pattern: /^[^#\n]*\bDATABASE_PATH\b["']?\s*[=:]\s*(.*)$/gm},
	{what: 'internal_port', pattern: /^[^#\n]*\binternal_port\s*=\s*(\d+)/gm},
	{what: 'PORT', pattern: /^[^#\n]*(?<!\w)["']?PORT["']?\s*=\s*(.*)$/gm},
	{what: 'destination', pattern: /^[^#\n]*\bdestination\s*=\s*(.*)$/gm},
	{what: 'release_command', pattern: /^[^#\n]*\brelease_command\s*=\s*(.*)$/gm},
];

const listMatches = (text: string, pattern: RegExp): readonly string[] =>
	[...text.matchAll(pattern)].map(([, value = '']) => value.replace(/\s+#.*$/, '').trim());

const listComments = (text: string): readonly string[] =>
	text.split(/\r?\n/).flatMap(line => /(?:^|\s)(#.*)$/.exec(line)?.[1]?.trim() ?? []);

/** Removes each of `others` once. */
function subtract(lines: readonly string[], others: readonly string[]): readonly string[] {
	const rest = [...others];
	return lines.filter(line => {
		const at = rest.indexOf(line);
		if (at >= 0) rest.splice(at, 1);
		return at < 0;
	});
}
