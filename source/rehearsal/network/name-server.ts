import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import {type Answer, decode, encode, type Question, RECURSION_DESIRED, TRUNCATED_RESPONSE} from 'dns-packet';

export type Query = Question & {readonly by: 'udp' | 'tcp'; readonly isRecursive: boolean};

export type Reply = {
	/** The response code, and what the server says of itself, as they stand in the packet. */
	readonly flags: number;
	readonly answers: readonly Answer[];
	/** For a negative answer: its source, and how long it is cached. */
	readonly authorities: readonly Answer[];
	/** Over UDP it says only that there is more, however short it is. */
	readonly isCut?: boolean;
};

export type NameServer = {readonly server: string; close(): Promise<void>};

type Respond = (message: Buffer, by: Query['by']) => Promise<Buffer | undefined>;

/**
A name server, UDP and TCP on one port of the loopback. It keeps no process alive.

@param answer - `undefined` is silence.
*/
export async function openNameServer(
	answer: (query: Query) => Reply | undefined | Promise<Reply | undefined>,
): Promise<NameServer> {
	const respond: Respond = async (message, by) => {
		const query = tryDecode(message);
		const question = query?.questions?.[0];
		if (!query || !question) return undefined;
		const reply = await answer({...question, by, isRecursive: query.flag_rd});
		return reply && write(query.id ?? 0, (query.flags ?? 0) & RECURSION_DESIRED, question, by, reply);
	};
	const tcp = createServer(socket => serveTcp(socket, respond));
	tcp.listen(0, '127.0.0.1').unref();
	await once(tcp, 'listening');
	const {port} = tcp.address() as AddressInfo;
	const udp = createSocket('udp4');
	let isClosed = false;
	udp.on('message', async (message, from) => {
		const reply = await respond(message, 'udp');
		if (reply && !isClosed) udp.send(reply, from.port, from.address);
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

/** One question per connection. */
function serveTcp(socket: Socket, respond: Respond): void {
	let received = Buffer.alloc(0);
	socket.on('error', () => socket.destroy());
	socket.on('data', async data => {
		received = Buffer.concat([received, data]);
		if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
		const reply = await respond(received.subarray(2, 2 + received.readUInt16BE(0)), 'tcp');
		if (!reply) return void socket.destroy();
		const length = Buffer.alloc(2);
		length.writeUInt16BE(reply.length);
		// In two pieces, as a network may deliver it.
		socket.write(length);
		setImmediate(() => socket.end(reply));
	});
}

/** The largest answer over UDP. */
const mostUdpBytes = 512;

function write(
	id: number,
	asked: number,
	question: Question,
	by: Query['by'],
	{flags, answers, authorities, isCut = false}: Reply,
): Buffer {
	const shared = {type: 'response' as const, id, flags: asked | flags, questions: [question]};
	const whole = encode({...shared, answers: [...answers], authorities: [...authorities]});
	return by === 'udp' && (isCut || whole.length > mostUdpBytes)
		? encode({...shared, flags: shared.flags | TRUNCATED_RESPONSE})
		: whole;
}

function tryDecode(message: Buffer) {
	try {
		return decode(message);
	} catch {
		return undefined;
	}
}
