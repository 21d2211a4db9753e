/** The words and flags of one flyctl call, by long name where phxfly uses one. */
export type FlyArguments = {
	/** Command words first: `['volumes', 'create', 'wisp_data']`. */
	readonly words: readonly string[];
	readonly flags: ReadonlyMap<string, string>;
};

/** Flags without a value, of those that phxfly passes. */
const switches: readonly string[] = [
	'--yes',
	'--json',
	'--shared',
	'--stage',
	'--force',
	'--strict',
	'--no-tail',
];

/** Reads the arguments of a call that phxfly made. A word is never taken for what it merely looks like: `-a` names the app. */
export function readFlyArguments(argv: readonly string[]): FlyArguments {
	const words: string[] = [];
	const flags = new Map<string, string>();
	for (let at = 0; at < argv.length; at++) {
		const word = argv[at] ?? '';
		const [name = '', value] = word.split(/=(.*)/s);
		if (!word.startsWith('-') || word === '-') words.push(word);
		else if (value !== undefined) flags.set(name, value);
		else if (switches.includes(word)) flags.set(word, '');
		else flags.set(word, argv[++at] ?? '');
	}

	return {words, flags};
}

/** Returns the flags for a configuration that flyctl does not find by itself. */
export const nameConfig = (flyTomlPath: string): readonly string[] =>
	flyTomlPath === 'fly.toml' ? [] : ['--config', flyTomlPath];

/** Returns the app that a call is about: the positional argument of `apps create`, otherwise `-a`. */
export function readAppOf(argv: readonly string[]): string | undefined {
	const {words, flags} = readFlyArguments(argv);
	return words[0] === 'apps' ? words[2] : flags.get('-a');
}
