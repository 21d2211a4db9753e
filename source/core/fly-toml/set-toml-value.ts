import {findEntry, findPlace} from './document.ts';
import {addTomlTable} from './insert.ts';
import {insertTomlKey} from './insert-toml-key.ts';
import {readLayout} from './read-layout.ts';
import {insertLinesAbove, startOfComments} from './splice-lines.ts';
import type {TomlDocument, TomlPath, TomlScalar} from './toml-document.ts';
import {writeTableLines} from './write-table-lines.ts';
import {writeTomlValue} from './write-toml-value.ts';

/** The text with the value set, or undefined where the file's layout has no safe place for it. */
export function setTomlValue(document: TomlDocument, path: TomlPath, value: TomlScalar): string | undefined {
	const {text} = document;
	const old = findEntry(document, path)?.value;
	if (old) {
		if (old.type !== 'TOMLValue') return undefined;
		const [start, end] = old.range;
		return text.slice(0, start) + writeTomlValue(value, old) + text.slice(end);
	}
	const home = path.slice(0, -1);
	const key = path.at(-1);
	if (typeof key !== 'string') return undefined;
	const place = findPlace(document, home);
	if (place.is === 'absent') return addTomlTable(document, {path: home, kind: 'table', keys: {[key]: value}});
	if (place.is !== 'implied') return insertTomlKey(document, place, path, writeTomlValue(value));
	const [start] = place.first.range;
	const block = writeTableLines(
		{path: home, kind: 'table', keys: {[key]: value}},
		readLayout(document, home),
	);
	return insertLinesAbove(text, startOfComments(text, start), [...block, '']);
}
