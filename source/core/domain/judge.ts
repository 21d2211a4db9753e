import type {DnsAnswer} from '../readers.ts';
import type {DnsRecord} from '../session/run-state.ts';
import {isCloudflare} from './cloudflare.ts';
import type {DomainFacts} from './read-domain.ts';
import {isInside, isSameAddress} from './records.ts';
import {writeRecord} from './write-record.ts';

/** The app's public addresses, and the names that lead to them. */
export type Wanted = {readonly app: string; readonly a: readonly string[]; readonly aaaa: readonly string[]};

export type DomainVerdict =
	| {readonly is: 'right'; readonly said: string}
	/** Right where it is kept; the resolver here remembers something older. */
	| {readonly is: 'cached'; readonly said: string}
	/** Cloudflare answers, and what it hands on to is not to be seen. */
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

/** Holds what DNS says beside what the app needs. */
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
			? `${domain} is a zone of its own and holds a CNAME, which is not allowed there and hides its other records`
			: `${domain} is an alias of ${alias}, which is not this app`;
		return {is: 'open', said, make, remove: [`CNAME ${alias}`]};
	}

	return {is: 'open', said: describe(domain, lacking, old), make, remove: old.map(writeOld)};
}

type Old = {readonly type: string; readonly value: string};

const writeOld = ({type, value}: Old) => `${type} ${value}`;

function describe(domain: string, lacking: readonly Family[], old: readonly Old[]): string {
	const none = lacking.filter(({there}) => there.length === 0).map(({type}) => type);
	const elsewhere = old.filter(({type}) => lacking.some(family => family.type === type));
	const beside = old.filter(entry => !elsewhere.includes(entry));
	const reason = none.includes('AAAA') ? ', and Fly checks the domain over AAAA' : '';
	return [
		...(elsewhere.length > 0
			? [`${domain} points to ${elsewhere.map(({value}) => value).join(', ')}, which is not this app`]
			: []),
		...(none.length > 0 ? [`${domain} has no ${none.join(' and no ')} record yet${reason}`] : []),
		...(beside.length > 0
			? [`${domain} has old records beside the right ones: ${beside.map(writeOld).join(', ')}`]
			: []),
	].join('; ');
}

/** The zone's own servers are right: does this computer see it already? */
function judgeCache(
	{domain, by, here}: DomainFacts,
	wanted: Wanted,
	alias: string | undefined,
): DomainVerdict {
	const way = alias === undefined ? '' : ` by way of ${alias}`;
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
		said: `${said} at its own name servers; the resolver of this network still says ${values}, for ${describeTtl(seconds)}`,
	};
}

function listOlder(answer: DnsAnswer, wanted: readonly string[]) {
	if (answer.is !== 'found') return [];
	// A network without IPv4 makes these up from the A records.
	const old = answer.values.filter(value => !isAmong(wanted, value) && !isInside(value, '64:ff9b::/96'));
	return old.length > 0 ? [{old, ttlSeconds: answer.ttlSeconds}] : [];
}

/** In steps, so that a sentence with it does not change at every look. */
function describeTtl(seconds: number): string {
	if (seconds < 60) return 'less than a minute';
	return seconds < 5400 ? `up to ${Math.ceil(seconds / 60)} min` : `up to ${Math.ceil(seconds / 3600)} h`;
}

const valuesOf = (answer: DnsAnswer) => (answer.is === 'found' ? answer.values : []);
const leadsTo = (alias: string, app: string) =>
	alias === `${app}.fly.dev` || alias.endsWith(`.${app}.fly.dev`);
const isAmong = (list: readonly string[], value: string) => list.some(one => isSameAddress(one, value));
const hasRight = ({wanted, there}: Family) =>
	wanted.length === 0 || wanted.some(value => isAmong(there, value));
