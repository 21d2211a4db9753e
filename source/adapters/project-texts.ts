import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {projectFiles, projectPatterns} from '../core/project/files.ts';

/**
Paths of everything in the folder that says something about the app: fixed names, and what the patterns find.

@param more - Patterns beside those of the project.
*/
export async function listProjectFiles(
	root: string,
	more: readonly string[] = [],
): Promise<readonly string[]> {
	return [...projectFiles, ...(await listMatches(root, [...projectPatterns, ...more]))];
}

/** Paths of the files that the patterns find; `*` stands for one part of a path, or a piece of it. */
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
