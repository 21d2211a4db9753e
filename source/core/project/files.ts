/** A file to be written inside the project, with the whole text before and after. */
export type FileChange = {
	/** Relative to the project, with `/`. */
	readonly path: string;
	/** `undefined` when the file is new. */
	readonly before?: string;
	readonly after: string;
	/** Permission bits, for example 0o644. */
	readonly mode: number;
	/** One sentence a person reads at review. */
	readonly why: string;
};

/** The files that `readProject` looks at, by their path from the project's folder; those that are missing are left out. */
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

/** More of them, where `*` stands for one part of a path, or a piece of it. */
export const projectPatterns: readonly string[] = [
	'lib/*_web/endpoint.ex',
	'lib/*_web/router.ex',
	'priv/repo/migrations/*.exs',
	'apps/*/mix.exs',
	'apps/*/lib/*_web/endpoint.ex',
	'apps/*/lib/*_web/router.ex',
	'apps/*/priv/repo/migrations/*.exs',
];

/** Whether a path is one of them. */
export function isProjectFile(path: string): boolean {
	return projectFiles.includes(path) || shapes.some(shape => shape.test(path));
}

const shapes = projectPatterns.map(
	pattern => new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')}$`),
);

/** What the traps look at beside the files that `readProject` takes; `*` stands for one part of a path, or a piece of it. */
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
