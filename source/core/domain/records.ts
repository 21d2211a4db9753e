type IpAddress = {readonly family: 4 | 6; readonly bits: bigint};

/** IPv6 addresses have several spellings. */
export function isSameAddress(a: string, b: string): boolean {
	const [one, other] = [parseAddress(a), parseAddress(b)];
	return one !== undefined && one.family === other?.family && one.bits === other.bits;
}

/** @param range - `192.0.2.0/24` or `2001:db8::/32`. */
export function isInside(address: string, range: string): boolean {
	const [start = '', length = ''] = range.split('/');
	const [one, first] = [parseAddress(address), parseAddress(start)];
	if (!one || one.family !== first?.family) return false;
	const rest = BigInt((one.family === 4 ? 32 : 128) - Number(length));
	return one.bits >> rest === first.bits >> rest;
}

function parseAddress(text: string): IpAddress | undefined {
	if (!text.includes(':')) return parseV4(text);
	const url = `http://[${text}]/`;
	if (!URL.canParse(url)) return undefined;
	const [head = '', tail] = new URL(url).hostname.slice(1, -1).split('::');
	const [left, right] = [readGroups(head), readGroups(tail ?? '')];
	const zeros = tail === undefined ? [] : Array<number>(8 - left.length - right.length).fill(0);
	return {family: 6, bits: join([...left, ...zeros, ...right], 16n)};
}

function parseV4(text: string): IpAddress | undefined {
	const bytes = text.split('.').map(Number);
	const isWhole =
		bytes.length === 4 && bytes.every(byte => Number.isInteger(byte) && byte >= 0 && byte < 256);
	return isWhole ? {family: 4, bits: join(bytes, 8n)} : undefined;
}

const readGroups = (text: string): readonly number[] =>
	text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16));

const join = (parts: readonly number[], width: bigint): bigint =>
	parts.reduce((sum, part) => (sum << width) | BigInt(part), 0n);
