import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {toProjectPath} from '../../source/core/project/template.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Returns the texts of a folder of `templates/`, by path. */
export const readTemplates = (folder: string): ReadonlyMap<string, string> =>
	readTexts(`${root}templates/${folder}`);

/** A LiveView app with its messages in memory, without a database or deploy files. */
export const chatFolder = `${root}test/fixtures/chat`;

export const readChat = (): ReadonlyMap<string, string> => readTexts(chatFolder);

/** Returns the sample as it is on disk after copying, with dot files. */
export const readSample = (): ReadonlyMap<string, string> =>
	new Map([...readTemplates('sample')].map(([path, text]) => [toProjectPath(path), text]));

function readTexts(folder: string): ReadonlyMap<string, string> {
	const entries = readdirSync(folder, {recursive: true, withFileTypes: true});
	return new Map(
		entries
			.filter(entry => entry.isFile())
			.map(entry => `${entry.parentPath}/${entry.name}`)
			.map(path => [path.slice(folder.length + 1), readFileSync(path, 'utf8')] as const),
	);
}
