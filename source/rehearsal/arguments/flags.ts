import {type CommandSpec, type FlagSpec, globalFlags} from './commands.ts';

const boolWords = ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'];

/** Returns pflag's error for a value of the wrong type; `undefined` for a valid one. */
function checkFlagValue(flag: FlagSpec, value: string): string | undefined {
	const cause = findCause(flag, value);
	if (cause === undefined) return undefined;
	const shown = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
	return `invalid argument ${JSON.stringify(value)} for "${shown}" flag: ${cause}`;
}

/** Returns whether Go reads the word as true. */
function isTrueWord(value: string): boolean {
	return boolWords.indexOf(value) < 6 && boolWords.includes(value);
}

/** Splits one line of comma separated values; quotes protect commas. */
function splitCommaList(value: string): readonly string[] {
	if (value === '') return [];
	const parts = value.match(/"(?:[^"]|"")*"|[^,]+|(?<=,)(?=,|$)|^(?=,)/g) ?? [];
	return parts.map(part => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
}

function findCause({type}: FlagSpec, value: string): string | undefined {
	const quoted = JSON.stringify(value);
	switch (type) {
		case 'bool':
			return boolWords.includes(value) ? undefined : `strconv.ParseBool: parsing ${quoted}: invalid syntax`;
		case 'int': {
			if (!isInteger(value)) return `strconv.ParseInt: parsing ${quoted}: invalid syntax`;
			return isInt64(value) ? undefined : `strconv.ParseInt: parsing ${quoted}: value out of range`;
		}
		case 'float64':
			return value !== '' && !/\s/.test(value) && !Number.isNaN(Number(value))
				? undefined
				: `strconv.ParseFloat: parsing ${quoted}: invalid syntax`;
		case 'duration':
			return /^[+-]?(?:0|(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+)$/.test(value)
				? undefined
				: `time: invalid duration ${quoted}`;
		default:
			return undefined;
	}
}

function isInteger(value: string): boolean {
	return /^[+-]?(?:0|[1-9](?:_?\d)*|0_?[0-7](?:_?[0-7])*|0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)$/.test(
		value,
	);
}

function isInt64(value: string): boolean {
	const digits = value.replaceAll('_', '').replace(/^[+-]/, '');
	const number = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
	const limit = 2n ** 63n;
	return value.startsWith('-') ? number <= limit : number < limit;
}

/** The flags of one call: the given values, else each flag's default. */
export class Flags {
	readonly #known: readonly FlagSpec[];
	readonly #values: ReadonlyMap<string, readonly string[]>;

	constructor(known: readonly FlagSpec[], values: ReadonlyMap<string, readonly string[]>) {
		this.#known = known;
		this.#values = values;
	}

	/** True if the caller passed the flag, even with its default. */
	has(name: string): boolean {
		return this.#values.has(name);
	}

	/** True if the command has such a flag. */
	knows(name: string): boolean {
		return this.#known.some(flag => flag.name === name);
	}

	string(name: string): string {
		return this.#values.get(name)?.at(-1) ?? this.#known.find(flag => flag.name === name)?.fallback ?? '';
	}

	list(name: string): readonly string[] {
		return this.#values.get(name) ?? [];
	}

	bool(name: string): boolean {
		return isTrueWord(this.string(name));
	}

	int(name: string): number {
		const text = this.string(name).replaceAll('_', '');
		return /^[+-]?0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
	}
}

type ParsedArguments =
	| {ok: true; flags: Flags; args: readonly string[]; wantsHelp: boolean}
	| {ok: false; message: string};

/**
Parses flags and positionals exactly like pflag: `--flag value`, `--flag=value`, `-f value`, `-fvalue`, `-f=value`, `-yj`;
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
