/** Lists the Elixir files of the app, or of all apps of an umbrella, without the lines that are only a comment. */
export const listCode = (
	files: ReadonlyMap<string, string>,
): readonly {readonly path: string; readonly text: string}[] =>
	[...files]
		.filter(([path]) => /^(?:apps\/[^/]+\/)?(?:config|lib)\/.*\.exs?$/.test(path))
		.map(([path, text]) => ({path, text: text.replaceAll(/^[ \t]*#.*$/gm, '')}));
