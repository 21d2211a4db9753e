import {readdir, readFile} from 'node:fs/promises';
import {join, relative, sep} from 'node:path';
import type {FolderTexts} from '../core/command/context.ts';
import {Failure, readSystemCode} from '../core/errors/failure.ts';
import {projectFiles, projectPatterns} from '../core/project/files.ts';
import {isThere} from './file-errors.ts';
import type {ProjectFiles} from './project-files.ts';

/**
Lists the paths of all files in the folder that describe the app: fixed names, and matches of the patterns.

@param more - Patterns in addition to those of the project.
*/
export async function listProjectFiles(
	root: string,
	more: readonly string[] = [],
): Promise<readonly string[]> {
	return [...projectFiles, ...(await listMatches(root, [...projectPatterns, ...more]))];
}

/** Lists the paths of the files that match the patterns; `*` matches one part of a path, or a piece of it. */
export async function listMatches(root: string, patterns: readonly string[]): Promise<readonly string[]> {
	const found = await Promise.all(patterns.map(pattern => match(root, '', pattern.split('/'))));
	return found.flat().sort();
}

async function match(root: string, folder: string, parts: readonly string[]): Promise<readonly string[]> {
	const [part = '', ...rest] = parts;
	const pattern = new RegExp(`^${part.split('*').map(escapeText).join('[^/]*')}$`);
	const names = await readdir(join(root, folder), {withFileTypes: true}).catch(() => []);
	const chosen = names.filter(
		entry => pattern.test(entry.name) && (rest.length === 0 ? entry.isFile() : entry.isDirectory()),
	);
	const paths = chosen.map(({name}) => (folder === '' ? name : `${folder}/${name}`));
	if (rest.length === 0) return paths;
	return (await Promise.all(paths.map(path => match(root, path, rest)))).flat();
}

const escapeText = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** Files to read at the same time, so that a large project does not run out of file handles. */
const filesAtOnce = 64;

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
		return (await isThere(join(root, path))) ? {why: 'it is not a regular file under 1 MiB'} : undefined;
	} catch (error) {
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
