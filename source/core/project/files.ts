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

/** The files that `readProject` reads, by their path from the project's folder; missing ones are left out. */
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
	'assets/package.json',
	'assets/package-lock.json',
	'config/config.exs',
	'config/prod.exs',
	'config/runtime.exs',
];

/** More project files, where `*` matches one part of a path, or a piece of it. */
export const projectPatterns: readonly string[] = [
	'lib/*_web/endpoint.ex',
	'lib/*_web/router.ex',
	'priv/repo/migrations/*.exs',
	'apps/*/mix.exs',
	'apps/*/lib/*_web/endpoint.ex',
	'apps/*/lib/*_web/router.ex',
	'apps/*/priv/repo/migrations/*.exs',
];

/** Returns whether a path is a project file. */
export function isProjectFile(path: string): boolean {
	return projectFiles.includes(path) || shapes.some(shape => shape.test(path));
}

const shapes = projectPatterns.map(
	pattern => new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')}$`),
);

/** What the doctor's rules read in addition to the files of `readProject`; `*` matches one part of a path, or a piece of it. */
export const doctorFiles: readonly string[] = [
	'*.sh',
	'rel/*.sh',
	'rel/*.eex',
	'bin/*',
	'config/*.exs',
	'lib/*.ex',
	'lib/*/*.ex',
	'lib/*/*/*.ex',
	'lib/*/*/*/*.ex',
	'apps/*/lib/*.ex',
	'apps/*/lib/*/*.ex',
	'apps/*/lib/*/*/*.ex',
];
