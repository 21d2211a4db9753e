import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import {
	type Answer,
	AUTHORITATIVE_ANSWER,
	decode,
	encode,
	type Packet,
	RECURSION_AVAILABLE,
	RECURSION_DESIRED,
	TRUNCATED_RESPONSE,
} from 'dns-packet';
import {readWorld} from '../engine/world-file.ts';
import {flySuffix, stripDot} from '../world/facts.ts';
import {makeStableHex} from '../world/make.ts';
import {simulatedNow, type World} from '../world/world.ts';

type Entry = World['dns'][number];

/** Where every name server is, for who asks: an address of the documentation range. */
const serverAddress = '192.0.2.53';

/**
The zone that a name lies in: the longest one with an NS record in the world, else its last two labels, whose two name
servers the rehearsal makes up; none where those begin with `unregistered`.
*/
function findZone(world: World, name: string): string | undefined {
	const labels = stripDot(name).split('.');
	const parents = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
	const written = parents.find(parent => world.dns.some(entry => isNs(entry, parent)));
	const registered = parents.at(-1);
	return written ?? (registered?.startsWith('unregistered') ? undefined : registered);
}

/** What the rehearsal adds to the world's own records: Fly's names, and name servers with their addresses. */
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

/** An app's own name, and the one that its certificates ask for. */
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

const responseCodes = {found: 0, empty: 0, failed: 2, 'no-name': 3, foreign: 5} as const;

/** More does not fit into an answer over UDP. */
const mostUdpBytes = 512;

type NameServer = {readonly server: string; close(): Promise<void>};

type Role = {
	/** A resolver asks others; the other kind speaks for its own zones. */
	readonly isResolver: boolean;
	find(world: World, nowMs: number, name: string, type: string): Records;
};

/** A name server over the world, UDP and TCP on one port of the loopback. */
export async function openNameServer(worldPath: string, role: Role): Promise<NameServer> {
	const answer = (message: Buffer) => answerQuery(worldPath, role, message);
	const tcp = createServer(socket => serveTcp(socket, answer));
	tcp.listen(0, '127.0.0.1').unref();
	await once(tcp, 'listening');
	const {port} = tcp.address() as AddressInfo;
	const udp = createSocket('udp4');
	let isClosed = false;
	udp.on('message', async (message, from) => {
		const reply = await answer(message);
		if (reply && !isClosed)
			udp.send(reply.length > mostUdpBytes ? cut(reply) : reply, from.port, from.address);
	});
	udp.bind(port, '127.0.0.1').unref();
	await once(udp, 'listening');
	return {
		server: `127.0.0.1:${port}`,
		close: async () => {
			isClosed = true;
			await Promise.all([
				new Promise<void>(resolve => udp.close(() => resolve())),
				new Promise<void>(resolve => tcp.close(() => resolve())),
			]);
		},
	};
}

/** One question a connection. */
function serveTcp(socket: Socket, answer: (message: Buffer) => Promise<Buffer | undefined>): void {
	let received = Buffer.alloc(0);
	socket.on('error', () => socket.destroy());
	socket.on('data', async data => {
		received = Buffer.concat([received, data]);
		if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
		const reply = await answer(received.subarray(2, 2 + received.readUInt16BE(0)));
		if (!reply) return void socket.destroy();
		const length = Buffer.alloc(2);
		length.writeUInt16BE(reply.length);
		socket.end(Buffer.concat([length, reply]));
	});
}

/** Says that there is more, and nothing else. */
function cut(reply: Buffer): Buffer {
	const {id = 0, flags = 0, questions = []} = decode(reply);
	return encode({type: 'response', id, flags: flags | TRUNCATED_RESPONSE, questions});
}

/** @returns `undefined` for what is no query. */
async function answerQuery(
	worldPath: string,
	{isResolver, find}: Role,
	message: Buffer,
): Promise<Buffer | undefined> {
	const query = tryDecode(message);
	const question = query?.questions?.[0];
	if (!query || !question) return undefined;
	const {is, answers, authorities} = await look(worldPath, (world, nowMs) =>
		find(world, nowMs, question.name, question.type),
	);
	const asked = (query.flags ?? 0) & RECURSION_DESIRED;
	const kind = isResolver ? RECURSION_AVAILABLE : is === 'foreign' ? 0 : AUTHORITATIVE_ANSWER;
	const packet: Packet = {
		type: 'response',
		id: query.id ?? 0,
		flags: asked | kind | responseCodes[is],
		questions: [question],
		answers: [...answers],
		authorities: [...authorities],
	};
	return encode(packet);
}

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

function tryDecode(message: Buffer) {
	try {
		return decode(message);
	} catch {
		return undefined;
	}
}
