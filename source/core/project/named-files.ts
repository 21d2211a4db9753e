/**
Finds the files that other files name: Dockerfile and ignore file of a fly.toml, and what a Dockerfile copies.

@param files - Texts of fly.toml files and Dockerfiles, by path.
@returns Paths from the project's folder, of files and folders that may not exist; none leads out of it.
*/
export function findNamedFiles(files: ReadonlyMap<string, string>): readonly string[] {
	const named = [...files].flatMap(([path, text]) =>
		path.endsWith('.toml') ? listBuildFiles(text) : listSources(text),
	);
	return [...new Set(named.map(normalize))].filter(
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

/** Drops `.`, empty parts, and what `..` takes back; `..` stays where a path leads out. */
function normalize(path: string): string {
	const parts: string[] = [];
	for (const part of path.split('/')) {
		if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}

	return parts.join('/');
}
