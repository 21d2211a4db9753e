import {readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import type {Host, Plans} from './core/command/context.ts';

/** Plans on paper: kept for `apply`, or as a script. What they need is loaded when it is asked for. */
export function openPlans({cwd, packageFolder, stdout}: Host): Plans {
	const read = (...path: readonly string[]) => readFileSync(join(packageFolder, ...path), 'utf8');
	const {version} = JSON.parse(read('package.json')) as {version: string};
	return {
		version,
		async save(path, text) {
			const {writeGiven} = await import('./adapters/write-file.ts');
			await writeGiven(resolve(cwd, path), text, isPlan);
		},
		async printScript(plan) {
			const [{writeScript}, {hashText}] = await Promise.all([
				import('./output/write-script.ts'),
				import('./setup/prepare.ts'),
			]);
			const functions = read('templates', 'script', 'functions.sh');
			stdout.write(writeScript(plan, {version, functions, hash: hashText}));
		},
	};
}

/** One of ours, whole or cut off, may be made anew; anything else that lies there is somebody's. */
const isPlan = (text: string): boolean => text.startsWith('{\n\t"kind": "phxfly-plan"');
