/** The names in a folder of a project that lies at `/app`, of which only the paths are at hand. */
export function listNames(paths: readonly string[], folder: string): readonly string[] {
	const start = `${folder.replace(/^\/app\//, '')}/`;
	return paths.filter(path => path.startsWith(start)).map(path => path.slice(start.length));
}
