import type {AST} from 'toml-eslint-parser';
import type {TomlPath, TomlScalar} from './toml-document.ts';

/** The keys of a table to be written; one level of tables inside is enough for fly.toml. */
export type TomlKeys = {
	readonly [key: string]: TomlScalar | readonly TomlScalar[] | Readonly<Record<string, TomlScalar>>;
};
export type TomlValue = TomlKeys[string];

/** Writes a value; `old` gives the quotes to keep where it was a simple string. */
export function writeTomlValue(value: TomlValue, old?: AST.TOMLContentNode): string {
	if (typeof value === 'string') return writeString(value, old);
	if (typeof value !== 'object') return String(value);
	if (isList(value)) return `[${value.map(item => writeTomlValue(item)).join(', ')}]`;
	return writeInlineTable(value);
}

export const writeInlineTable = (keys: TomlKeys): string => {
	const inside = Object.entries(keys).map(
		([key, value]) => `${writeTomlKey(key)} = ${writeTomlValue(value)}`,
	);
	return inside.length === 0 ? '{}' : `{ ${inside.join(', ')} }`;
};

const writeTomlKey = (key: string): string => (/^[\w-]+$/.test(key) ? key : writeBasicString(key));

/** A path as it stands in a header or before `=`: array positions are not written. */
export const writeTomlPath = (path: TomlPath): string =>
	path
		.filter(key => typeof key === 'string')
		.map(key => writeTomlKey(key))
		.join('.');

export const isTable = (value: TomlValue): value is Readonly<Record<string, TomlScalar>> =>
	typeof value === 'object' && !isList(value);

const isList = (value: object): value is readonly TomlScalar[] => Array.isArray(value);

function writeString(value: string, old?: AST.TOMLContentNode): string {
	const isLiteral = old?.type === 'TOMLValue' && old.kind === 'string' && old.style === 'literal';
	return isLiteral && /^[^'\p{Cc}]*$/u.test(value) ? `'${value}'` : writeBasicString(value);
}

/** JSON's escapes are TOML's, but for DEL. */
const writeBasicString = (value: string): string => JSON.stringify(value).replaceAll('\u007F', '\\u007F');
