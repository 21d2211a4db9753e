import {normalizePath} from '../text/paths.ts';
import {type Dockerfile, readCopy, type Stage} from './dockerfile.ts';

/** What of the project is in the image. */
export type ImageFiles = {
	/** Its path there, and its path in the project. */
	readonly places: ReadonlyMap<string, string>;
	/** The last WORKDIR. */
	readonly folder: string;
};

const nothing: ImageFiles = {places: new Map(), folder: '/'};

/**
Finds what COPY and ADD bring into the final image, by way of other stages too.

@param files - Texts by path from the project's folder.
*/
export function listImageFiles({stages, chain}: Dockerfile, files: ReadonlyMap<string, string>): ImageFiles {
	const context = new Map([...files.keys()].map(path => [`/${path}`, path]));
	const known = new Map<Stage | undefined, ImageFiles>();
	const list = (stage: Stage | undefined): ImageFiles => known.get(stage) ?? nothing;
	// A stage can only copy from those above it.
	for (const stage of stages) {
		const parent = stage.parent === undefined ? undefined : stages[stage.parent];
		const filesOf = (from: string | undefined) =>
			from === undefined ? context : list(findStage(stages, from)).places;
		known.set(stage, addCopies(list(parent), stage, filesOf));
	}

	return list(chain.at(-1));
}

const findStage = (stages: readonly Stage[], from: string): Stage | undefined =>
	stages.findLast(({name}) => name === from.toLowerCase()) ??
	(/^\d+$/.test(from) ? stages[Number(from)] : undefined);

function addCopies(
	parent: ImageFiles,
	{instructions}: Stage,
	filesOf: (from: string | undefined) => ReadonlyMap<string, string>,
): ImageFiles {
	const places = new Map(parent.places);
	let {folder} = parent;
	for (const instruction of instructions) {
		if (instruction.keyword === 'WORKDIR')
			folder = resolvePath(folder, instruction.text.replaceAll(/["']/g, ''));
		const copy = readCopy(instruction);
		if (!copy) continue;
		const place = resolvePath(folder, copy.destination);
		const isFolder = /(?:^|\/)\.?$/.test(copy.destination);
		for (const source of copy.sources)
			copyOne(places, {source: resolvePath('/', source), place, isFolder}, filesOf(copy.from));
	}

	return {places, folder};
}

function copyOne(
	places: Map<string, string>,
	{source, place, isFolder}: {readonly source: string; readonly place: string; readonly isFolder: boolean},
	origin: ReadonlyMap<string, string>,
): void {
	const single = origin.get(source);
	if (single !== undefined) {
		places.set(isFolder ? join(place, source.replace(/^.*\//, '')) : place, single);
		return;
	}

	const start = source === '/' ? '/' : `${source}/`;
	for (const [path, file] of origin)
		if (path.startsWith(start)) places.set(join(place, path.slice(start.length)), file);
}

const join = (folder: string, name: string): string => `${folder === '/' ? '' : folder}/${name}`;

/** Resolves a path of the image, without a slash at its end. */
export const resolvePath = (folder: string, path: string): string =>
	`/${normalizePath(path.startsWith('/') ? path : `${folder}/${path}`).replace(/^(?:\.\.(?:\/|$))+/, '')}`;
