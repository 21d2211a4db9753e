import {resolvePath} from './copies.ts';
import {type Dockerfile, readCopy} from './dockerfile.ts';

/** The release in the image. */
type Release = {
	readonly folder: string;
	/** Where the Dockerfile says so; undefined without one. */
	readonly place: {readonly path: string; readonly line: number} | undefined;
};

/**
Finds the release that a volume at a folder would hide: where COPY brings it from another stage, else the last WORKDIR, which is
`/app` in the Dockerfile that phxfly writes.
*/
export function findHiddenRelease(folder: string, dockerfile: Dockerfile | undefined): Release | undefined {
	const mount = folder.replace(/\/+$/, '');
	return listReleases(dockerfile).find(
		release => release.folder !== '/' && `${release.folder}/`.startsWith(`${mount}/`),
	);
}

function listReleases(dockerfile: Dockerfile | undefined): readonly Release[] {
	let last: Release = {folder: '/app', place: undefined};
	if (!dockerfile) return [last];
	const {path, chain} = dockerfile;
	const copied: Release[] = [];
	let here = '/';
	for (const instruction of chain.flatMap(({instructions}) => instructions)) {
		const place = {path, line: instruction.line};
		if (instruction.keyword === 'WORKDIR') {
			here = resolvePath(here, instruction.text.replaceAll(/^["']|["']$/g, ''));
			last = {folder: here, place};
		}

		const copy = readCopy(instruction);
		if (copy?.from !== undefined && copy.sources.some(source => /\/rel\//.test(source)))
			copied.push({folder: resolvePath(here, copy.destination), place});
	}

	return copied.length > 0 ? copied : [last];
}
