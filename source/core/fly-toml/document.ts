import {type AST, getStaticTOMLValue} from 'toml-eslint-parser';
import {
	isSamePath,
	listRootKeys,
	listTables,
	startsWith,
	type TomlDocument,
	type TomlPath,
} from './toml-document.ts';

/** One value in the text: a `key = value`, or an element of an array written in brackets. */
export type TomlEntry = {
	readonly path: TomlPath;
	readonly value: AST.TOMLContentNode;
	/** Absent for an element of an array. */
	readonly keyValue?: AST.TOMLKeyValue;
	/** The path of the table, header or inline, that the line belongs to. */
	readonly home: TomlPath;
};

/** How the table at a path is written, which decides how a key is added to it. */
export type TomlPlace =
	| {readonly is: 'root'}
	| {readonly is: 'header'; readonly table: AST.TOMLTable}
	| {readonly is: 'inline'; readonly table: AST.TOMLInlineTable}
	| {readonly is: 'dotted'; readonly home: TomlPath; readonly keyValue: AST.TOMLKeyValue}
	| {readonly is: 'implied'; readonly first: AST.TOMLTable}
	| {readonly is: 'absent'};

function listEntries(document: TomlDocument): readonly TomlEntry[] {
	const ofTables = listTables(document).flatMap(({body, resolvedKey}) =>
		body.flatMap(keyValue => readKeyValue(keyValue, resolvedKey)),
	);
	return [...listRootKeys(document).flatMap(keyValue => readKeyValue(keyValue, [])), ...ofTables];
}

export const findEntry = (document: TomlDocument, path: TomlPath): TomlEntry | undefined =>
	listEntries(document).find(entry => isSamePath(entry.path, path));

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

/** The line, counted from 1, where a path stands, or that of the nearest table around it. */
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
