import toml from '@iarna/toml';
import {
	findEntry,
	findLine,
	findPlace,
	openToml,
	splitByteOrderMark,
	type TomlDocument,
	type TomlEdit,
	type TomlPath,
	type TomlScalar,
	writeTomlPath,
	writeTomlValue,
} from './document.ts';
import {
	addTomlTable,
	insertLinesAbove,
	insertTomlKey,
	readLayout,
	startOfComments,
	writeByHand,
	writeTableLines,
} from './insert.ts';

type EditedToml =
	| {readonly ok: true; readonly text: string}
	| {
			readonly ok: false;
			readonly path: TomlPath;
			/** Counted from 1, in the original text. */
			readonly line: number;
			/** What to write there yourself; may be several lines. */
			readonly wanted: string;
			readonly problem: string;
	  };

/**
Applies the edits and leaves every other byte unchanged: comments, order, quotes, line endings, byte order mark.

Two parsers read each result, and both must see exactly the requested change. Otherwise the edit is rejected and no text
is returned.

@param text - A text that `parseFlyToml` accepts.
*/
export function editFlyToml(text: string, edits: readonly TomlEdit[]): EditedToml {
	const {mark, body} = splitByteOrderMark(text);
	const original = tryOpen(body);
	let document = original;
	for (const edit of edits) {
		const next = document && tryEdit(document, edit);
		if (!next) return refuse(original, edit);
		document = next;
	}
	return {ok: true, text: mark + (document?.text ?? body)};
}

function tryOpen(text: string): TomlDocument | undefined {
	try {
		return openToml(text);
	} catch {
		return undefined;
	}
}

function tryEdit(before: TomlDocument, edit: TomlEdit): TomlDocument | undefined {
	const text =
		'addTable' in edit ? addTomlTable(before, edit.addTable) : setTomlValue(before, edit.path, edit.value);
	const after = text === undefined ? undefined : tryOpen(text);
	if (!after || !isSameValue(after.value, applyTomlEdit(before.value, edit))) return undefined;
	const secondBefore = readSecondOpinion(before.text);
	// The second parser knows only TOML 0.5 and cannot judge what it cannot read.
	if (secondBefore === undefined) return after;
	return isSameValue(readSecondOpinion(after.text), applyTomlEdit(secondBefore, edit)) ? after : undefined;
}

/** Returns the text with the value set, or undefined where the file's layout has no safe place for it. */
function setTomlValue(document: TomlDocument, path: TomlPath, value: TomlScalar): string | undefined {
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

/** Returns whether two parsed values are the same: dates by their time, NaN equal to itself. */
function isSameValue(left: unknown, right: unknown): boolean {
	if (!isObject(left) || !isObject(right)) return Object.is(left, right);
	if (left instanceof Date || right instanceof Date) return String(toTime(left)) === String(toTime(right));
	if (Array.isArray(left) !== Array.isArray(right)) return false;
	const keys = Object.keys(left);
	return (
		keys.length === Object.keys(right).length &&
		keys.every(key => Object.hasOwn(right, key) && isSameValue(left[key], right[key]))
	);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null;

const toTime = (value: unknown): unknown => (value instanceof Date ? value.getTime() : value);

/** Returns what the parsed value must be after the edit; nothing else may differ. */
function applyTomlEdit(value: unknown, edit: TomlEdit): unknown {
	if (!('addTable' in edit)) return setIn(value, edit.path, () => edit.value);
	const {path, kind, keys} = edit.addTable;
	return setIn(value, path, old => (kind === 'table' ? keys : [...(Array.isArray(old) ? old : []), keys]));
}

function setIn(value: unknown, path: TomlPath, change: (old: unknown) => unknown): unknown {
	const [key, ...rest] = path;
	if (key === undefined) return change(value);
	if (typeof key === 'number') {
		const items: readonly unknown[] = Array.isArray(value) ? value : [];
		return items.map((item, index) => (index === key ? setIn(item, rest, change) : item));
	}
	const table = isObject(value) ? value : {};
	return {...table, [key]: setIn(Object.hasOwn(table, key) ? table[key] : undefined, rest, change)};
}

/** Returns the value as @iarna/toml reads it, which accepts only LF; undefined when it fails. */
function readSecondOpinion(text: string): unknown {
	try {
		return toml.parse(text.replaceAll('\r\n', '\n'));
	} catch {
		return undefined;
	}
}

function refuse(document: TomlDocument | undefined, edit: TomlEdit): EditedToml {
	const path = 'addTable' in edit ? edit.addTable.path : edit.path;
	const line = document ? findLine(document, path) : 1;
	const wanted =
		'addTable' in edit
			? writeByHand(edit.addTable)
			: `${writeTomlPath(edit.path.slice(-1))} = ${writeTomlValue(edit.value)}`;
	const home = 'addTable' in edit ? '' : writeTomlPath(path.slice(0, -1));
	const where = `line ${line}${home && ` (in [${home}])`}`;
	const problem = `phxfly cannot edit the layout of fly.toml safely at ${where}. Change it yourself.`;
	return {ok: false, path, line, wanted, problem};
}
