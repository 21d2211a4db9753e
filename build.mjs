import {chmod, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {toJsonSchema} from '@valibot/to-json-schema';
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
	// For Node the package is CommonJS, from which nothing can be left out.
	alias: {yaml: join(root, 'node_modules/yaml/browser/index.js')},
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
await writeFile(
	join(fresh, 'events.schema.json'),
	`${JSON.stringify(await describeEvents(), undefined, '\t')}\n`,
);
await rm(dist, {recursive: true, force: true});
await rename(fresh, dist);

/** The JSON Schema of one line of `--json`. */
async function describeEvents() {
	const {outputFiles} = await build({
		absWorkingDir: root,
		entryPoints: ['source/core/session/events.ts'],
		bundle: true,
		format: 'esm',
		write: false,
	});
	const convert = schema => {
		const {$schema, ...converted} = toJsonSchema(schema, {
			target: 'draft-2020-12',
			// What is undefined in an event is null in its line.
			overrideSchema: ({valibotSchema: {type, wrapped}}) =>
				type === 'undefinedable' ? {anyOf: [convert(wrapped), {type: 'null'}]} : undefined,
		});
		return converted;
	};
	const code = Buffer.from(outputFiles[0].text).toString('base64');
	const {eventSchema} = await import(`data:text/javascript;base64,${code}`);
	const {oneOf: kinds} = convert(eventSchema);
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		title: 'A line of phxfly --json',
		description: 'Fields may be added; those that are here stay as they are while v is 1.',
		oneOf: kinds.map(({properties: {type, ...properties}, required, ...kind}) => ({
			...kind,
			properties: {v: {const: 1}, type, at: {type: 'string', format: 'date-time'}, ...properties},
			required: ['v', 'type', 'at', ...required.filter(name => name !== 'type')],
		})),
	};
}

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
