import {cpSync, readdirSync, readFileSync, renameSync} from 'node:fs';
import {join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';

/** Copies the shipped Wisp sample into a folder, with its dot files named as in a project. */
export function copySample(packageFolder: string, folder: string): void {
	cpSync(join(packageFolder, 'templates', 'sample'), folder, {recursive: true});
	for (const name of readdirSync(folder).filter(entry => entry.startsWith('_'))) {
		renameSync(join(folder, name), join(folder, `.${name.slice(1)}`));
	}
}

const sample = fileURLToPath(new URL('../../templates/sample', import.meta.url));

/** Reads the shipped Wisp sample, by path. */
export function readSample(): Readonly<Record<string, string>> {
	const entries = readdirSync(sample, {recursive: true, withFileTypes: true}).filter(entry => entry.isFile());
	return Object.fromEntries(
		entries.map(({parentPath, name}) => {
			const path = join(parentPath, name);
			return [relative(sample, path).replace(/^_/, '.'), readFileSync(path, 'utf8')];
		}),
	);
}
