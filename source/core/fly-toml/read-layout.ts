import type {AST} from 'toml-eslint-parser';
import {indentAt} from './splice-lines.ts';
import {isSamePath, listTables, startsWith, type TomlDocument, type TomlPath} from './toml-document.ts';

/** White space before a new header, and what its keys have more than it. */
export type Layout = {readonly indent: string; readonly unit: string};

/** How a new table would be indented here: as its siblings, else as its depth elsewhere, else below its parent's keys. */
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

/** What keys are indented by below their header: in the table named, else in the first that has keys, else two spaces. */
export function readUnit(document: TomlDocument, preferred: TomlPath): string {
	const tables = listTables(document);
	const named = tables.filter(({resolvedKey}) => isSamePath(toNames(resolvedKey), preferred));
	for (const table of [...named, ...tables]) {
		const unit = measureUnit(document.text, table);
		if (unit !== undefined) return unit;
	}
	return '  ';
}

function measureUnit(text: string, {range, body}: AST.TOMLTable): string | undefined {
	const first = body[0];
	if (!first) return undefined;
	const header = indentAt(text, range[0]);
	const keys = indentAt(text, first.range[0]);
	return keys.startsWith(header) ? keys.slice(header.length) : '';
}

const toNames = (path: TomlPath): TomlPath => path.filter(key => typeof key === 'string');
