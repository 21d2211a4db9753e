import type {AST} from 'toml-eslint-parser';
import type {TomlPlace} from './document.ts';
import {readUnit} from './read-layout.ts';
import {indentAt, insertLinesAbove, insertLinesBelow, insertText, startOfComments} from './splice-lines.ts';
import {listRootKeys, listTables, type TomlDocument, type TomlPath} from './toml-document.ts';
import {writeTomlPath} from './write-toml-value.ts';

type Home = Exclude<TomlPlace, {is: 'implied' | 'absent'}>;

/** Adds the last key of `path` to the table around it, in the way that table is written. */
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
	// A comment block that opens the file speaks of the file, not of its first table.
	return insertLinesAbove(text, comments === 0 ? first.range[0] : comments, [line, '']);
}

function insertUnderHeader(document: TomlDocument, table: AST.TOMLTable, line: string): string {
	const {text} = document;
	const last = table.body.at(-1);
	if (last) return insertBelow(text, last, line);
	const indent = indentAt(text, table.range[0]) + readUnit(document, []);
	return insertLinesBelow(text, table.key.range[1], [indent + line]);
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

function insertBelow(text: string, {range: [start, end]}: AST.TOMLKeyValue, line: string): string {
	// A line may begin inside the last value, when that is a string over several lines.
	return insertLinesBelow(text, end, [indentAt(text, start) + line]);
}
