/** Lists the names in a folder of a project at `/app`, from the project's paths. */
export function listNames(paths: readonly string[], folder: string): readonly string[] {
	const start = `${folder.replace(/^\/app\//, '')}/`;
	return paths.filter(path => path.startsWith(start)).map(path => path.slice(start.length));
}
