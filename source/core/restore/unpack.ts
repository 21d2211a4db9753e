import {gunzipSync} from 'node:zlib';

/** Unpacks gzip; `undefined` if it is damaged. */
export function unpack(packed: Uint8Array): Uint8Array | undefined {
	try {
		return gunzipSync(packed);
	} catch {
		return undefined;
	}
}
