import {cpSync, readdirSync, renameSync} from 'node:fs';
import {join} from 'node:path';

/** Copies the shipped Wisp sample into a folder, with its dot files named as in a project. */
export function copySample(packageFolder: string, folder: string): void {
	cpSync(join(packageFolder, 'templates', 'sample'), folder, {recursive: true});
	for (const name of readdirSync(folder).filter(entry => entry.startsWith('_'))) {
		renameSync(join(folder, name), join(folder, `.${name.slice(1)}`));
	}
}
