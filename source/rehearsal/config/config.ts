import type {Json} from '../app-config/app-config.ts';

export function asTable(value: unknown): Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** `[mounts]` and `[[mounts]]` alike. */
export function asList(value: unknown): readonly Json[] {
	if (Array.isArray(value)) return value.map(asTable);
	return value === undefined ? [] : [asTable(value)];
}

/** `1`, `"1"`, `"1gb"`, `"1024mb"`, in gigabytes. */
export function readGigabytes(value: unknown): number | undefined {
	const [, digits, unit = 'gb'] = /^(\d+)\s*([a-z]*)$/i.exec(String(value ?? '')) ?? [];
	if (digits === undefined) return undefined;
	return /^m/i.test(unit) ? Math.floor(Number(digits) / 1024) : Number(digits);
}

/** `512`, `"512"`, `"512mb"`, `"1gb"`, in megabytes. */
export function readMegabytes(value: unknown): number | undefined {
	const [, digits, unit = 'mb'] = /^(\d+)\s*([a-z]*)$/i.exec(String(value ?? '')) ?? [];
	if (digits === undefined) return undefined;
	return /^g/i.test(unit) ? Number(digits) * 1024 : Number(digits);
}
