import {chmod, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {toJsonSchema} from '@valibot/to-json-schema';
import {build} from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
// A program that runs from `dist` right now goes on with whole files.
const fresh = join(root, `dist.${process.pid}`);

/** Parts of libraries that phxfly never reaches: React's developer tools, and the schemas and migrations of conf. */
const leaveOut = {
	name: 'leave-out',
	setup({onResolve, onLoad}) {
		const unused = /^(react-devtools-core|ws|ajv\/dist\/2020\.js|ajv-formats|semver)$/;
		onResolve({filter: unused}, ({path}) => ({path, namespace: 'unused'}));
		onLoad({filter: /.*/, namespace: 'unused'}, () => ({contents: 'module.exports = {}', loader: 'js'}));
	},
};

/** Of this CommonJS module, dockerfile-ast uses two of 60 parts; its ES module says too little to leave out the others. */
const shakeLanguageServerTypes = {
	name: 'shake-language-server-types',
	setup({onResolve, onLoad}) {
		onResolve({filter: /^vscode-languageserver-types$/}, ({path}) => ({path, namespace: 'shake'}));
		onLoad({filter: /.*/, namespace: 'shake'}, ({path}) => ({
			contents: `export {Position, Range} from './node_modules/${path}/lib/esm/main.js'`,
			resolveDir: root,
		}));
		onLoad({filter: /vscode-languageserver-types\/lib\/esm\/main\.js$/}, async ({path}) => ({
			contents: (await readFile(path, 'utf8'))
				.replaceAll(
					/^((?:export )?var )(\w+);\r?\n\(function \(\2\) \{/gm,
					'$1$2 = /* @__PURE__ */ (function ($2) {',
				)
				.replaceAll(/^\}\)\((\w+) \|\| \(\1 = \{\}\)\);/gm, 'return $1; })({});'),
		}));
	},
};

/** Yoga brings its wasm as base64 text, which packs badly and is slow to decode; here it is a file of its own. */
const keepYogaAsWasm = {
	name: 'keep-yoga-as-wasm',
	setup({onResolve, onLoad}) {
		const split = async path => {
			const [head = '', wasm, tail] = (await readFile(path, 'utf8')).split(/"data:[^",]+;base64,([^"]+)"/);
			const [before, after] = head.split('loadYoga = loadYoga || {}');
			if (!tail || after === undefined) throw new Error(`This script does not know ${path}.`);
			return {wasm, start: `${before}loadYoga = {wasmBinary: wasm}${after}`, tail};
		};
		onLoad({filter: /yoga-wasm-base64-esm\.js$/, namespace: 'file'}, async ({path}) => {
			const {start, tail} = await split(path);
			const read = `
				import {readFileSync} from 'node:fs';
				import file from 'yoga.wasm';
				const wasm = readFileSync(new URL(file, import.meta.url));
			`;
			return {contents: `${read}${start}""${tail}`};
		});
		onResolve({filter: /^yoga\.wasm$/}, ({path, importer}) => ({
			path,
			namespace: 'wasm',
			pluginData: importer,
		}));
		onLoad({filter: /.*/, namespace: 'wasm'}, async ({pluginData}) => {
			const {wasm} = await split(pluginData);
			return {contents: Buffer.from(wasm, 'base64'), loader: 'file'};
		});
	},
};

const {metafile} = await build({
	absWorkingDir: root,
	entryPoints: {cli: 'source/cli.ts', fly: 'source/rehearsal/fly.ts'},
	outdir: fresh,
	bundle: true,
	splitting: true,
	minify: true,
	charset: 'utf8',
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
	plugins: [leaveOut, shakeLanguageServerTypes, keepYogaAsWasm],
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

/** The license of every package in the bundle: each text once, under the packages and copyrights it is for. */
async function collectLicenses(inputs) {
	const isCopyright = line => /^\W*copyright\b.*(?:\(c\)|©|\d{4})/i.test(line);
	const readLines = async path => (await readFile(join(root, path), 'utf8')).trim().split(/\r?\n/);
	const sources = new Map();
	for (const path of [...inputs].sort()) {
		const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
		if (folder) sources.set(folder, [...(sources.get(folder) ?? []), path]);
	}

	const byText = new Map();
	for (const [folder, paths] of sources) {
		const file = (await readdir(join(root, folder))).find(name => /^(licen[cs]e|copying)/i.test(name));
		const {name, version, license} = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
		if (!file && license !== 'MIT') throw new Error(`${name} has no license file.`);
		const lines = await readLines(file ? join(folder, file) : 'LICENSE');
		const owners = file ? lines : (await Promise.all(paths.map(readLines))).flat();
		const copyrights = new Set(owners.filter(isCopyright).map(line => line.replace(/^\W+/, '').trim()));
		const text = lines
			.filter(line => !isCopyright(line))
			.join('\n')
			.trim();
		// Packages break the same lines at other words, and some leave out the title.
		const key = text
			.replace(/^(?:The )?MIT License(?: \(MIT\))?\s/i, '')
			.replaceAll(/[\s"]+/g, ' ')
			.trim();
		const same = byText.get(key) ?? {text, packages: []};
		byText.set(key, same);
		same.packages.push(`${name} ${version}`, ...[...copyrights].map(line => `\t${line}`));
	}

	return [...byText.values()]
		.map(({text, packages}) => `${packages.join('\n')}\n\n${text}\n`)
		.join(`\n${'-'.repeat(70)}\n\n`);
}
