/** A file to write inside the project, with the whole text before and after. */
export type FileChange = {
	/** Relative to the project, with `/`. */
	readonly path: string;
	/** `undefined` when the file is new. */
	readonly before?: string;
	readonly after: string;
	/** Permission bits, for example 0o644. */
	readonly mode: number;
	/** One sentence to read at review. */
	readonly why: string;
};

/** The files that describe the deployment, by their path from the project's folder; missing ones are left out. */
export const projectFiles: readonly string[] = [
	'mix.exs',
	'mix.lock',
	'.tool-versions',
	'mise.toml',
	'.mise.toml',
	'fly.toml',
	'Dockerfile',
	'dockerfile',
	'.dockerignore',
	'etc/litestream.yml',
	'config/litestream.yml',
	'litestream.yml',
	'rel/litestream.yml',
	'rel/entrypoint.sh',
	'entrypoint.sh',
	'rel/overlays/bin/server',
	'litefs.yml',
	'assets/package.json',
	'assets/package-lock.json',
	'config/config.exs',
	'config/prod.exs',
	'config/runtime.exs',
];

/** More of them, where `*` matches one part of a path, or a piece of it. */
const deploymentPatterns: readonly string[] = [
	'fly.*.toml',
	'Dockerfile.*',
	'*.Dockerfile',
	'*/litestream.yml',
	'*/litefs.yml',
	'lib/*_web/endpoint.ex',
	'lib/*_web/router.ex',
	'priv/repo/migrations/*.exs',
	'apps/*/mix.exs',
	'apps/*/lib/*_web/endpoint.ex',
	'apps/*/lib/*_web/router.ex',
	'apps/*/priv/repo/migrations/*.exs',
];

/**
Every other file that a fact is read from. Together with `projectFiles`, this is the one list for a plan, for doctor, and for
the copy of a rehearsal; `findNamedFiles` adds what those files name. `**` matches any number of folders.
*/
export const projectPatterns: readonly string[] = [
	...deploymentPatterns,
	'*.sh',
	'bin/*',
	'rel/**/*',
	'script/*',
	'scripts/*',
	'config/**/*.exs',
	'lib/**/*.ex',
	'priv/*/migrations/*.exs',
	'apps/*/config/**/*.exs',
	'apps/*/lib/**/*.ex',
	'apps/*/priv/*/migrations/*.exs',
	'apps/*/rel/**/*',
];

/** Returns whether a path is one of those that describe the deployment, and not code alone. */
export function isProjectFile(path: string): boolean {
	return projectFiles.includes(path) || shapes.some(shape => shape.test(path));
}

/** Without one of them, a plan would be wrong: it is refused if one is there and cannot be read. */
export function mustBeReadable(path: string): boolean {
	return projectFiles.includes(path) || (/\.exs?$/.test(path) && isProjectFile(path));
}

const shapes = [
	...deploymentPatterns.map(
		pattern => new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')}$`),
	),
	/(?:^|\/)(?:[^/]*\.)?dockerfile(?:\.[^/]*)?$/i,
];

/** Returns whether a file has to be text. Others, such as what `rel/` brings into a release, may be anything. */
export function mustBeText(path: string): boolean {
	return isProjectFile(path) || /\.(?:exs?|sh)$/.test(path);
}
