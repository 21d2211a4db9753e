import type {CommandSpec, FlagSpec} from './command-spec.ts';
import {globalFlags} from './command-spec.ts';
import {checkFlagValue, splitCommaList} from './flag-value.ts';
import {Flags} from './flags.ts';

export type ParsedArguments =
	| {ok: true; flags: Flags; args: readonly string[]; wantsHelp: boolean}
	| {ok: false; message: string};

/**
Reads flags and positionals exactly as pflag does: `--flag value`, `--flag=value`, `-f value`, `-fvalue`, `-f=value`, `-yj`;
booleans take a value only with `=`; `--` ends the flags.

@returns the message after `Error: ` where pflag or cobra would stop.
*/
export function parseFlags(spec: CommandSpec, words: readonly string[]): ParsedArguments {
	const known = [...spec.flags, ...globalFlags];
	const values = new Map<string, readonly string[]>();
	const args: string[] = [];
	const queue = [...words];

	const set = (flag: FlagSpec, value: string): string | undefined => {
		const problem = checkFlagValue(flag, value);
		if (problem !== undefined) return problem;
		const name = flag.aliasOf ?? flag.name;
		const added = flag.type === 'strings' ? splitCommaList(value) : [value];
		const isList = flag.type === 'strings' || flag.type === 'stringArray';
		values.set(name, isList ? [...(values.get(name) ?? []), ...added] : added);
		return undefined;
	};

	for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
		if (word === '--') {
			args.push(...queue);
			break;
		}
		if (!word.startsWith('-') || word === '-') {
			args.push(word);
			continue;
		}
		const problem = word.startsWith('--')
			? readLong(word, known, queue, set)
			: readShorts(word, known, queue, set);
		if (problem !== undefined) return {ok: false, message: problem};
	}

	const flags = new Flags(known, values);
	if (flags.bool('help')) return {ok: true, flags, args, wantsHelp: true};
	const problem = checkArgumentCount(spec, args.length);
	return problem === undefined ? {ok: true, flags, args, wantsHelp: false} : {ok: false, message: problem};
}

type SetFlag = (flag: FlagSpec, value: string) => string | undefined;

function readLong(
	word: string,
	known: readonly FlagSpec[],
	queue: string[],
	set: SetFlag,
): string | undefined {
	const [, name = '', value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
	if (name === '' || name.startsWith('-')) return `bad flag syntax: ${word}`;
	const flag = known.find(candidate => candidate.name === name);
	if (!flag) return `unknown flag: --${name}`;
	if (value !== undefined) return set(flag, value);
	if (flag.bareValue !== undefined) return set(flag, flag.bareValue);
	const next = queue.shift();
	return next === undefined ? `flag needs an argument: --${name}` : set(flag, next);
}

function readShorts(
	word: string,
	known: readonly FlagSpec[],
	queue: string[],
	set: SetFlag,
): string | undefined {
	for (let letters = word.slice(1); letters !== ''; letters = letters.slice(1)) {
		const letter = letters.charAt(0);
		const flag = known.find(({short}) => short === letter);
		if (!flag) return `unknown shorthand flag: '${letter}' in -${letters}`;
		if (letters.charAt(1) === '=' && letters.length > 2) return set(flag, letters.slice(2));
		if (flag.bareValue !== undefined) {
			const problem = set(flag, flag.bareValue);
			if (problem !== undefined) return problem;
			continue;
		}
		if (letters.length > 1) return set(flag, letters.slice(1));
		const next = queue.shift();
		return next === undefined ? `flag needs an argument: '${letter}' in -${letters}` : set(flag, next);
	}
	return undefined;
}

function checkArgumentCount({minArgs, maxArgs}: CommandSpec, count: number): string | undefined {
	if (count >= minArgs && count <= maxArgs) return undefined;
	if (maxArgs === minArgs) return `accepts ${maxArgs} arg(s), received ${count}`;
	if (maxArgs === Number.POSITIVE_INFINITY)
		return `requires at least ${minArgs} arg(s), only received ${count}`;
	if (minArgs === 0) return `accepts at most ${maxArgs} arg(s), received ${count}`;
	return `accepts between ${minArgs} and ${maxArgs} arg(s), received ${count}`;
}
