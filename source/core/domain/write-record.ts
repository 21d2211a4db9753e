import type {DnsRecord} from '../session/run-state.ts';

/**
A record as the form of a registrar wants it: its host is told without the zone, and `@` stands for the zone itself.

@param zone - `undefined` where it is not known: then there is no host.
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
