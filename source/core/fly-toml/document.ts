import {type AST, getStaticTOMLValue, ParseError, parseTOML} from 'toml-eslint-parser';
import {deepestLevel, findDeepNesting, isReservedKey, lineAt} from '../text/structure.ts';

/** The path of a value: keys, and the position in an array of tables. */
export type TomlPath = readonly (string | number)[];

/** A parsed text with the ranges of its parts, in UTF-16 code units of `text`. */
export type TomlDocument = {
	readonly text: string;
	readonly program: AST.TOMLProgram;
	/** The parsed value, as any TOML reader returns it. */
	readonly value: unknown;
};

/** Why a text cannot be read, and where. */
export class TomlError extends Error {
	/** In UTF-16 code units of the text. */
	readonly offset: number;
	/** Counted from 1. */
	readonly line: number;
	/** Counted from 1, in UTF-16 code units. */
	readonly column: number;

	constructor(problem: string, text: string, offset: number, options?: ErrorOptions) {
		super(problem, options);
		this.offset = offset;
		this.line = lineAt(text, offset);
		this.column = offset - (text.lastIndexOf('\n', offset - 1) + 1) + 1;
	}
}

/**
Parses TOML 1.0 (what flyctl reads) with the range of every part. Rejects what would overflow the stack or change what all
objects inherit.

@param text - Without a byte order mark; any mix of LF and CRLF.
@throws {TomlError} When the text is not TOML, or has such a part.
*/
export function openToml(text: string): TomlDocument {
	// The parser gives a zero at the very end of the text an empty range; a final line end avoids that.
	const whole = text.endsWith('\n') ? text : `${text}\n`;
	const bracket = findDeepNesting(whole);
	if (bracket !== undefined) throw new TomlError('The nesting is too deep', whole, bracket);
	const program = parse(whole);
	const document = {text, program, value: undefined};
	for (const {path, offset} of listKeys(document)) {
		const reserved = path.find(key => typeof key === 'string' && isReservedKey(key));
		if (reserved !== undefined) throw new TomlError(`A key cannot be named ${reserved}`, whole, offset);
		if (path.length > deepestLevel) throw new TomlError('The nesting is too deep', whole, offset);
	}

	return {...document, value: getStaticTOMLValue(program)};
}

function parse(text: string): AST.TOMLProgram {
	try {
		return parseTOML(text, {tomlVersion: '1.0'});
	} catch (error) {
		if (!(error instanceof ParseError)) throw error;
		throw new TomlError(error.message, text, error.index, {cause: error});
	}
}

const listKeys = (document: TomlDocument) => [
	...listTables(document).map(({resolvedKey, key}) => ({path: resolvedKey, offset: key.range[0]})),
	...listEntries(document).map(({path, value, keyValue}) => ({path, offset: (keyValue ?? value).range[0]})),
];

const byteOrderMark = '\uFEFF';

/** Splits off a byte order mark, which no TOML parser accepts. */
export function splitByteOrderMark(text: string): {readonly mark: string; readonly body: string} {
	return text.startsWith(byteOrderMark)
		? {mark: byteOrderMark, body: text.slice(byteOrderMark.length)}
		: {mark: '', body: text};
}

export function listTables({program}: TomlDocument): readonly AST.TOMLTable[] {
	return program.body[0].body.filter(node => node.type === 'TOMLTable');
}

export function listRootKeys({program}: TomlDocument): readonly AST.TOMLKeyValue[] {
	return program.body[0].body.filter(node => node.type === 'TOMLKeyValue');
}

/** One value in the text: a `key = value`, or an element of an array written in brackets. */
type TomlEntry = {
	readonly path: TomlPath;
	readonly value: AST.TOMLContentNode;
	/** Absent for an element of an array. */
	readonly keyValue?: AST.TOMLKeyValue;
	/** The path of the table, header or inline, that the line belongs to. */
	readonly home: TomlPath;
};

export const findEntry = (document: TomlDocument, path: TomlPath): TomlEntry | undefined =>
	listEntries(document).find(entry => isSamePath(entry.path, path));

function listEntries(document: TomlDocument): readonly TomlEntry[] {
	const ofTables = listTables(document).flatMap(({body, resolvedKey}) =>
		body.flatMap(keyValue => readKeyValue(keyValue, resolvedKey)),
	);
	return [...listRootKeys(document).flatMap(keyValue => readKeyValue(keyValue, [])), ...ofTables];
}

function readKeyValue(keyValue: AST.TOMLKeyValue, home: TomlPath): readonly TomlEntry[] {
	const path = [...home, ...getStaticTOMLValue(keyValue.key)];
	return [{path, value: keyValue.value, keyValue, home}, ...readInside(keyValue.value, path)];
}

function readInside(value: AST.TOMLContentNode, path: TomlPath): readonly TomlEntry[] {
	if (value.type === 'TOMLInlineTable') return value.body.flatMap(inner => readKeyValue(inner, path));
	if (value.type !== 'TOMLArray') return [];
	return value.elements.flatMap((element, index) => [
		{path: [...path, index], value: element, home: path},
		...readInside(element, [...path, index]),
	]);
}

/** How the table at a path is written, which determines how a key is added to it. */
export type TomlPlace =
	| {readonly is: 'root'}
	| {readonly is: 'header'; readonly table: AST.TOMLTable}
	| {readonly is: 'inline'; readonly table: AST.TOMLInlineTable}
	| {readonly is: 'dotted'; readonly home: TomlPath; readonly keyValue: AST.TOMLKeyValue}
	| {readonly is: 'implied'; readonly first: AST.TOMLTable}
	| {readonly is: 'absent'};

export function findPlace(document: TomlDocument, path: TomlPath): TomlPlace {
	if (path.length === 0) return {is: 'root'};
	const tables = listTables(document);
	const table = tables.find(({resolvedKey}) => isSamePath(resolvedKey, path));
	if (table) return {is: 'header', table};
	const value = findEntry(document, path)?.value;
	if (value) return value.type === 'TOMLInlineTable' ? {is: 'inline', table: value} : {is: 'absent'};
	const last = listEntries(document).findLast(
		entry => startsWith(entry.path, path) && entry.home.length < path.length && entry.keyValue,
	);
	if (last?.keyValue) return {is: 'dotted', home: last.home, keyValue: last.keyValue};
	const first = tables.find(({resolvedKey}) => startsWith(resolvedKey, path));
	return first && !Number.isInteger(first.resolvedKey[path.length]) ? {is: 'implied', first} : {is: 'absent'};
}

/** Returns the line of a path, counted from 1, or of the nearest table around it. */
export function findLine(document: TomlDocument, path: TomlPath): number {
	const entry = findEntry(document, path);
	if (entry) return (entry.keyValue ?? entry.value).loc.start.line;
	const place = findPlace(document, path);
	if (place.is === 'header') return place.table.loc.start.line;
	if (place.is === 'dotted') return place.keyValue.loc.start.line;
	const inside = listTables(document).find(({resolvedKey}) => startsWith(resolvedKey, path));
	if (inside && path.length > 0) return inside.loc.start.line;
	return path.length === 0 ? 1 : findLine(document, path.slice(0, -1));
}

export const isSamePath = (left: TomlPath, right: TomlPath): boolean =>
	left.length === right.length && startsWith(left, right);

export const startsWith = (path: TomlPath, prefix: TomlPath): boolean =>
	path.length >= prefix.length && prefix.every((key, index) => path[index] === key);

/** One change of a TOML file, with the reason you see when you review it. */
export type TomlEdit =
	| {readonly path: TomlPath; readonly value: TomlScalar; readonly reason: string}
	| {readonly addTable: AddedTable; readonly reason: string};

export type TomlScalar = string | number | boolean;

export type AddedTable = {
	readonly path: TomlPath;
	/** `array-entry`: another `[[path]]`. */
	readonly kind: 'table' | 'array-entry';
	readonly keys: TomlKeys;
};

/** The keys of a table to write; fly.toml needs only one level of inner tables. */
export type TomlKeys = {
	readonly [key: string]: TomlScalar | readonly TomlScalar[] | Readonly<Record<string, TomlScalar>>;
};

type TomlValue = TomlKeys[string];

/** Writes a value, in the quotes of `old` where that was a simple string. */
export function writeTomlValue(value: TomlValue, old?: AST.TOMLContentNode): string {
	if (typeof value === 'string') return writeString(value, old);
	if (typeof value !== 'object') return String(value);
	if (isList(value)) return `[${value.map(item => writeTomlValue(item)).join(', ')}]`;
	return writeInlineTable(value);
}

function writeString(value: string, old?: AST.TOMLContentNode): string {
	const isLiteral = old?.type === 'TOMLValue' && old.kind === 'string' && old.style === 'literal';
	return isLiteral && /^[^'\p{Cc}]*$/u.test(value) ? `'${value}'` : writeBasicString(value);
}

/** TOML has the escapes of JSON, except for DEL. */
const writeBasicString = (value: string): string => JSON.stringify(value).replaceAll('\u007F', '\\u007F');

const isList = (value: object): value is readonly TomlScalar[] => Array.isArray(value);

export const writeInlineTable = (keys: TomlKeys): string => {
	const inside = Object.entries(keys).map(
		([key, value]) => `${writeTomlKey(key)} = ${writeTomlValue(value)}`,
	);
	return inside.length === 0 ? '{}' : `{ ${inside.join(', ')} }`;
};

const writeTomlKey = (key: string): string => (/^[\w-]+$/.test(key) ? key : writeBasicString(key));

/** Writes a path for a header or for the left of `=`: without array positions. */
export const writeTomlPath = (path: TomlPath): string =>
	path
		.filter(key => typeof key === 'string')
		.map(key => writeTomlKey(key))
		.join('.');

export const isTable = (value: TomlValue): value is Readonly<Record<string, TomlScalar>> =>
	typeof value === 'object' && !isList(value);
