import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {type AddressInfo, createServer} from 'node:net';
import {type Answer, decode, encode, type Question} from 'dns-packet';

/** Records to answer with, a response code (3 = no such name, 2 = failure), silence, or all of it spelt out. */
export type Reply = readonly Answer[] | number | 'silence' | FullReply;

export type FullReply = {
	readonly code?: number;
	readonly answers?: readonly Answer[];
	readonly authorities?: readonly Answer[];
	/** It speaks for the zone. */
	readonly isAuthoritative?: boolean;
	/** Too long for UDP: only TCP carries it. */
	readonly isCut?: boolean;
};

export type Asked = Question & {readonly by: 'udp' | 'tcp'; readonly isRecursive: boolean};

/** A name server on the loopback, UDP and TCP, that says what a test says. */
export async function openDnsServer(reply: (question: Question) => Reply) {
	const asked: Asked[] = [];
	const answer = (message: Buffer, by: 'udp' | 'tcp'): Buffer | undefined => {
		const {id = 0, questions = [], flag_rd: isRecursive} = decode(message);
		const [question] = questions;
		if (!question) return undefined;
		asked.push({...question, by, isRecursive});
		const said = reply(question);
		return said === 'silence' ? undefined : write(id, question, by, said);
	};
	const tcp = createServer(socket => {
		socket.on('error', () => {});
		socket.once('data', data => {
			const reply = answer(data.subarray(2), 'tcp');
			if (!reply) return;
			const length = Buffer.alloc(2);
			length.writeUInt16BE(reply.length);
			// In two pieces, as a network may deliver it.
			socket.write(length);
			setImmediate(() => socket.end(reply));
		});
	});
	tcp.listen(0, '127.0.0.1');
	await once(tcp, 'listening');
	const {port} = tcp.address() as AddressInfo;
	const udp = createSocket('udp4');
	udp.on('message', (message, from) => {
		const reply = answer(message, 'udp');
		if (reply) udp.send(reply, from.port, from.address);
	});
	udp.bind(port, '127.0.0.1');
	await once(udp, 'listening');
	return {
		server: `127.0.0.1:${port}`,
		asked,
		close: async () => {
			await Promise.all([
				new Promise<void>(resolve => udp.close(() => resolve())),
				new Promise<void>(resolve => tcp.close(() => resolve())),
			]);
		},
	};
}

function write(id: number, question: Question, by: 'udp' | 'tcp', said: Exclude<Reply, 'silence'>): Buffer {
	const full: FullReply =
		typeof said === 'number' ? {code: said} : Array.isArray(said) ? {answers: said} : (said as FullReply);
	const {code = 0, answers = [], authorities = [], isAuthoritative = false, isCut = false} = full;
	const isShort = isCut && by === 'udp';
	return encode({
		type: 'response',
		id,
		flags: 0x180 | code | (isAuthoritative ? 0x400 : 0) | (isShort ? 0x200 : 0),
		questions: [question],
		answers: isShort ? [] : [...answers],
		authorities: [...authorities],
	});
}
