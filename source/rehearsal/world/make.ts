import {createHash, randomBytes} from 'node:crypto';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new id of so many hex digits. */
export function makeHexId(digits: number, prefix = ''): string {
	return (
		prefix +
		randomBytes(Math.ceil(digits / 2))
			.toString('hex')
			.slice(0, digits)
	);
}

/** A new id in the form of a ULID, as Fly gives to requests and machine versions. */
export function makeUlid(): string {
	return `01${[...randomBytes(24)].map(byte => crockford[byte % 32]).join('')}`;
}

/** The end of every error of the Machines API. */
export function formatRequestId(): string {
	return `(Request ID: ${makeUlid()}-sjc)`;
}

/** Hex of the value's sha256. */
export function hash(value: string): string {
	return createHash('sha256').update(value).digest('hex');
}

/** The same text always gives the same digits. */
export function makeStableHex(text: string, digits: number): string {
	return hash(text).slice(0, digits);
}
