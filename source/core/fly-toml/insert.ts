import type {AST} from 'toml-eslint-parser';
import {
	type AddedTable,
	findEntry,
	findPlace,
	isSamePath,
	isTable,
	listRootKeys,
	listTables,
	startsWith,
	type TomlDocument,
	type TomlPath,
	type TomlPlace,
	writeInlineTable,
	writeTomlPath,
	writeTomlValue,
} from './document.ts';

/** Returns the text with the table added, or undefined where the file's layout has no safe place for it. */
export function addTomlTable(document: TomlDocument, added: AddedTable): string | undefined {
	const {path, kind, keys} = added;
	const written = findEntry(document, path)?.value;
	if (written) {
		if (written.type !== 'TOMLArray' || kind !== 'array-entry') return undefined;
		const last = written.elements.at(-1);
		return last
			? insertText(document.text, last.range[1], `, ${writeInlineTable(keys)}`)
			: insertText(document.text, written.range[0] + 1, writeInlineTable(keys));
	}
	const home = path.slice(0, -1);
	const place = findPlace(document, home);
	if (place.is === 'inline' || place.is === 'dotted') {
		const table = writeInlineTable(keys);
		return insertTomlKey(document, place, path, kind === 'table' ? table : `[${table}]`);
	}
	if (place.is === 'absent' && !isFreeForHeaders(document, home)) return undefined;
	return insertBlock(document, added);
}

/** Inserts a text at `offset`. */
const insertText = (text: string, offset: number, inserted: string): string =>
	text.slice(0, offset) + inserted + text.slice(offset);

/** Returns whether a header can add the path: nothing around it is inline, dotted, or a plain value. */
function isFreeForHeaders(document: TomlDocument, path: TomlPath): boolean {
	if (path.some(key => typeof key === 'number')) return false;
	const place = findPlace(document, path);
	if (place.is !== 'absent') return place.is !== 'inline' && place.is !== 'dotted';
	return findEntry(document, path) === undefined && isFreeForHeaders(document, path.slice(0, -1));
}

/** Adds the table below its siblings, else at the end of the file. */
function insertBlock(document: TomlDocument, added: AddedTable): string {
	const {text} = document;
	const lines = writeTableLines(added, readLayout(document, added.path));
	const last = findLastRelative(document, added);
	if (last === undefined) {
		const isApart = lineAt(text, text.replace(/\n$/, '').length).trim() === '';
		return insertLinesBelow(text, text.length, isApart ? lines : ['', ...lines]);
	}
	const end = endOfComments(text, last);
	const next = startOfNextLine(text, end);
	const isTight = next !== undefined && lineAt(text, next).trim() !== '';
	return insertLinesBelow(text, end, ['', ...lines, ...(isTight ? [''] : [])]);
}

function findLastRelative(document: TomlDocument, {path}: AddedTable): number | undefined {
	const tables = listTables(document);
	const ofArray = tables.findLast(({resolvedKey}) => startsWith(resolvedKey, path));
	const home = path.slice(0, -1);
	const ofHome = home.length > 0 && tables.findLast(({resolvedKey}) => startsWith(resolvedKey, home));
	return (ofArray || ofHome || undefined)?.range[1];
}

/** Returns the line of `offset`, without its ending. */
function lineAt(text: string, offset: number): string {
	const end = text.indexOf('\n', offset);
	return text.slice(startOfLine(text, offset), end === -1 ? undefined : end).replace(/\r$/, '');
}

const startOfLine = (text: string, offset: number): number =>
	offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;

/** Adds whole lines below the line of `offset`, with that line's ending. */
function insertLinesBelow(text: string, offset: number, lines: readonly string[]): string {
	const end = text.indexOf('\n', offset);
	if (end !== -1) {
		const ending = endingBefore(text, end + 1);
		return insertText(text, end + 1, lines.map(line => line + ending).join(''));
	}
	const ending = endingBefore(text, text.lastIndexOf('\n') + 1);
	const isOnEmptyLine = text === '' || text.endsWith('\n');
	return text + lines.map(line => (isOnEmptyLine ? line + ending : ending + line)).join('');
}

const endingBefore = (text: string, offset: number): string => (text[offset - 2] === '\r' ? '\r\n' : '\n');

/** Returns the last offset of the comment lines below the line of `offset`, unless they belong to what follows. */
function endOfComments(text: string, offset: number): number {
	let last = offset;
	for (let next = startOfNextLine(text, last); next !== undefined; next = startOfNextLine(text, last)) {
		const line = lineAt(text, next);
		if (line.trim() === '') return last;
		if (!isComment(line)) return offset;
		last = next;
	}
	return last;
}

function startOfNextLine(text: string, offset: number): number | undefined {
	const end = text.indexOf('\n', offset);
	return end === -1 || end + 1 === text.length ? undefined : end + 1;
}

const isComment = (line: string): boolean => line.trimStart().startsWith('#');

type Home = Exclude<TomlPlace, {is: 'implied' | 'absent'}>;

/** Adds the last key of `path` to the table around it, in the style of that table. */
export function insertTomlKey(
	document: TomlDocument,
	home: Home,
	path: TomlPath,
	literal: string,
): string | undefined {
	const line = `${writeTomlPath(path.slice(-1))} = ${literal}`;
	switch (home.is) {
		case 'root':
			return insertAtRoot(document, line);
		case 'header':
			return insertUnderHeader(document, home.table, line);
		case 'inline':
			return insertInline(document.text, home.table, line);
		case 'dotted':
			return insertBesideDotted(document, path, home, line);
	}
}

function insertAtRoot(document: TomlDocument, line: string): string {
	const {text} = document;
	const last = listRootKeys(document).at(-1);
	if (last) return insertBelow(text, last, line);
	const first = listTables(document)[0];
	if (!first) return insertLinesBelow(text, text.length, [line]);
	const comments = startOfComments(text, first.range[0]);
	// A comment block at the top describes the file, not its first table.
	return insertLinesAbove(text, comments === 0 ? first.range[0] : comments, [line, '']);
}

function insertBelow(text: string, {range: [start, end]}: AST.TOMLKeyValue, line: string): string {
	// A line may begin inside the last value when that is a multi-line string.
	return insertLinesBelow(text, end, [indentAt(text, start) + line]);
}

/** Returns the whitespace at the start of the line of `offset`. */
const indentAt = (text: string, offset: number): string => /^[ \t]*/.exec(lineAt(text, offset))?.[0] ?? '';

function insertUnderHeader(document: TomlDocument, table: AST.TOMLTable, line: string): string {
	const {text} = document;
	const last = table.body.at(-1);
	if (last) return insertBelow(text, last, line);
	const indent = indentAt(text, table.range[0]) + readUnit(document, []);
	return insertLinesBelow(text, table.key.range[1], [indent + line]);
}

/** Returns the indent of keys below their header: in the preferred table, else in the first that has keys, else two spaces. */
function readUnit(document: TomlDocument, preferred: TomlPath): string {
	const tables = listTables(document);
	const named = tables.filter(({resolvedKey}) => isSamePath(toNames(resolvedKey), preferred));
	for (const table of [...named, ...tables]) {
		const unit = measureUnit(document.text, table);
		if (unit !== undefined) return unit;
	}
	return '  ';
}

const toNames = (path: TomlPath): TomlPath => path.filter(key => typeof key === 'string');

function measureUnit(text: string, {range, body}: AST.TOMLTable): string | undefined {
	const first = body[0];
	if (!first) return undefined;
	const header = indentAt(text, range[0]);
	const keys = indentAt(text, first.range[0]);
	return keys.startsWith(header) ? keys.slice(header.length) : '';
}

function insertInline(text: string, table: AST.TOMLInlineTable, line: string): string {
	const last = table.body.at(-1);
	if (last) return insertText(text, last.range[1], `, ${line}`);
	const isSpaced = /[ \t]/.test(text[table.range[0] + 1] ?? '');
	return insertText(text, table.range[0] + 1, isSpaced ? ` ${line}` : ` ${line} `);
}

function insertBesideDotted(
	{text}: TomlDocument,
	path: TomlPath,
	{home, keyValue}: {readonly home: TomlPath; readonly keyValue: AST.TOMLKeyValue},
	line: string,
): string | undefined {
	const end = keyValue.key.keys[path.length - 2 - home.length]?.range[1];
	if (end === undefined) return undefined;
	const dotted = `${text.slice(keyValue.range[0], end)}.${line}`;
	return keyValue.parent.type === 'TOMLInlineTable'
		? insertText(text, keyValue.range[1], `, ${dotted}`)
		: insertBelow(text, keyValue, dotted);
}

/** The whitespace before a new header, and the extra indent of its keys. */
type Layout = {readonly indent: string; readonly unit: string};

/** Returns the lines of a new table, with its inner tables below it under their own headers. */
export function writeTableLines({path, kind, keys}: AddedTable, {indent, unit}: Layout): readonly string[] {
	const name = writeTomlPath(path);
	const entries = Object.entries(keys);
	const own = entries.filter(([, value]) => !isTable(value));
	const inner = entries.flatMap(([key, value]) => (isTable(value) ? [{key, value}] : []));
	return [
		indent + (kind === 'table' ? `[${name}]` : `[[${name}]]`),
		...own.map(([key, value]) => `${indent}${unit}${writeTomlPath([key])} = ${writeTomlValue(value)}`),
		...inner.flatMap(({key, value}) => [
			'',
			...writeTableLines({path: [...path, key], kind: 'table', keys: value}, {indent: indent + unit, unit}),
		]),
	];
}

/** Returns the table for a person to copy into a plain file. */
export const writeByHand = ({path, kind, keys}: AddedTable): string =>
	writeTableLines({path, kind, keys}, {indent: '', unit: '  '}).join('\n');

/** Adds whole lines above the line of `offset`, with that line's ending. */
export function insertLinesAbove(text: string, offset: number, lines: readonly string[]): string {
	const next = text.indexOf('\n', offset);
	const ending = endingBefore(text, (next === -1 ? text.lastIndexOf('\n') : next) + 1);
	return insertText(text, startOfLine(text, offset), lines.map(line => line + ending).join(''));
}

/** Returns the start of the comment lines directly above the line of `offset`, else of that line. */
export function startOfComments(text: string, offset: number): number {
	let start = startOfLine(text, offset);
	while (start > 0 && isComment(lineAt(text, start - 1))) start = startOfLine(text, start - 1);
	return start;
}

/** Returns the indent of a new table: like its siblings, else like its depth elsewhere, else below its parent's keys. */
export function readLayout(document: TomlDocument, path: TomlPath): Layout {
	const {text} = document;
	const tables = listTables(document);
	const depth = toNames(path).length;
	const parent = tables.find(({resolvedKey}) => isSamePath(toNames(resolvedKey), toNames(path).slice(0, -1)));
	const unit = readUnit(document, toNames(path).slice(0, -1));
	const model =
		tables.find(({resolvedKey}) => isSamePath(toNames(resolvedKey), toNames(path))) ??
		tables.find(({resolvedKey}) => {
			const names = toNames(resolvedKey);
			return names.length === depth && startsWith(names, toNames(path).slice(0, -1));
		}) ??
		tables.find(({resolvedKey}) => toNames(resolvedKey).length === depth);
	if (model) return {indent: indentAt(text, model.range[0]), unit};
	return {indent: parent ? indentAt(text, parent.range[0]) + unit : '', unit};
}
