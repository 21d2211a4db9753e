import {existsSync, readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {fileName, parseSource, readSourceFiles, type SourceFile, toKebab} from './helpers/source-files.ts';

type Layer = {
	/** Layers it may import besides its own, including types. */
	readonly layers: readonly string[];
	/** Packages and Node's modules it may import. */
	readonly outside: readonly string[];
};

const above = {
	engine: ['core'],
	setup: ['core', 'engine'],
	drill: ['core', 'engine'],
	wizard: ['core', 'engine', 'setup'],
	commands: ['core', 'engine', 'setup', 'drill', 'wizard'],
};

const everyLayer = [
	...[
		'core',
		'questions',
		'profiles',
		'providers',
		'steps',
		'checks',
		'lock',
		'adapters',
		'ui',
		'output',
		'rehearsal',
	],
	...Object.keys(above),
];

/** Arrows point down only. Each layer is a folder of `source/`. */
const layers: Readonly<Record<string, Layer>> = {
	core: {
		layers: [],
		outside: [
			...['@iarna/toml', 'diff', 'dockerfile-ast', 'lezer-elixir', 'string-width', 'toml-eslint-parser'],
			...['valibot', 'yaml'],
			...['node:string_decoder', 'node:util'],
			// Only compresses a text.
			'node:zlib',
		],
	},
	// `node:url` only converts a host to punycode.
	questions: {layers: ['core'], outside: ['node:url']},
	profiles: {layers: ['core'], outside: []},
	providers: {layers: ['core'], outside: []},
	steps: {layers: ['core'], outside: []},
	checks: {layers: ['core'], outside: []},
	// `node:crypto` generates ids and SECRET_KEY_BASE.
	engine: {layers: above.engine, outside: ['node:crypto']},
	setup: {layers: above.setup, outside: ['node:crypto']},
	drill: {layers: above.drill, outside: ['node:crypto']},
	wizard: {layers: above.wizard, outside: ['node:crypto']},
	commands: {layers: above.commands, outside: []},
	ui: {
		layers: ['core'],
		outside: ['ink', 'react', 'node:events', 'node:string_decoder'],
	},
	output: {layers: ['core'], outside: []},
	// Below what touches the disk, on both sides: real and simulated.
	lock: {layers: [], outside: ['node:crypto', 'node:fs']},
	adapters: {
		layers: ['core', 'lock'],
		outside: [
			...['aws4fetch', 'conf', 'dns-packet', 'execa', 'valibot'],
			...['node:crypto', 'node:dgram', 'node:dns', 'node:fs', 'node:fs/promises', 'node:http'],
			...['node:https', 'node:net', 'node:os', 'node:path', 'node:process', 'node:stream'],
			...['node:timers/promises', 'node:util'],
		],
	},
	rehearsal: {
		layers: ['core', 'lock'],
		outside: [
			...['@iarna/toml', 'dns-packet', 'valibot', 'node:child_process', 'node:crypto', 'node:dgram'],
			...['node:events', 'node:fs', 'node:fs/promises', 'node:http', 'node:net', 'node:os', 'node:path'],
			...['node:process', 'node:readline/promises', 'node:stream', 'node:timers/promises'],
			'node:zlib',
		],
	},
	// Joins the layers.
	cli: {
		layers: everyLayer,
		outside: [
			...['commander', 'node:crypto', 'node:fs', 'node:fs/promises', 'node:module', 'node:os', 'node:path'],
			...['node:process', 'node:url'],
		],
	},
	// The entry, `cli.ts`.
	top: {
		layers: ['cli', 'core'],
		outside: ['node:fs', 'node:module', 'node:path', 'node:process', 'node:url'],
	},
};

/** Files that may touch the process. */
const mayTouchProcess = ['source/cli.ts', 'source/rehearsal/fly.ts', 'source/adapters/process.ts'];

/** Folders with one file for each entry of the registry, named after it, however many there are. */
const entryFolders = [
	...['questions', 'profiles', 'providers', 'steps', 'checks/doctor', 'checks/verify', 'commands'],
];

const longestFileLines = 350;
const fullestFolderFiles = 16;

const sources = readSourceFiles('source');
const tests = readSourceFiles('test');

/** The programs that build the package and its docs from the sources are readers, too. */
const generators = [
	readBuild('build.mjs'),
	...tests.filter(({path}) => /^test\/helpers\/write-[a-z]+-page\.ts$/.test(path)),
];

/** Reads the build, which names the files it loads. Its code has the names it takes from them. */
function readBuild(path: string): SourceFile {
	const text = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
	const loaded = [...text.matchAll(/'(source\/[^']+\.ts)'/g)].map(([, from = '']) => from);
	return {
		...parseSource(path, text),
		imports: loaded.map(from => ({from, names: ['*'], isType: false})),
	};
}

const layerOf = (path: string): string => {
	const [, folder = '', rest] = path.split('/');
	return rest === undefined ? 'top' : folder;
};

function findForbidden({path, imports}: SourceFile): readonly string[] {
	const from = layerOf(path);
	const rule = layers[from];
	if (!rule) return [`${path}: ${from} is no layer`];
	return imports
		.filter(({from: to}) =>
			to.startsWith('source/')
				? layerOf(to) !== from && !rule.layers.includes(layerOf(to))
				: !rule.outside.includes(to),
		)
		.map(({from: to}) => `${path} imports ${to}`);
}

const touchesProcess = ({code, imports}: SourceFile) =>
	imports.some(({from}) => from === 'node:process' || from === 'process') ||
	/(?<![\w.$-])(?:process[.[);,]|globalThis\b)/.test(code);

/** Returns a path of imports that leads back to its start, types included, or `undefined`. */
function findCycle(arrows: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
	const finished = new Set<string>();
	const walk = (path: string, way: readonly string[]): readonly string[] | undefined => {
		if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
		if (finished.has(path)) return undefined;
		for (const target of arrows.get(path) ?? []) {
			const cycle = walk(target, [...way, path]);
			if (cycle) return cycle;
		}

		finished.add(path);
		return undefined;
	};
	for (const path of arrows.keys()) {
		const cycle = walk(path, []);
		if (cycle) return cycle;
	}

	return undefined;
}

/** Returns the imports from file to file, or from folder to folder. */
function readArrows(
	files: readonly SourceFile[],
	place: (path: string) => string = path => path,
): ReadonlyMap<string, readonly string[]> {
	const arrows = new Map<string, string[]>();
	for (const {path, imports} of files) {
		const targets = arrows.get(place(path)) ?? [];
		arrows.set(place(path), targets);
		for (const {from} of imports) {
			if (from.startsWith('source/') && place(from) !== place(path)) targets.push(place(from));
		}
	}

	return arrows;
}

/** Finds exports without an import. A type that its own file uses belongs to that file's interface. */
function findUnused(files: readonly SourceFile[], readers: readonly SourceFile[]): readonly string[] {
	const isUsed = (path: string, name: string) =>
		readers.some(({imports, code}) =>
			imports.some(
				({from, names}) =>
					from === path && (names.includes(name) || (names.includes('*') && hasWord(code, name))),
			),
		);
	return files.flatMap(({path, exports, code}) =>
		exports
			.filter(({name, isType}) => !isUsed(path, name) && !(isType && countWord(code, name) > 1))
			.map(({name}) => `${path} ${name}`),
	);
}

const countWord = (code: string, word: string) => code.split(new RegExp(`\\b${word}\\b`)).length - 1;
const hasWord = (code: string, word: string) => countWord(code, word) > 0;

/** Tells whether `openFlyReader` is in `open-fly-reader.ts` or in `fly-reader.ts`. */
function isNamedAfterExport({path, exports}: SourceFile): boolean {
	const values = exports.filter(({isType}) => !isType);
	if (values.length !== 1) return true;
	const name = toKebab(values[0]?.name ?? '');
	return name === fileName(path) || name.replace(/^[a-z]+-/, '') === fileName(path);
}

describe('layers', () => {
	test('every file belongs to a layer', () => {
		expect(new Set(sources.map(({path}) => layerOf(path)))).toEqual(new Set(Object.keys(layers)));
	});

	test.each(Object.keys(layers))('%s imports only what it may', layer => {
		expect(sources.filter(({path}) => layerOf(path) === layer).flatMap(findForbidden)).toEqual([]);
	});

	test('every imported file exists', () => {
		const root = fileURLToPath(new URL('../', import.meta.url));
		const missing = sources.flatMap(({path, imports}) =>
			imports
				.filter(({from}) => from.startsWith('source/') && !existsSync(root + from))
				.map(({from}) => `${path} imports ${from}`),
		);
		expect(missing).toEqual([]);
	});

	test('no file imports from outside source', () => {
		const strays = sources.flatMap(({path, imports}) =>
			imports
				.filter(({from}) => /^(?!source\/)[a-z]+\/.*\.tsx?$|^\.\./.test(from))
				.map(({from}) => `${path} ${from}`),
		);
		expect(strays).toEqual([]);
	});
});

test('only three files touch the process', () => {
	expect(
		sources
			.filter(touchesProcess)
			.map(({path}) => path)
			.sort(),
	).toEqual([...mayTouchProcess].sort());
});

test('no file imports itself in a circle, types included', () => {
	expect(findCycle(readArrows(sources))).toBeUndefined();
});

test('no folder imports itself in a circle, types included', () => {
	expect(findCycle(readArrows(sources, dirname))).toBeUndefined();
});

test('no file is longer than 350 lines', () => {
	const lengths = sources.map(({path, text}) => ({path, lines: text.split('\n').length - 1}));
	expect(lengths.filter(({lines}) => lines > longestFileLines)).toEqual([]);
});

test('no folder has more than 16 files, except those of entries', () => {
	const counts = new Map<string, number>();
	for (const {path} of sources) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
	for (const folder of entryFolders) counts.delete(`source/${folder}`);
	expect([...counts].filter(([, count]) => count > fullestFolderFiles)).toEqual([]);
});

test('no default exports', () => {
	const withDefault = [...sources, ...tests]
		.filter(({path}) => !path.endsWith('config.ts'))
		.filter(({exports}) => exports.some(({name}) => name === 'default'));
	expect(withDefault.map(({path}) => path)).toEqual([]);
});

test('files are in kebab-case', () => {
	const strange = sources.filter(
		({path}) => !path.split('/').every(part => /^[a-z\d]+(?:-[a-z\d]+)*(?:\.tsx?)?$/.test(part)),
	);
	expect(strange.map(({path}) => path)).toEqual([]);
});

test('a file of an entry is named after it', () => {
	const entries = sources.filter(({path}) =>
		entryFolders.some(folder => dirname(path) === `source/${folder}`),
	);
	expect(entries.filter(file => !isNamedAfterExport(file)).map(({path}) => path)).toEqual([]);
});

test('every export is used by another source, the build or what writes the docs', () => {
	expect(generators.map(({path}) => path)).toEqual([
		'build.mjs',
		'test/helpers/write-errors-page.ts',
		'test/helpers/write-faults-page.ts',
		'test/helpers/write-problems-page.ts',
	]);
	expect(findUnused(sources, [...sources, ...generators])).toEqual([]);
});

test('only ui draws: nothing else loads Ink or React, not even lazily but through ui', () => {
	const drawing = sources.filter(({imports}) => imports.some(({from}) => /^(ink|react)/.test(from)));
	expect(new Set(drawing.map(({path}) => layerOf(path)))).toEqual(new Set(['ui']));
	const lazily = sources.filter(
		({path, imports}) =>
			layerOf(path) !== 'ui' &&
			imports.some(({from, names}) => layerOf(from) === 'ui' && !names.includes('*')),
	);
	expect(lazily.map(({path}) => path)).toEqual([]);
});

test('no text points at a place outside the repository', () => {
	const outside = new RegExp(`\\.\\./${'shared'}|/${'work'}/`);
	expect([...sources, ...tests].filter(({text}) => outside.test(text)).map(({path}) => path)).toEqual([]);
});

describe('these rules see', () => {
	const parse = (path: string, text: string) => parseSource(path, text);

	test.each([
		['a plain import', `import {a} from '../adapters/a.ts';`],
		['a type import', `import type {A} from '../adapters/a.ts';`],
		['an import over several lines', `import {\n\ta,\n\tb,\n} from '../adapters/a.ts';`],
		['a lazy import', `const load = async () => (await import('../adapters/a.ts')).a;`],
		['a type in passing', `type A = import('../adapters/a.ts').A;`],
		['a re-export', `export {a} from '../adapters/a.ts';`],
		['an import for its effect', `import '../adapters/a.ts';`],
		['a package', `import {execa} from 'execa';`],
		['a module of Node', `import {readFileSync} from 'node:fs';`],
	])('%s', (_, text) => {
		expect(findForbidden(parse('source/ui/x.ts', text))).toHaveLength(1);
		expect(findForbidden(parse('source/core/x.ts', text))).toHaveLength(1);
	});

	test.each([
		`import process from 'node:process';`,
		`const {env} = process;`,
		`stop(process);`,
		`const at = process.cwd();`,
		`const all = globalThis;`,
	])('the process in %s', text => {
		expect(touchesProcess(parse('source/core/x.ts', text))).toBe(true);
	});

	test.each([
		'// process.env',
		"const a = 'process.env';",
		'const {process: p} = a.process;',
		'own.process.pid',
	])('no process in %s', text => {
		expect(touchesProcess(parse('source/core/x.ts', text))).toBe(false);
	});

	test('a circle of three, through types as well, and one of folders', () => {
		const circle = ['a', 'b', 'c'].map((name, index) =>
			parse(`source/${name}/${name}.ts`, `import type {x} from '../${['b/b', 'c/c', 'a/a'][index]}.ts';`),
		);
		expect(findCycle(readArrows(circle))).toHaveLength(4);
		expect(findCycle(readArrows(circle, dirname))).toHaveLength(4);
		expect(findCycle(readArrows(circle.slice(0, 2)))).toBeUndefined();
	});

	test('an unused export and a name that does not fit', () => {
		const file = parse('source/core/x.ts', 'export const a = 1;\nexport type B = 1;\nexport type C = B;');
		expect(findUnused([file], [file])).toEqual(['source/core/x.ts a', 'source/core/x.ts C']);
		expect(isNamedAfterExport(file)).toBe(false);
		const reader = parse('source/core/y.ts', `import {a, type C as D} from './x.ts';`);
		expect(findUnused([file], [reader])).toEqual([]);
	});
});
