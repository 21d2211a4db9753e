import type {FlyAddress} from '../fly/output.ts';
import type {DnsAnswer, DnsType, DnsZone, Net, Unreachable} from '../readers.ts';
import {type DnsRecord, isInside, isSameAddress, writeRecord} from './records.ts';

type DomainReading =
	| {readonly is: 'read'; readonly facts: DomainFacts}
	/** The domain is not registered, or has no name servers. */
	| {readonly is: 'no-zone'}
	| Unreachable;

/** What DNS returns for a host, and who returned it. */
export type DomainFacts = {
	readonly domain: string;
	readonly zone: DnsZone;
	/** `resolver`: the zone's own servers are unreachable from here. */
	readonly by: 'servers' | 'resolver';
	/** The target of an alias. */
	readonly alias: string | undefined;
	/** With an alias, the records of its target. */
	readonly a: DnsAnswer;
	readonly aaaa: DnsAnswer;
	/** What this computer's resolver returns now. */
	readonly here: {readonly a: DnsAnswer; readonly aaaa: DnsAnswer};
	/** Asks the same source as the facts: the zone's servers, or the resolver. */
	ask(name: string, type: DnsType): Promise<DnsAnswer>;
};

/** Asks the name servers of the domain's zone, or this computer's resolver where they are unreachable. */
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

/** The app's public addresses, and the app itself, for aliases. */
type Wanted = {readonly app: string; readonly a: readonly string[]; readonly aaaa: readonly string[]};

export type DomainVerdict =
	| {readonly is: 'right'; readonly said: string}
	/** Right at the zone's servers; the resolver here caches something older. */
	| {readonly is: 'cached'; readonly said: string}
	/** Behind Cloudflare's proxy, which hides the target. */
	| {readonly is: 'proxied'; readonly addresses: readonly string[]}
	| {
			readonly is: 'open';
			readonly said: string;
			readonly make: readonly DnsRecord[];
			/** As `A 192.0.2.1`. */
			readonly remove: readonly string[];
	  };

type Family = {
	readonly type: 'A' | 'AAAA';
	readonly wanted: readonly string[];
	readonly there: readonly string[];
};

/** Compares what DNS returns with what the app needs. */
export function judgeDomain(facts: DomainFacts, wanted: Wanted): DomainVerdict {
	const {domain, zone, alias} = facts;
	const families: readonly Family[] = [
		{type: 'A', wanted: wanted.a, there: valuesOf(facts.a)},
		{type: 'AAAA', wanted: wanted.aaaa, there: valuesOf(facts.aaaa)},
	];
	const isAtApex = domain === zone.name;
	if (alias !== undefined && !isAtApex && leadsTo(alias, wanted.app)) return judgeCache(facts, wanted, alias);
	const all = families.flatMap(({there}) => there);
	if (all.length > 0 && all.every(isCloudflare)) return {is: 'proxied', addresses: all};
	const lacking = families.filter(family => !hasRight(family));
	const old = families.flatMap(({type, there, wanted: own}) =>
		there.filter(value => !isAmong(own, value)).map(value => ({type, value})),
	);
	if (lacking.length === 0 && old.length === 0 && !(alias !== undefined && isAtApex)) {
		return judgeCache(facts, wanted, alias);
	}

	const make = (alias === undefined ? lacking : families).flatMap(({type, wanted: own}) =>
		own.map(value => writeRecord(zone.name, type, domain, value)),
	);
	if (alias !== undefined) {
		const said = isAtApex
			? `${domain} is the top of its zone and has a CNAME, which is not allowed there and hides its other records`
			: `${domain} is an alias of ${alias}, which is not this app`;
		return {is: 'open', said, make, remove: [`CNAME ${alias}`]};
	}

	return {is: 'open', said: describe(domain, lacking, old), make, remove: old.map(writeOld)};
}

const valuesOf = (answer: DnsAnswer) => (answer.is === 'found' ? answer.values : []);

const leadsTo = (alias: string, app: string) =>
	alias === `${app}.fly.dev` || alias.endsWith(`.${app}.fly.dev`);

/** Checks whether this computer already sees what the zone's servers return. */
function judgeCache(
	{domain, by, here}: DomainFacts,
	wanted: Wanted,
	alias: string | undefined,
): DomainVerdict {
	const way = alias === undefined ? '' : ` through ${alias}`;
	const said = `${domain} points to ${wanted.app}${way}`;
	if (by === 'resolver') return {is: 'right', said};
	const older = [
		...(here.a.is === 'absent' && wanted.a.length > 0 ? [{...here.a, old: ['nothing']}] : []),
		...listOlder(here.a, wanted.a),
		...listOlder(here.aaaa, wanted.aaaa),
	];
	if (older.length === 0) return {is: 'right', said};
	const values = older.flatMap(({old}) => old).join(', ');
	const seconds = Math.max(...older.map(({ttlSeconds}) => ttlSeconds));
	return {
		is: 'cached',
		said: `${said} at its own name servers; the resolver of this network still returns ${values} for ${describeTtl(seconds)}`,
	};
}

function listOlder(answer: DnsAnswer, wanted: readonly string[]) {
	if (answer.is !== 'found') return [];
	// A network without IPv4 synthesizes these from the A records.
	const old = answer.values.filter(value => !isAmong(wanted, value) && !isInside(value, '64:ff9b::/96'));
	return old.length > 0 ? [{old, ttlSeconds: answer.ttlSeconds}] : [];
}

const isAmong = (list: readonly string[], value: string) => list.some(one => isSameAddress(one, value));

/** Rounded up, so that the sentence does not change at every check. */
function describeTtl(seconds: number): string {
	if (seconds < 60) return 'less than a minute';
	return seconds < 5400 ? `up to ${Math.ceil(seconds / 60)} min` : `up to ${Math.ceil(seconds / 3600)} h`;
}

/** As Cloudflare publishes them; last changed in September 2023. @see https://www.cloudflare.com/ips/ */
const ranges = [
	...['173.245.48.0/20', '103.21.244.0/22', '103.22.200.0/22', '103.31.4.0/22', '141.101.64.0/18'],
	...['108.162.192.0/18', '190.93.240.0/20', '188.114.96.0/20', '197.234.240.0/22', '198.41.128.0/17'],
	...['162.158.0.0/15', '104.16.0.0/13', '104.24.0.0/14', '172.64.0.0/13', '131.0.72.0/22'],
	...['2400:cb00::/32', '2606:4700::/32', '2803:f800::/32', '2405:b500::/32', '2405:8100::/32'],
	...['2a06:98c0::/29', '2c0f:f248::/32'],
];

/** Returns whether the address is Cloudflare's proxy, which hides the record's real value. */
const isCloudflare = (address: string): boolean => ranges.some(range => isInside(address, range));

const hasRight = ({wanted, there}: Family) =>
	wanted.length === 0 || wanted.some(value => isAmong(there, value));

type Old = {readonly type: string; readonly value: string};

function describe(domain: string, lacking: readonly Family[], old: readonly Old[]): string {
	const none = lacking.filter(({there}) => there.length === 0).map(({type}) => type);
	const elsewhere = old.filter(({type}) => lacking.some(family => family.type === type));
	const extra = old.filter(entry => !elsewhere.includes(entry));
	const reason = none.includes('AAAA') ? ', and Fly checks the domain over AAAA' : '';
	return [
		...(elsewhere.length > 0
			? [`${domain} points to ${elsewhere.map(({value}) => value).join(', ')}, which is not this app`]
			: []),
		...(none.length > 0 ? [`${domain} has no ${none.join(' and no ')} record yet${reason}`] : []),
		...(extra.length > 0
			? [`${domain} has old records next to the right ones: ${extra.map(writeOld).join(', ')}`]
			: []),
	].join('; ');
}

const writeOld = ({type, value}: Old) => `${type} ${value}`;

/** Returns what the records of a domain must contain. */
export function listWanted(app: string, addresses: readonly FlyAddress[]): Wanted {
	const list = (types: readonly string[]) =>
		addresses.filter(({Type}) => types.includes(Type)).map(({Address}) => Address);
	return {app, a: list(['v4', 'shared_v4']), aaaa: list(['v6'])};
}
