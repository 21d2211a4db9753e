import type {FlagSpec} from './command-spec.ts';

const boolWords = ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'];

/** What pflag says of a value of the wrong type; undefined for a good one. */
export function checkFlagValue(flag: FlagSpec, value: string): string | undefined {
	const cause = findCause(flag, value);
	if (cause === undefined) return undefined;
	const shown = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
	return `invalid argument ${JSON.stringify(value)} for "${shown}" flag: ${cause}`;
}

/** True for the words Go reads as true. */
export function isTrueWord(value: string): boolean {
	return boolWords.indexOf(value) < 6 && boolWords.includes(value);
}

/** Splits one line of comma separated values; quotes protect commas. */
export function splitCommaList(value: string): readonly string[] {
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
