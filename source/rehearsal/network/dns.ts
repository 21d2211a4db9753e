import {type Answer, AUTHORITATIVE_ANSWER, RECURSION_AVAILABLE} from 'dns-packet';
import {readWorld} from '../engine/world-file.ts';
import {flySuffix, stripDot} from '../world/facts.ts';
import {makeStableHex} from '../world/make.ts';
import {simulatedNow, type World} from '../world/world.ts';
import {type NameServer, openNameServer} from './name-server.ts';

type Entry = World['dns'][number];

/** The address every name server appears to have, from the documentation range. */
const serverAddress = '192.0.2.53';

/**
Returns the zone of a name: the longest one with an NS record in the world, else its last two labels, with two
invented name servers; none if those start with `unregistered`.
*/
function findZone(world: World, name: string): string | undefined {
	const labels = stripDot(name).split('.');
	const parents = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
	const written = parents.find(parent => world.dns.some(entry => isNs(entry, parent)));
	const registered = parents.at(-1);
	return written ?? (registered?.startsWith('unregistered') ? undefined : registered);
}

/** Returns the records the rehearsal adds to the world's own: Fly's names, and name servers with their addresses. */
function listImplied(world: World, name: string): readonly Entry[] {
	const host = stripDot(name);
	const zone = findZone(world, host);
	const isWritten = zone !== host || world.dns.some(entry => isNs(entry, host));
	const servers = isWritten ? [] : ['ns1', 'ns2'].map(label => `${label}.${host}`);
	const isServer =
		/^ns[12]\.[^.]+\.[^.]+$/.test(host) ||
		world.dns.some(({type, value}) => type === 'NS' && stripDot(value) === host);
	return [
		...listFlyRecords(world),
		...servers.map(value => ({name: host, type: 'NS', value})),
		...(isServer && !host.startsWith('unreachable') ? [{name: host, type: 'A', value: serverAddress}] : []),
	];
}

const isNs = ({name, type}: Entry, zone: string) => type === 'NS' && stripDot(name) === zone;

/** An app's own name, and the one its certificates need. */
function listFlyRecords({addresses}: World): readonly Entry[] {
	return addresses
		.filter(({type}) => type !== 'private_v6')
		.flatMap(({app, address, type}) =>
			[app, `${makeStableHex(app, 7)}.${app}`].map(name => ({
				name: name + flySuffix,
				type: type === 'v6' ? 'AAAA' : 'A',
				value: address,
			})),
		);
}

type Records = {
	/** `empty`: the name exists, but only with records of other types. `other-zone`: another server answers for it. */
	readonly is: 'found' | 'empty' | 'no-name' | 'other-zone';
	readonly answers: readonly Answer[];
	/** For a negative answer: its source, and how long it is cached. */
	readonly authorities: readonly Answer[];
};

/** The default cache time, in seconds. */
const usualTtl = 60;

/** Returns a resolver's answer: follows aliases, and includes deleted records that are still cached. */
export function findAsResolver(world: World, nowMs: number, name: string, type: string): Records {
	const seen = (entry: Entry) =>
		isMade(entry, nowMs) && (isLive(entry, nowMs) || leftSeconds(entry, nowMs) > 0);
	return find(world, name, type, {
		all: world.dns.filter(seen).map(entry => ({...entry, ttl: leftSeconds(entry, nowMs)})),
		// A resolver does not ask again while it has a cached record.
		choose: entries => (entries.some(isOld) ? entries.filter(isOld) : entries),
		follows: () => true,
	});
}

/** Returns the answer of the zone's own name servers: current records of this zone only. */
export function findAsOwner(world: World, nowMs: number, name: string, type: string): Records {
	const zone = findZone(world, name);
	if (zone === undefined) return {is: 'other-zone', answers: [], authorities: []};
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

/** Returns deleted records that are still cached. */
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

const responseCodes = {found: 0, empty: 0, failed: 2, 'no-name': 3, 'other-zone': 5} as const;

type Role = {
	/** A resolver asks other servers; an authoritative server answers only for its own zones. */
	readonly isResolver: boolean;
	find(world: World, nowMs: number, name: string, type: string): Records;
};

/** A name server over the world. */
export const openWorldNameServer = (worldPath: string, {isResolver, find}: Role): Promise<NameServer> =>
	openNameServer(async ({name, type}) => {
		const {is, answers, authorities} = await look(worldPath, (world, nowMs) =>
			find(world, nowMs, name, type),
		);
		const kind = isResolver ? RECURSION_AVAILABLE : is === 'other-zone' ? 0 : AUTHORITATIVE_ANSWER;
		return {flags: kind | responseCodes[is], answers, authorities};
	});

async function look(
	worldPath: string,
	find: (world: World, nowMs: number) => Records,
): Promise<Omit<Records, 'is'> & {readonly is: keyof typeof responseCodes}> {
	try {
		const world = await readWorld(worldPath);
		return find(world, simulatedNow(world));
	} catch {
		return {is: 'failed', answers: [], authorities: []};
	}
}
