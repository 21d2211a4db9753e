import {commandTable} from './commands.ts';

export type FlagType = 'bool' | 'int' | 'float64' | 'string' | 'strings' | 'stringArray' | 'duration';

export type FlagSpec = {
	readonly name: string;
	readonly short?: string;
	readonly type: FlagType;
	readonly fallback: string;
	/** The value of `--name` without `=`; booleans have `true`. */
	readonly bareValue?: string;
	readonly aliasOf?: string;
	readonly isHidden: boolean;
};

export type CommandSpec = {
	readonly name: string;
	readonly words: readonly string[];
	readonly leafAliases: readonly string[];
	readonly usage: string;
	readonly minArgs: number;
	readonly maxArgs: number;
	readonly needsSession: boolean;
	readonly needsApp: 'always' | 'maybe' | 'never';
	/** True if the command changes the account. */
	readonly mutates: boolean;
	readonly flags: readonly FlagSpec[];
};

const flagTypes: Readonly<Record<string, FlagType>> = {
	b: 'bool',
	i: 'int',
	f: 'float64',
	s: 'string',
	S: 'strings',
	A: 'stringArray',
	d: 'duration',
};

/** Flags that every command takes. */
export const globalFlags: readonly FlagSpec[] = ['access-token/t:s', 'debug:b', 'verbose:b', 'help/h:b'].map(
	parseFlag,
);

/** Every command, in the order of the table. */
export const commandSpecs: readonly CommandSpec[] = commandTable
	.trim()
	.split('\n')
	.map(line => parseLine(line));

function parseLine(line: string): CommandSpec {
	const [name = '', aliases = '', usage = '', args = '', traits = '', flags = ''] = line.split(' | ');
	const [least = '0', most = ''] = args.split('..');
	return {
		name: name.trim(),
		words: name.trim().split(' '),
		leafAliases: aliases.split(' ').filter(Boolean),
		usage: usage.trim(),
		minArgs: Number(least),
		maxArgs: most.trim() === '' ? Number.POSITIVE_INFINITY : Number(most),
		needsSession: /\bsession\b/.test(traits),
		needsApp: /\bmaybe-app\b/.test(traits) ? 'maybe' : /\bapp\b/.test(traits) ? 'always' : 'never',
		mutates: /\bmutates\b/.test(traits),
		flags: flags.split(' ').filter(Boolean).map(parseFlag),
	};
}

function parseFlag(text: string): FlagSpec {
	const match = /^([\w-]+)(?:\/(\w))?:(\w)(?:=([^~>?]*))?(?:~([^>?]*))?(?:>([\w-]+))?(\?)?$/.exec(text);
	const [, name = '', short, typeLetter = 's', fallback, bareValue, aliasOf, hidden] = match ?? [];
	const type = flagTypes[typeLetter];
	if (!match || !type) throw new Error(`The flag table cannot be read at: ${text}`);
	const zero = {bool: 'false', int: '0', float64: '0', duration: '0s'}[type as string] ?? '';
	return {
		name,
		type,
		fallback: fallback ?? zero,
		isHidden: hidden !== undefined,
		...(short === undefined ? {} : {short}),
		...(type === 'bool' ? {bareValue: 'true'} : bareValue === undefined ? {} : {bareValue}),
		...(aliasOf === undefined ? {} : {aliasOf}),
	};
}
