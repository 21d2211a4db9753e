import {join} from 'node:path';
import type {FolderTexts} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {isThere, readSystemCode} from './file-errors.ts';
import type {ProjectFiles} from './project-files.ts';

/** Read at once, so that a large project does not run out of file handles. */
const filesAtOnce = 64;

/** The texts of those of the files that exist; what cannot be read is said, not thrown. */
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
		return (await isThere(join(root, path))) ? {why: 'it is no ordinary file of at most 1 MiB'} : undefined;
	} catch (error) {
		if (error instanceof Failure) return {why: error.message};
		return {why: readSystemCode(error) || String(error)};
	}
}
