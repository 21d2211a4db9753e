import type {AddedTable} from './apply-toml-edit.ts';
import type {Layout} from './read-layout.ts';
import {isTable, writeTomlPath, writeTomlValue} from './write-toml-value.ts';

/** The lines of a new table, with its inner tables below it under headers of their own. */
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
