import {execFileSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

/** Builds the bundle once. End-to-end tests run what users run. */
export function setup(): void {
	const root = fileURLToPath(new URL('../../', import.meta.url));
	execFileSync(process.execPath, ['build.mjs'], {cwd: root, stdio: ['ignore', 'ignore', 'inherit']});
}
