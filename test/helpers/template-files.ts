import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {toProjectPath} from '../../source/core/project/template.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The texts of one folder of `templates/`, by their path in it. */
export const readTemplates = (folder: string): ReadonlyMap<string, string> =>
	readTexts(`${root}templates/${folder}`);

/** A LiveView app that keeps what is said in its processes: no database, nothing to deploy it with. */
export const chatFolder = `${root}test/fixtures/chat`;

export const readChat = (): ReadonlyMap<string, string> => readTexts(chatFolder);

/** The sample as it is on disk once it is copied: dot files with their dot. */
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
