import {createHash} from 'node:crypto';

/** A value whose larger repeated parts are in `shared`, named by their content. */
export type Packed = {
	readonly shared: Readonly<Record<string, unknown>>;
	readonly value: unknown;
};

const minLength = 160;
const prefix = 'shared:';

export function pack(value: unknown): Packed {
	const counts = new Map<string, number>();
	walk(value, part => {
		const text = JSON.stringify(part);
		counts.set(text, (counts.get(text) ?? 0) + 1);
	});
	const shared = new Map<string, unknown>();
	const replace = (part: unknown): unknown => {
		if (typeof part !== 'object' || part === null) return part;
		const text = JSON.stringify(part);
		const isShared = text.length >= minLength && (counts.get(text) ?? 0) > 1;
		const name = `${prefix}${createHash('sha256').update(text).digest('hex').slice(0, 10)}`;
		if (isShared && shared.has(name)) return name;
		const packed = mapParts(part, replace);
		if (!isShared) return packed;
		shared.set(name, packed);
		return name;
	};
	const packed = replace(value);
	return {shared: Object.fromEntries([...shared].sort(([a], [b]) => (a < b ? -1 : 1))), value: packed};
}

export function unpack({shared, value}: Packed): unknown {
	const restore = (part: unknown): unknown => {
		if (typeof part === 'string' && part.startsWith(prefix)) return restore(shared[part]);
		return typeof part === 'object' && part !== null ? mapParts(part, restore) : part;
	};
	return restore(value);
}

function walk(value: unknown, visit: (part: object) => void): void {
	if (typeof value !== 'object' || value === null) return;
	visit(value);
	for (const part of Object.values(value)) walk(part, visit);
}

const mapParts = (value: object, change: (part: unknown) => unknown): unknown =>
	Array.isArray(value)
		? value.map(change)
		: Object.fromEntries(Object.entries(value).map(([key, part]) => [key, change(part)]));
