import {normalizePath, resolveFrom} from '../text/paths.ts';

/**
Finds the files that other files name: Dockerfile and ignore file of a fly.toml, and what a Dockerfile copies.

@param files - Texts of fly.toml files and Dockerfiles, by path. What a fly.toml names is relative to its own folder, as for flyctl.
@returns Paths from the project's folder, of files and folders that may not exist; none leads out of it.
*/
export function findNamedFiles(files: ReadonlyMap<string, string>): readonly string[] {
	const named = [...files].flatMap(([path, text]) =>
		path.endsWith('.toml') ? listBuildFiles(text).map(name => resolveFrom(path, name)) : listSources(text),
	);
	return [...new Set(named.map(normalizePath))].filter(
		path => path !== '' && !/^\.\.(?:\/|$)/.test(path) && !/[*?[$<]|:\/\//.test(path),
	);
}

const listBuildFiles = (text: string): readonly string[] =>
	[...text.matchAll(/^[ \t]*(?:dockerfile|ignorefile)[ \t]*=[ \t]*["']([^"'\n]+)["']/gm)].map(
		([, path = '']) => path,
	);

/** Lists the sources of COPY and ADD, as far as a line tells. */
function listSources(text: string): readonly string[] {
	return text
		.replaceAll(/\\\r?\n/g, ' ')
		.split(/\r?\n/)
		.flatMap(line => {
			const rest = /^[ \t]*(?:COPY|ADD)[ \t]+(.*)$/i.exec(line)?.[1];
			if (rest === undefined || rest.includes('--from=')) return [];
			const words = rest.match(/"[^"]*"|[^\s,[\]]+/g) ?? [];
			return words
				.filter(word => !word.startsWith('--'))
				.map(word => word.replaceAll('"', ''))
				.slice(0, -1);
		});
}
