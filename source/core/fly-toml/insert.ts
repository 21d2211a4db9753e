import type {AddedTable} from './apply-toml-edit.ts';
import {findEntry, findPlace} from './document.ts';
import {insertTomlKey} from './insert-toml-key.ts';
import {readLayout} from './read-layout.ts';
import {endOfComments, insertLinesBelow, insertText, lineAt, startOfNextLine} from './splice-lines.ts';
import {listTables, startsWith, type TomlDocument, type TomlPath} from './toml-document.ts';
import {writeTableLines} from './write-table-lines.ts';
import {writeInlineTable} from './write-toml-value.ts';

/** The text with the table added, or undefined where the file's layout has no safe place for it. */
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

/** Whether a header can name what is not there yet: nothing around it is inline, dotted or a plain value. */
function isFreeForHeaders(document: TomlDocument, path: TomlPath): boolean {
	if (path.some(key => typeof key === 'number')) return false;
	const place = findPlace(document, path);
	if (place.is !== 'absent') return place.is !== 'inline' && place.is !== 'dotted';
	return findEntry(document, path) === undefined && isFreeForHeaders(document, path.slice(0, -1));
}

/** Adds the table below what belongs to the same parent, else at the end of the file. */
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

/** The same table as it would stand in a plain file, for a person to copy. */
export const writeByHand = ({path, kind, keys}: AddedTable): string =>
	writeTableLines({path, kind, keys}, {indent: '', unit: '  '}).join('\n');
