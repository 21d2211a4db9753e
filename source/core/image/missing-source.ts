import type {Diagnosis} from '../build/causes.ts';
import {findIgnoringLine} from '../text/ignore-file.ts';
import {normalizePath} from '../text/paths.ts';
import {type Dockerfile, readCopy, type Stage} from './dockerfile.ts';

/** Reads the project's files; a path that is missing gives `undefined`. */
export type Files = {
	read(path: string): Promise<string | undefined>;
	/** Also of a folder. It throws where a path cannot be checked. */
	mode(path: string): Promise<number | undefined>;
};

export type MissingSource = Pick<Diagnosis, 'sentence' | 'next'> & {
	/** From the project's folder, with `/`. */
	readonly path: string;
	/** Of the COPY or ADD, counted from 1. */
	readonly line: number;
};

/**
Finds the first COPY or ADD of a build whose source the build cannot get. Where the files do not tell, there is none.

@param ignoreFiles - The first one that is there counts.
@see {@link https://docs.docker.com/reference/dockerfile/#copy | COPY}
*/
export async function findMissingSource(
	dockerfile: Dockerfile,
	ignoreFiles: readonly string[],
	files: Files,
): Promise<MissingSource | undefined> {
	if (dockerfile.unreadable) return undefined;
	for (const {path, line} of listBuiltStages(dockerfile).flatMap(listPlainSources)) {
		const explanation = await explainMissing(path, ignoreFiles, files);
		if (explanation) return {path, line, ...explanation};
	}

	return undefined;
}

/** Lists the stages that the image needs: BuildKit skips all others. */
function listBuiltStages({stages, chain}: Dockerfile): readonly Stage[] {
	const needed = new Set(chain);
	for (const stage of needed) {
		const parent = stage.parent === undefined ? undefined : stages[stage.parent];
		const copied = stage.instructions.flatMap(each => readCopy(each)?.from ?? []);
		for (const other of [parent, ...copied.map(from => stages.find(({name}) => name === from.toLowerCase()))])
			if (other) needed.add(other);
	}

	return stages.filter(stage => needed.has(stage));
}

/** Lists what a stage copies from the build context by its plain name: no variable, wildcard, address, or way out. */
const listPlainSources = ({instructions}: Stage) =>
	instructions.flatMap(instruction => {
		const copy = readCopy(instruction);
		if (!copy || copy.from !== undefined) return [];
		return copy.sources
			.filter(source => !/[$*?[\\<]|:\/\/|^git@|(?:^|\/)\.\.(?:\/|$)/.test(source))
			.map(source => ({path: normalizePath(source), line: instruction.line}))
			.filter(({path}) => path !== '');
	});

/** Says why the build does not get a path; `undefined` where the files do not tell. */
export async function explainMissing(
	path: string,
	ignoreFiles: readonly string[],
	files: Files,
): Promise<Pick<Diagnosis, 'sentence' | 'next'> | undefined> {
	if (/[*?[]/.test(path)) return undefined;
	const isThere = await files.mode(path).then(
		mode => mode !== undefined,
		() => undefined,
	);
	if (isThere === undefined) return undefined;
	if (!isThere) {
		return {
			sentence: `The project has no ${path}, which the Dockerfile copies.`,
			next: `${howToMake(path)}, or remove the COPY. Then run phxfly again.`,
		};
	}

	for (const ignoreFile of ignoreFiles) {
		const text = await files.read(ignoreFile);
		if (text === undefined) continue;
		const line = findIgnoringLine(text, path);
		if (line === undefined || mayLetIn(text, path)) return undefined;
		return {
			sentence: `${ignoreFile}:${line} keeps ${path} out of the build.`,
			next: `Remove that line of ${ignoreFile}, then run phxfly again.`,
		};
	}

	return undefined;
}

/** Tells whether a line with `!` may let in a part of a folder that another one excludes. */
const mayLetIn = (ignoreFile: string, path: string): boolean =>
	ignoreFile
		.split(/\r\n?|\n/)
		.map(line => line.trim())
		.some(
			line =>
				line.startsWith('!') && (/[*?[]/.test(line) || normalizePath(line.slice(1)).startsWith(`${path}/`)),
		);

function howToMake(path: string): string {
	if (/(?:^|\/)_build\//.test(path))
		return 'Let the Dockerfile build the release, as that of mix phx.gen.release --docker does; or build it here for the machine (MIX_ENV=prod mix release)';
	if (path === 'mix.lock') return 'Run mix deps.get and commit mix.lock';
	if (/^rel(?:\/overlays.*)?$/.test(path)) return 'Run mix phx.gen.release, which writes rel/overlays';
	return `Add ${path}`;
}
