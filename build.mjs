import {chmod, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
// A program that runs from `dist` right now goes on with whole files.
const fresh = join(root, `dist.${process.pid}`);

/** React's developer tools and Ink's connection to them are never used by an installed program. */
const stubDeveloperTools = {
	name: 'stub-developer-tools',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^(react-devtools-core|ws)$/}, ({path}) => ({path, namespace: 'stub'}));
		onLoad({filter: /.*/, namespace: 'stub'}, () => ({contents: 'export default {}', loader: 'js'}));
	},
};

/** Yoga decodes its wasm through `fetch(data:)`, which loads a whole HTTP client at start-up; its other branch does not. */
const decodeYogaWithoutFetch = {
	name: 'decode-yoga-without-fetch',
	setup({onLoad}) {
		onLoad({filter: /yoga-wasm-base64-esm\.js$/}, async ({path}) => ({
			contents: (await readFile(path, 'utf8')).replaceAll('typeof fetch', '"undefined"'),
			loader: 'js',
		}));
	},
};

const {metafile} = await build({
	absWorkingDir: root,
	entryPoints: {cli: 'source/cli.ts', fly: 'source/rehearsal/fly.ts'},
	outdir: fresh,
	bundle: true,
	splitting: true,
	minify: true,
	format: 'esm',
	platform: 'node',
	target: 'node20.19',
	jsx: 'automatic',
	metafile: true,
	legalComments: 'none',
	loader: {'.json': 'json'},
	define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
	banner: {
		js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
	},
	plugins: [stubDeveloperTools, decodeYogaWithoutFetch],
	logLevel: 'warning',
});
await chmod(join(fresh, 'cli.js'), 0o755);
await chmod(join(fresh, 'fly.js'), 0o755);
await writeFile(join(fresh, 'LICENSES.txt'), await collectLicenses(Object.keys(metafile.inputs)));
await rm(dist, {recursive: true, force: true});
await rename(fresh, dist);

/** The licence texts of every package that ended up in the bundle. */
async function collectLicenses(inputs) {
	const packages = new Set(
		inputs.flatMap(path => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
	);
	const texts = await Promise.all(
		[...packages].sort().map(async folder => {
			const names = await readdir(join(root, folder));
			const file = names.find(name => /^(licen[cs]e|copying)/i.test(name));
			const {name, version, license} = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
			const text = file ? await readFile(join(root, folder, file), 'utf8') : `${license}\n`;
			return `${name} ${version}\n\n${text.trim()}\n`;
		}),
	);
	return texts.join(`\n${'-'.repeat(70)}\n\n`);
}
