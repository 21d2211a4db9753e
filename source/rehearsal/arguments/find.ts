import {type CommandSpec, commandSpecs, globalFlags, groupAliases, groupPrefixes} from './commands.ts';

export type Found =
	| {is: 'command'; spec: CommandSpec; rest: readonly string[]}
	| {is: 'group'; words: readonly string[]; rest: readonly string[]}
	| {is: 'unknown'; word: string}
	| {is: 'root'; rest: readonly string[]};

/**
Finds the command like cobra: flags may come before and between the words of a command, and a flag without `=` before
the command also consumes the next word.
*/
export function findCommand(argv: readonly string[]): Found {
	let path: readonly string[] = [];
	let rest = [...argv];
	for (;;) {
		const at = indexOfWord(rest);
		const word = at < 0 ? undefined : rest[at];
		if (word === undefined) return path.length === 0 ? {is: 'root', rest} : {is: 'group', words: path, rest};
		const next = nextPath(path, word);
		if (!next) return path.length === 0 ? {is: 'unknown', word} : {is: 'group', words: path, rest};
		rest = rest.filter((_, index) => index !== at);
		path = next;
		const spec = commandSpecs.find(({name}) => name === path.join(' '));
		if (spec) return {is: 'command', spec, rest};
	}
}

/** Returns the words that can follow the words of a group. */
export function listSubcommands(words: readonly string[]): readonly string[] {
	const found = commandSpecs
		.filter(
			spec => spec.words.length > words.length && words.every((word, index) => spec.words[index] === word),
		)
		.flatMap(spec => spec.words[words.length] ?? []);
	return [...new Set(found)].sort();
}

function nextPath(path: readonly string[], word: string): readonly string[] | undefined {
	if (path.length === 0 && groupPrefixes.includes(word)) return ['extensions'];
	const base = path[0] === 'extensions' ? [] : path;
	if (path[0] === 'extensions' && word !== 'storage' && word !== 'tigris') return undefined;

	const group =
		base.length === 0 ? Object.entries(groupAliases).find(([, names]) => names.includes(word)) : undefined;
	const candidate = [...base, group?.[0] ?? word];
	if (commandSpecs.some(({words}) => candidate.every((part, index) => words[index] === part)))
		return candidate;
	return commandSpecs.find(
		({words, leafAliases}) =>
			words.length === candidate.length &&
			base.every((part, index) => words[index] === part) &&
			leafAliases.includes(word),
	)?.words;
}

function indexOfWord(words: readonly string[]): number {
	for (let index = 0; index < words.length; index++) {
		const word = words[index] ?? '';
		if (word === '--') return -1;
		if (!word.startsWith('-') || word === '-') return index;
		if (!word.includes('=') && takesNextWord(word)) index++;
	}
	return -1;
}

function takesNextWord(word: string): boolean {
	const flag = word.startsWith('--')
		? globalFlags.find(({name}) => name === word.slice(2))
		: globalFlags.find(({short}) => short === word.slice(1));
	if (!word.startsWith('--') && word.length > 2) return false;
	return word !== '-v' && word !== '--version' && flag?.bareValue === undefined;
}
