/** The facts in mix.exs, read as text: running it would need Elixir. */
export type MixFile = {
	readonly app: string;
	/** The release that `mix release` builds by default. */
	readonly release: string;
	/** Such as `~> 1.15`; undefined without one. */
	readonly elixirRequirement?: string;
	readonly isUmbrella: boolean;
	readonly dependencies: ReadonlySet<string>;
	readonly aliases: ReadonlySet<string>;
};

/** Reads mix.exs; undefined when it does not define an app or an umbrella. */
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

/** Removes comments; keeps `#` inside a string and `#{`. */
const dropComments = (source: string): string =>
	source.replaceAll(/"(?:\\.|[^"\\])*"|#(?!\{)[^\n]*/g, part => (part.startsWith('"') ? part : ''));

export type ElixirVersions = {
	readonly elixir: string;
	readonly erlang: string;
	/** Where they come from, for the screen. */
	readonly origin: string;
};

/** The newest release of each minor version, with the newest Erlang/OTP that it runs on; Elixir 1.20 needs OTP 28.1. */
const knownVersions = [
	{elixir: '1.20.3', erlang: '28.1.1'},
	{elixir: '1.19.5', erlang: '28.1.1'},
	{elixir: '1.18.4', erlang: '27.3.4'},
	{elixir: '1.17.3', erlang: '27.3.4'},
	{elixir: '1.16.3', erlang: '26.2.5'},
	{elixir: '1.15.8', erlang: '26.2.5'},
	{elixir: '1.14.5', erlang: '25.3.2'},
] as const;

/**
Chooses the versions to build with: those the app pins, else the newest that mix.exs allows.

@param files - `.tool-versions`, `mise.toml`, and `mix.exs`, if they exist.
*/
export function chooseElixirVersions(
	files: ReadonlyMap<string, string>,
	requirement: string | undefined,
): ElixirVersions {
	for (const path of ['.tool-versions', 'mise.toml', '.mise.toml']) {
		const text = files.get(path) ?? '';
		const pinned = readPin(text, 'elixir');
		if (!pinned) continue;
		const elixir = completeElixir(pinned.replace(/-otp-\d+$/, ''));
		const otp = readPin(text, 'erlang') ?? /-otp-(\d+)$/.exec(pinned)?.[1];
		return {elixir, erlang: completeErlang(otp, elixir), origin: path};
	}
	const exact = /^\s*(?:==\s*)?(\d+\.\d+\.\d+)\s*$/.exec(requirement ?? '')?.[1];
	const line = /^\s*~>\s*(\d+\.\d+)\.\d+/.exec(requirement ?? '')?.[1];
	const known = knownVersions.find(({elixir}) => line !== undefined && elixir.startsWith(`${line}.`));
	const elixir = exact ?? known?.elixir ?? knownVersions[0].elixir;
	return {elixir, erlang: completeErlang(undefined, elixir), origin: requirement ? 'mix.exs' : 'default'};
}

/** `elixir 1.18.4-otp-27` or `elixir = "1.18.4"`; a pin that is not a version (`ref:main`, `latest`) does not count. */
function readPin(text: string, tool: string): string | undefined {
	const line = new RegExp(`^\\s*${tool}(?:\\s+|\\s*=\\s*")(\\d[\\w.-]*)`, 'm');
	return line.exec(text)?.[1];
}

/** Completes a minor version such as `1.18`, which no image exists for. */
function completeElixir(version: string): string {
	if (/^\d+\.\d+\.\d+/.test(version)) return version;
	return knownVersions.find(({elixir}) => elixir.startsWith(`${version}.`))?.elixir ?? version;
}

function completeErlang(version: string | undefined, elixir: string): string {
	if (version?.includes('.')) return version;
	const sameLine = elixir.split('.').slice(0, 2).join('.');
	const matching = knownVersions.find(known => known.elixir.startsWith(`${sameLine}.`));
	if (version === undefined) return matching?.erlang ?? knownVersions[0].erlang;
	return knownVersions.find(({erlang}) => erlang.startsWith(`${version}.`))?.erlang ?? `${version}.0`;
}
