import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {toProjectPath} from '../../source/core/template.ts';

const templates = fileURLToPath(new URL('../../templates/', import.meta.url));

/** The texts of one folder of `templates/`, by their path in it. */
export function readTemplates(folder: string): ReadonlyMap<string, string> {
	const entries = readdirSync(`${templates}${folder}`, {recursive: true, withFileTypes: true});
	return new Map(
		entries
			.filter(entry => entry.isFile())
			.map(entry => `${entry.parentPath}/${entry.name}`)
			.map(path => [path.slice(`${templates}${folder}/`.length), readFileSync(path, 'utf8')] as const),
	);
}

/** The sample as it is on disk once it is copied: dot files with their dot. */
export const readSample = (): ReadonlyMap<string, string> =>
	new Map([...readTemplates('sample')].map(([path, text]) => [toProjectPath(path), text]));
