/** Lists the names in a folder of a project at `/app`, from the project's paths. */
export function listNames(paths: readonly string[], folder: string): readonly string[] {
	const start = `${folder.replace(/\/+$/, '')}/`;
	const below = paths.map(path => `/app/${path}`).filter(path => path.startsWith(start));
	return [...new Set(below.map(path => path.slice(start.length).split('/')[0] ?? ''))];
}
