import type {TomlPath, TomlScalar} from './toml-document.ts';
import type {TomlKeys} from './write-toml-value.ts';

export type AddedTable = {
	readonly path: TomlPath;
	/** `array-entry`: one more `[[path]]`. */
	readonly kind: 'table' | 'array-entry';
	readonly keys: TomlKeys;
};

/** One change of a TOML file, and why, in words for the person who reviews it. */
export type TomlEdit =
	| {readonly path: TomlPath; readonly value: TomlScalar; readonly reason: string}
	| {readonly addTable: AddedTable; readonly reason: string};

/** What the parsed value must be after the edit; nothing else may differ. */
export function applyTomlEdit(value: unknown, edit: TomlEdit): unknown {
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

/** Whether two parsed values are the same: dates by their time, NaN equal to itself. */
export function isSameValue(left: unknown, right: unknown): boolean {
	if (!isObject(left) || !isObject(right)) return Object.is(left, right);
	if (left instanceof Date || right instanceof Date) return String(toTime(left)) === String(toTime(right));
	if (Array.isArray(left) !== Array.isArray(right)) return false;
	const keys = Object.keys(left);
	return (
		keys.length === Object.keys(right).length &&
		keys.every(key => Object.hasOwn(right, key) && isSameValue(left[key], right[key]))
	);
}

const toTime = (value: unknown): unknown => (value instanceof Date ? value.getTime() : value);

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null;
