import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import {
	AUTHORITATIVE_ANSWER,
	decode,
	encode,
	type Packet,
	RECURSION_AVAILABLE,
	RECURSION_DESIRED,
	TRUNCATED_RESPONSE,
} from 'dns-packet';
import {readWorld} from '../engine/world-file.ts';
import type {Records} from '../network/dns.ts';
import {simulatedNow, type World} from '../world/world.ts';

const responseCodes = {found: 0, empty: 0, failed: 2, 'no-name': 3, foreign: 5} as const;

/** More does not fit into an answer over UDP. */
const mostUdpBytes = 512;

export type NameServer = {readonly server: string; close(): Promise<void>};

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
