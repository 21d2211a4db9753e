import {readdir, readFile} from 'node:fs/promises';
import {join, relative, sep} from 'node:path';
import type {FolderTexts} from '../core/command/context.ts';
import {Failure, readSystemCode} from '../core/errors/failure.ts';
import {mustBeText, projectFiles, projectPatterns} from '../core/project/files.ts';
import {findNamedFiles} from '../core/project/named-files.ts';
import {isThere} from './file-errors.ts';
import type {ProjectFiles} from './project-files.ts';

/**
Lists the paths of all files in the folder that a fact is read from: fixed names, matches of the patterns, and what those
files name. They may not exist.

@param flyTomlPath - The configuration to use: it counts wherever it is.
*/
export async function listProjectFiles(
	root: string,
	files: ProjectFiles,
	flyTomlPath = 'fly.toml',
): Promise<readonly string[]> {
	const known = [...projectFiles, flyTomlPath, ...(await listMatches(root, projectPatterns))];
	const configs = known.filter(path => path === flyTomlPath || /^fly(?:\..*)?\.toml$/.test(path));
	const fromConfigs = findNamedFiles((await readTexts(root, files, configs)).files);
	const dockerfiles = [...known.filter(path => /dockerfile/i.test(path)), ...fromConfigs];
	const copied = findNamedFiles((await readTexts(root, files, dockerfiles)).files);
	const folders = copied.filter(path => !ownFolders.test(path)).map(path => `${path}/*`);
	return [...new Set([...known, ...fromConfigs, ...copied, ...(await listMatches(root, folders))])];
}

/** What they hold is either in the list or no fact is read from it. */
const ownFolders = /^(?:apps|assets|config|deps|lib|priv|rel|test)(?:\/|$)/;

/** Lists the paths of the files that match the patterns; `*` matches a part of a path or a piece of it, `**` folders. */
async function listMatches(root: string, patterns: readonly string[]): Promise<readonly string[]> {
	const found = await walk(
		root,
		'',
		patterns.map(pattern => pattern.split('/')),
	);
	return [...found].sort();
}

/** What a build or a package manager made, which may be huge. */
const madeFolders = new Set(['node_modules', '_build', 'deps', '.git', '.elixir_ls']);

/** Reads each folder once, for all patterns whose first part matches something in it. */
async function walk(
	root: string,
	folder: string,
	patterns: readonly (readonly string[])[],
): Promise<readonly string[]> {
	const entries = await readdir(join(root, folder), {withFileTypes: true}).catch(() => []);
	const here = patterns.flatMap(parts => (parts[0] === '**' ? [parts, parts.slice(1)] : [parts]));
	const found = await Promise.all(
		entries.map(async entry => {
			const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
			if (entry.isFile()) {
				const isMatch = here.some(([part = '', ...rest]) => rest.length === 0 && isLike(entry.name, part));
				return isMatch ? [path] : [];
			}

			if (!entry.isDirectory() || madeFolders.has(entry.name)) return [];
			const below = here.flatMap(([part = '', ...rest]) => {
				if (part === '**') return [[part, ...rest]];
				return rest.length > 0 && isLike(entry.name, part) ? [rest] : [];
			});
			return below.length === 0 ? [] : walk(root, path, below);
		}),
	);
	return found.flat();
}

const shapes = new Map<string, RegExp>();

function isLike(name: string, part: string): boolean {
	if (!part.includes('*')) return name === part;
	const shape = shapes.get(part) ?? new RegExp(`^${part.split('*').map(escapeText).join('[^/]*')}$`);
	shapes.set(part, shape);
	return shape.test(name);
}

const escapeText = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** Files to read at the same time, so that a large project does not run out of file handles. */
export const filesAtOnce = 64;

/** Reads the existing files; reports what it cannot read instead of throwing. */
export async function readTexts(
	root: string,
	files: ProjectFiles,
	paths: readonly string[],
): Promise<FolderTexts> {
	const texts = new Map<string, string>();
	const unread: {path: string; why: string}[] = [];
	const all = [...new Set(paths)];
	for (let at = 0; at < all.length; at += filesAtOnce) {
		const part = all.slice(at, at + filesAtOnce);
		const results = await Promise.all(part.map(path => readOne(root, files, path)));
		for (const [index, result] of results.entries()) {
			const path = part[index] ?? '';
			if (typeof result === 'string') texts.set(path, result);
			else if (result) unread.push({path, why: result.why});
		}
	}

	return {files: texts, unread};
}

async function readOne(root: string, files: ProjectFiles, path: string) {
	try {
		const text = await files.read(path);
		if (text !== undefined) return text;
		if (!mustBeText(path)) return undefined;
		return (await isThere(join(root, path))) ? {why: 'it is not a regular file under 1 MiB'} : undefined;
	} catch (error) {
		if (error instanceof Failure && error.code === 'not-text' && !mustBeText(path)) return undefined;
		if (error instanceof Failure) return {why: error.message};
		return {why: readSystemCode(error) || String(error)};
	}
}

/** Reads every file in a folder of templates, by its path in it, with `/`. */
export async function readTemplates(folder: string): Promise<ReadonlyMap<string, string>> {
	const entries = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
	const texts = await Promise.all(
		files
			.sort()
			.map(
				async file => [relative(folder, file).split(sep).join('/'), await readFile(file, 'utf8')] as const,
			),
	);
	return new Map(texts);
}
