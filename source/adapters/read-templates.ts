import {readdir, readFile} from 'node:fs/promises';
import {join, relative, sep} from 'node:path';

/** Every file below a folder of templates: its path in it, with `/`, to its text. */
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
