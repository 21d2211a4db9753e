import {readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {writeGiven} from '../adapters/write-file.ts';
import type {Cli} from '../core/command/context.ts';

/** Opens what writes plans: as a file for `apply`, or as a script. */
export function openPlans({cwd, packageFolder, stdout}: Cli['host']): Awaited<ReturnType<Cli['openPlans']>> {
	const {version} = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
		version: string;
	};
	return {
		version,
		async save(path, text) {
			await writeGiven(resolve(cwd, path), text, isPlan);
		},
		async printScript(plan, answers) {
			const {writeScript} = await import('../output/script.ts');
			stdout.write(writeScript(plan, {version, answers}));
		},
	};
}

/** Tells whether a file is a saved plan, complete or truncated. Only such a file may be overwritten. */
const isPlan = (text: string): boolean => text.startsWith('{\n\t"kind": "phxfly-plan"');
