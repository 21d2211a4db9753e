import {execFileSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

/** The end-to-end tests run what users run: the bundle, built from the sources under test. */
export function setup(): void {
	const root = fileURLToPath(new URL('../../', import.meta.url));
	execFileSync(process.execPath, ['build.mjs'], {cwd: root, stdio: ['ignore', 'ignore', 'inherit']});
}
