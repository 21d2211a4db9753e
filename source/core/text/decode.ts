import {Failure} from '../errors/failure.ts';

/**
Returns the bytes as text, byte order mark included, so that writing the text gives the same bytes.

@throws {Failure} `not-text` for bytes that are not UTF-8.
*/
export function decodeFile(path: string, bytes: Uint8Array): string {
	try {
		return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
	} catch (cause) {
		throw new Failure('not-text', `${path} is not UTF-8 text`, {
			hint: `Save ${path} as UTF-8`,
			cause,
		});
	}
}
