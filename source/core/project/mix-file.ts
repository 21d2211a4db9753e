/** What mix.exs says, read as text: running it would need Elixir. */
export type MixFile = {
	readonly app: string;
	/** The release that `mix release` builds by default. */
	readonly release: string;
	/** Such as `~> 1.15`; undefined when none is written. */
	readonly elixirRequirement?: string;
	readonly isUmbrella: boolean;
	readonly dependencies: ReadonlySet<string>;
	readonly aliases: ReadonlySet<string>;
};

/** Reads mix.exs; undefined when it names no app and is no umbrella. */
export function readMixFile(source: string): MixFile | undefined {
	const text = dropComments(source);
	const isUmbrella = /\bapps_path:/.test(text);
	const app = /\bapp:\s*:(\w+)/.exec(text)?.[1] ?? (isUmbrella ? 'umbrella' : undefined);
	if (app === undefined) return undefined;
	const elixirRequirement = /\belixir:\s*"([^"]+)"/.exec(text)?.[1];
	return {
		app,
		release: readRelease(text) ?? app,
		...(elixirRequirement === undefined ? {} : {elixirRequirement}),
		isUmbrella,
		dependencies: new Set([...text.matchAll(/\{\s*:(\w+)\s*,/g)].map(([, name]) => name ?? '')),
		aliases: new Set([...text.matchAll(/"([\w.]+)":\s*\[/g)].map(([, name]) => name ?? '')),
	};
}

function readRelease(text: string): string | undefined {
	const chosen = /\bdefault_release:\s*:(\w+)/.exec(text)?.[1];
	const first = /\breleases(?::\s*|(?:\(\))?\s+do\s*|(?:\(\))?,\s*do:\s*)\[\s*(\w+):/.exec(text)?.[1];
	return chosen ?? first;
}

/** A `#` inside a string is kept, one that opens `#{` too. */
const dropComments = (source: string): string =>
	source.replaceAll(/"(?:\\.|[^"\\])*"|#(?!\{)[^\n]*/g, part => (part.startsWith('"') ? part : ''));
