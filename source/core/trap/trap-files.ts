/** What the traps look at beside the files that `readProject` takes; `*` stands for one part of a path, or a piece of it. */
export const trapFiles: readonly string[] = [
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
