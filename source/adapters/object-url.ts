import type {StoreTarget} from '../core/readers.ts';

/** Percent-encodes all but RFC 3986's unreserved characters, as Signature Version 4 wants it. */
function encodeRfc3986(text: string): string {
	return encodeURIComponent(text).replace(
		/[!'()*]/g,
		sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
	);
}

/**
The path-style URL of an object.

@throws {RangeError} when the bucket is empty or a part is `.` or `..`: a URL would lead to another object than the key names.
*/
export function buildObjectUrl(target: StoreTarget, key: string): string {
	const parts = [target.bucket, ...splitPath(target.prefix), ...splitPath(key)];
	return `${target.endpoint}/${parts.map(encodePart).join('/')}`;
}

/** The URL that lists the first 1000 objects below the prefix. */
export function buildListUrl(target: StoreTarget): string {
	const query = {'list-type': '2', 'max-keys': '1000', prefix: toFolder(target.prefix)};
	const search = Object.entries(query).map(([name, value]) => `${name}=${encodeRfc3986(value)}`);
	return `${target.endpoint}/${encodePart(target.bucket)}?${search.join('&')}`;
}

/** What every key below the prefix begins with. */
export function toFolder(prefix: string): string {
	return prefix === '' ? '' : `${prefix}/`;
}

function splitPath(path: string): readonly string[] {
	return path === '' ? [] : path.split('/');
}

function encodePart(part: string): string {
	if (part === '.' || part === '..') throw new RangeError(`"${part}" cannot be a part of an object's key`);
	return encodeRfc3986(part);
}
