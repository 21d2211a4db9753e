/**
Returns the path of a file that another one names, from the project's folder.

@param file - The file that names it.
@see {@link https://github.com/superfly/flyctl/blob/master/internal/command/deploy/deploy_build.go | flyctl, resolveDockerfilePath}
*/
export const resolveFrom = (file: string, name: string): string =>
	normalizePath(`${file.slice(0, file.lastIndexOf('/') + 1)}${name}`);

/** Drops `.`, empty parts, and what `..` takes back; `..` stays where a path leads out. */
export function normalizePath(path: string): string {
	const parts: string[] = [];
	for (const part of path.split('/')) {
		if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}

	return parts.join('/');
}
