import type {DnsRecord} from '../session/run-state.ts';

/** A short one, so that a mistake is soon forgotten. Seconds. */
const ttlHint = 'TTL 300 or automatic';

/** Records as the form of a registrar takes them: where its zone is known, hosts below a heading that names it. */
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
