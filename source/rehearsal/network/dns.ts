import type {Answer} from 'dns-packet';
import {findZone, listImplied} from '../outside/zones.ts';
import type {World} from '../world/world.ts';
import {stripDot} from './hosts.ts';

type Entry = World['dns'][number];

export type Records = {
	/** `empty`: the name exists, with records of other types only. `foreign`: not this server's business. */
	readonly is: 'found' | 'empty' | 'no-name' | 'foreign';
	readonly answers: readonly Answer[];
	/** Where nothing was found: whose word that is, and for how long. */
	readonly authorities: readonly Answer[];
};

/** How long anything is remembered that does not say it. Seconds. */
const usualTtl = 60;

/** What a resolver says: also what an alias leads to, and for their time the records that are gone. */
export function findAsResolver(world: World, nowMs: number, name: string, type: string): Records {
	const seen = (entry: Entry) =>
		isMade(entry, nowMs) && (isLive(entry, nowMs) || leftSeconds(entry, nowMs) > 0);
	return find(world, name, type, {
		all: world.dns.filter(seen).map(entry => ({...entry, ttl: leftSeconds(entry, nowMs)})),
		// Whoever remembers something does not ask again.
		choose: entries => (entries.some(isOld) ? entries.filter(isOld) : entries),
		follows: () => true,
	});
}

/** What the name servers of a name's own zone say: what is there now, and nothing of other zones. */
export function findAsOwner(world: World, nowMs: number, name: string, type: string): Records {
	const zone = findZone(world, name);
	if (zone === undefined) return {is: 'foreign', answers: [], authorities: []};
	return find(world, name, type, {
		all: world.dns.filter(entry => isMade(entry, nowMs) && isLive(entry, nowMs)),
		choose: entries => entries,
		follows: target => findZone(world, target) === zone,
	});
}

type Rules = {
	readonly all: readonly Entry[];
	choose(entries: readonly Entry[]): readonly Entry[];
	follows(target: string): boolean;
};

function find(world: World, name: string, type: string, {all, choose, follows}: Rules): Records {
	const entries = (host: string) =>
		[...all, ...listImplied(world, host)].filter(entry => stripDot(entry.name) === stripDot(host));
	const walk = (host: string, hops: number): readonly Entry[] => {
		const direct = choose(entries(host).filter(entry => entry.type === type));
		const [alias] = choose(entries(host).filter(entry => entry.type === 'CNAME'));
		const named = (entry: Entry) => ({...entry, name: host});
		if (direct.length > 0 || !alias || hops === 0) return direct.map(named);
		const target = stripDot(alias.value);
		return [named(alias), ...(follows(target) ? walk(target, hops - 1) : [])];
	};
	const answers = walk(name, 8).flatMap(toAnswer);
	const isAnswered = answers.some(answer => answer.type === type);
	const authorities = isAnswered ? [] : writeSoa(findZone(world, name));
	if (answers.length > 0) return {is: 'found', answers, authorities};
	const isThere =
		entries(name).length > 0 || all.some(entry => stripDot(entry.name).endsWith(`.${stripDot(name)}`));
	return {is: isThere ? 'empty' : 'no-name', answers, authorities};
}

const isMade = ({madeAt = 0}: Entry, nowMs: number) => madeAt <= nowMs;
const isLive = ({goneAt}: Entry, nowMs: number) => goneAt === undefined || goneAt > nowMs;
const isOld = ({goneAt}: Entry) => goneAt !== undefined;

/** What is gone is remembered as long as its time goes on. */
function leftSeconds({goneAt, ttl = usualTtl}: Entry, nowMs: number): number {
	return goneAt === undefined || goneAt > nowMs ? ttl : Math.ceil((goneAt - nowMs) / 1000 + ttl);
}

function writeSoa(zone: string | undefined): readonly Answer[] {
	if (zone === undefined) return [];
	const data = {mname: `ns1.${zone}`, rname: `hostmaster.${zone}`, serial: 1, minimum: usualTtl};
	return [{type: 'SOA', name: zone, ttl: usualTtl, data}];
}

function toAnswer({name, type, value, ttl = usualTtl}: Entry): Answer[] {
	switch (type) {
		case 'A':
		case 'AAAA':
			return [{type, name, ttl, data: value}];
		case 'CNAME':
		case 'NS':
			return [{type, name, ttl, data: stripDot(value)}];
		case 'TXT':
			return [{type, name, ttl, data: value}];
		case 'CAA':
			return toCaa(name, value, ttl);
		default:
			return [];
	}
}

/** Written as in a zone file: `0 issue "letsencrypt.org"`. */
function toCaa(name: string, text: string, ttl: number): Answer[] {
	const [, flags, tag, value] = /^(\d+) (\w+) "?([^"]*)"?$/.exec(text) ?? [];
	if (tag !== 'issue' && tag !== 'issuewild' && tag !== 'iodef') return [];
	return [{type: 'CAA', name, ttl, data: {flags: Number(flags), tag, value: value ?? ''}}];
}
