export type DnsRecord = {
	readonly recordType: string;
	readonly name: string;
	readonly value: string;
	/** The name as a registrar's form expects it: without its zone, `@` for the zone itself. */
	readonly host?: string;
};

const authority = 'letsencrypt.org';

/**
Returns whether a set of CAA records lets Let's Encrypt issue for a plain name.

@param values - As in a zone file: `0 issue "letsencrypt.org"`; the whole set found at one name, not empty.
@see RFC 8659
*/
export function allowsLetsEncrypt(values: readonly string[]): boolean {
	const records = values.map(readCaa);
	if (records.some(({isCritical, tag}) => isCritical && !knownTags.includes(tag))) return false;
	const issuers = records.filter(({tag}) => tag === 'issue').map(({issuer}) => issuer);
	return issuers.length === 0 || issuers.includes(authority);
}

const knownTags = ['issue', 'issuewild', 'iodef', 'issuemail', 'contactemail', 'contactphone'];

function readCaa(text: string) {
	const [, flags = '0', tag = '', value = ''] = /^(\d+) (\S+) "([^"]*)"$/.exec(text) ?? [];
	const [issuer = ''] = value.split(';');
	return {
		isCritical: (Number(flags) & 128) !== 0,
		tag: tag.toLowerCase(),
		issuer: issuer.trim().toLowerCase(),
	};
}

/**
Returns a record as a registrar's form expects it: its host without the zone, `@` for the zone itself.

@param zone - `undefined` where it is unknown: then there is no host.
*/
export function writeRecord(
	zone: string | undefined,
	recordType: string,
	name: string,
	value: string,
): DnsRecord {
	const host = zone === undefined ? undefined : readHost(zone, name);
	return {recordType, name, value, ...(host === undefined ? {} : {host})};
}

function readHost(zone: string, name: string): string | undefined {
	if (name === zone) return '@';
	return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : undefined;
}

/** Short, so that caches soon drop a mistake. Seconds. */
const ttlHint = 'TTL 300 or automatic';

/** Returns records as a registrar's form accepts them: where the zone is known, hosts under a heading that names it. */
export function layOutRecords(records: readonly DnsRecord[]): {
	readonly place: string;
	readonly rows: readonly {readonly host: string; readonly recordType: string; readonly value: string}[];
} {
	const zones = new Set(records.map(findZone));
	const [zone] = zones;
	const isOne = zones.size === 1 && zone !== undefined;
	return {
		place: isOne ? `in ${zone} (${ttlHint})` : 'where the domain is registered',
		rows: records.map(({recordType, name, value, host}) => ({
			host: isOne && host !== undefined ? host : name,
			recordType,
			value,
		})),
	};
}

function findZone({name, host}: DnsRecord): string | undefined {
	if (host === undefined) return undefined;
	return host === '@' ? name : name.slice(host.length + 1);
}

type IpAddress = {readonly family: 4 | 6; readonly bits: bigint};

/** Returns whether two addresses are the same; IPv6 addresses have several spellings. */
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
