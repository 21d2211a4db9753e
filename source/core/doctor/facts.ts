import {type DockerfileFacts, readDockerfile} from '../project/dockerfile.ts';
import {readElixir} from '../project/elixir.ts';
import {readMixFile} from '../project/mix.ts';
import {findHealthPath} from '../project/project.ts';
import {findLitestreamPins} from '../trap/find-litestream-pins.ts';
import {readLitestreamFacts} from '../trap/read-litestream-facts.ts';
import {readTomlFacts} from '../trap/read-toml-facts.ts';
import type {TextFile, TrapFacts} from '../trap/trap-facts.ts';

export {trapFiles} from '../project/files.ts';

export type MoreFacts = {
	readonly unread?: TrapFacts['unread'];
	readonly secrets?: TrapFacts['secrets'];
};

/**
Reads everything the traps look at, from texts alone; no text makes it fail.

@param files - By path from the project's folder: those of `projectFiles`, `projectPatterns` and `trapFiles`.
*/
export function readTrapFacts(files: ReadonlyMap<string, string>, more: MoreFacts = {}): TrapFacts {
	const dependencies = listDependencies(files);
	const dockerPath = ['Dockerfile', 'dockerfile'].find(path => files.has(path));
	const dockerfile =
		dockerPath === undefined ? undefined : readImage(dockerPath, files.get(dockerPath) ?? '');
	const entrypoint = findEntrypoint(files, dockerfile?.starts ?? '');
	const litestreamPath = [...files.keys()].find(path => path.endsWith('litestream.yml'));
	const litestream =
		litestreamPath === undefined
			? undefined
			: readLitestreamFacts(litestreamPath, files.get(litestreamPath) ?? '');
	const unreadYaml =
		litestream?.ok === false && litestreamPath !== undefined
			? [{path: litestreamPath, line: litestream.line, why: litestream.why}]
			: [];
	return {
		files,
		unread: [...(more.unread ?? []), ...unreadYaml],
		...readTomlFacts(files.get('fly.toml')),
		dependencies,
		hasSqlite: dependencies.has('ecto_sqlite3') || dependencies.has('exqlite'),
		usesLitestream:
			litestreamPath !== undefined ||
			dockerfile?.hasLitestream === true ||
			/^[^#\n]*\blitestream\b/m.test(entrypoint?.text ?? ''),
		litestream: litestream?.ok ? litestream.facts : undefined,
		litestreamPins: dockerfile ? findLitestreamPins(dockerfile.text) : [],
		dockerfile,
		entrypoint,
		elixir: [...files]
			.filter(([path]) => /^(?:apps\/[^/]+\/)?(?:config|lib)\/.*\.exs?$/.test(path))
			.map(([path, text]) => readElixir(path, text)),
		healthPath:
			findHealthPath(joinTexts(files, /_web\/router\.ex$/), joinTexts(files, /_web\/endpoint\.ex$/)) ?? '/',
		secrets: more.secrets,
	};
}

/** The patterns of the readers look for comments behind any number of empty lines, which a million of them would make endless. */
const dropEmptyLines = (text: string): string =>
	text
		.split('\n')
		.filter(line => line.trim() !== '')
		.join('\n');

const readImage = (path: string, text: string): DockerfileFacts => ({
	...readDockerfile(path, dropEmptyLines(text)),
	text,
});

/** The script of the project that the image starts; its name in the image may have lost the ending. */
function findEntrypoint(files: ReadonlyMap<string, string>, starts: string): TextFile | undefined {
	const scripts = [...files].filter(
		([path]) => /^(?:rel\/|bin\/)?[^/]+$/.test(path) && /\.sh$|^bin\//.test(path),
	);
	const named = scripts.find(([path]) => {
		const name = path.replace(/^.*\//, '').replace(/\.sh$/, '');
		return starts.split(/[^\w.-]+/).some(word => word === name || word === `${name}.sh`);
	});
	const usual = ['rel/entrypoint.sh', 'entrypoint.sh'].map(path => [path, files.get(path)] as const);
	const [path, text] = named ?? usual.find(([, found]) => found !== undefined) ?? [];
	return path === undefined || text === undefined ? undefined : {path, text};
}

function listDependencies(files: ReadonlyMap<string, string>): ReadonlySet<string> {
	const sources = [...files].filter(([path]) => /^(?:apps\/[^/]+\/)?mix\.exs$/.test(path));
	return new Set(sources.flatMap(([, source]) => [...(readMixFile(source)?.dependencies ?? [])]));
}

const joinTexts = (files: ReadonlyMap<string, string>, pattern: RegExp): string =>
	[...files].flatMap(([path, text]) => (pattern.test(path) ? [dropEmptyLines(text)] : [])).join('\n');
