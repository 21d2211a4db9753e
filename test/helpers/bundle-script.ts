import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, type Plugin} from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Ink would want React's developer tools, which are not installed. */
const stubDeveloperTools: Plugin = {
	name: 'stub-developer-tools',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^react-devtools-core$/}, ({path}) => ({path, namespace: 'stub'}));
		onLoad({filter: /.*/, namespace: 'stub'}, () => ({contents: 'export default {}', loader: 'js'}));
	},
};

/**
Bundles a short program that uses the sources, so that a test can start it often, and kill it.

@param code - TypeScript; imports are from the repository's root: `./source/adapters/journal.ts`.
@returns Its path, for Node.
*/
export async function bundleScript(code: string): Promise<string> {
	const outfile = join(mkdtempSync(join(tmpdir(), 'phxfly-script-')), 'script.mjs');
	await build({
		stdin: {contents: code, resolveDir: root, loader: 'ts', sourcefile: 'script.ts'},
		outfile,
		bundle: true,
		jsx: 'automatic',
		format: 'esm',
		platform: 'node',
		target: 'node20.19',
		logLevel: 'warning',
		// The sources find the repository's files from their own place.
		define: {'import.meta.url': JSON.stringify(import.meta.url)},
		plugins: [stubDeveloperTools],
		banner: {js: "import {createRequire as r} from 'node:module';const require=r(import.meta.url);"},
	});
	return outfile;
}
