import type {DnsAnswer, DnsType, DnsZone, Net, Unreachable} from '../readers.ts';

/** What DNS says about a host, and who says it. */
export type DomainFacts = {
	readonly domain: string;
	readonly zone: DnsZone;
	/** `resolver`: the zone's own servers cannot be asked from here. */
	readonly by: 'servers' | 'resolver';
	/** Where an alias leads. */
	readonly alias: string | undefined;
	/** With an alias, those of what it leads to. */
	readonly a: DnsAnswer;
	readonly aaaa: DnsAnswer;
	/** What this computer's resolver says meanwhile. */
	readonly here: {readonly a: DnsAnswer; readonly aaaa: DnsAnswer};
	/** Asks as the facts were asked: the zone's servers, or the resolver. */
	ask(name: string, type: DnsType): Promise<DnsAnswer>;
};

export type DomainReading =
	| {readonly is: 'read'; readonly facts: DomainFacts}
	/** Nobody has registered it, or it has no name servers. */
	| {readonly is: 'no-zone'}
	| Unreachable;

/** Asks the name servers of the domain's own zone, and this computer's resolver where they cannot be reached. */
export async function readDomain(
	net: Pick<Net, 'findZone' | 'resolve'>,
	domain: string,
): Promise<DomainReading> {
	const found = await net.findZone(domain);
	if (found.is === 'unreachable') return found;
	if (found.is === 'absent') return {is: 'no-zone'};
	const {zone} = found;
	const own = await zone.ask(domain, 'CNAME');
	const by = own.is === 'unreachable' ? 'resolver' : 'servers';
	const ask: DomainFacts['ask'] = (name, type) =>
		by === 'servers' ? zone.ask(name, type) : net.resolve(name, type);
	const cname = by === 'servers' ? own : await net.resolve(domain, 'CNAME');
	const alias = cname.is === 'found' ? cname.values[0] : undefined;
	const [a, aaaa, hereA, hereAaaa] = await Promise.all([
		alias === undefined ? ask(domain, 'A') : net.resolve(alias, 'A'),
		alias === undefined ? ask(domain, 'AAAA') : net.resolve(alias, 'AAAA'),
		net.resolve(domain, 'A'),
		net.resolve(domain, 'AAAA'),
	]);
	const unreachable = [cname, a, aaaa].find(answer => answer.is === 'unreachable');
	if (unreachable?.is === 'unreachable') return unreachable;
	return {is: 'read', facts: {domain, zone, by, alias, a, aaaa, here: {a: hereA, aaaa: hereAaaa}, ask}};
}
