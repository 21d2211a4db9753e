import {randomInt} from 'node:crypto';
import {createSocket} from 'node:dgram';
import {connect, isIPv6} from 'node:net';
import {
	type Answer,
	AUTHORITATIVE_ANSWER,
	type CaaData,
	decode,
	encode,
	RECURSION_DESIRED,
	TRUNCATED_RESPONSE,
} from 'dns-packet';
import type {DnsAnswer, DnsType} from '../core/readers.ts';

export type Query = {
	readonly name: string;
	readonly type: DnsType;
	/** Whether the server should ask others: a resolver does, a zone's own server does not. */
	readonly isRecursive: boolean;
};

export type Reply = {
	/** The server answers from its zone, not from a cache. */
	readonly isAuthoritative: boolean;
	readonly answers: readonly Answer[];
	readonly authorities: readonly Answer[];
};

/**
Asks one name server over UDP, then over TCP when the answer does not fit. A name that does not exist has a reply without answers.

@param server - `192.0.2.1`, `2001:db8::1`, `192.0.2.1:5353` or `[2001:db8::1]:5353`.
@param timeoutMs - Real milliseconds for each protocol.
@throws The system's error, or one whose code is `ETIMEOUT`, `EBADRESP` or the server's own, for example `ESERVFAIL`.
*/
export async function askNameServer(server: string, query: Query, timeoutMs: number): Promise<Reply> {
	const place = splitServer(server);
	const {name, type, isRecursive} = query;
	const id = randomInt(0x1_00_00);
	const flags = isRecursive ? RECURSION_DESIRED : 0;
	const message = encode({type: 'query', id, flags, questions: [{name, type}]});
	const first = read(await sendOverUdp(place, message, timeoutMs, id), query);
	return first === 'cut' ? readWhole(await sendOverTcp(place, message, timeoutMs), query) : first;
}

type Place = {readonly host: string; readonly port: number};

function splitServer(server: string): Place {
	if (isIPv6(server)) return {host: server, port: 53};
	const [, host = server, port = '53'] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(server) ?? [];
	return {host, port: Number(port)};
}

/** Error codes by response code; a missing name is not an error. */
const codes = ['none', 'EFORMERR', 'ESERVFAIL', 'none', 'ENOTIMP', 'EREFUSED'];

/** @returns `cut` when the answer is too long for UDP. */
function read(message: Buffer, {name, type}: Query): Reply | 'cut' {
	const flags = message.readUInt16BE(2);
	if (flags & TRUNCATED_RESPONSE) return 'cut';
	const {questions, answers, authorities} = tryDecode(message);
	const [question] = questions ?? [];
	if (question && (question.type !== type || question.name.toLowerCase() !== name.toLowerCase())) {
		throw fail('EBADRESP', 'The name server answered a different query');
	}

	const code = codes[flags & 0xf] ?? 'EBADRESP';
	if (code !== 'none') throw fail(code, `The name server returned ${code.slice(1)}`);
	return {
		isAuthoritative: (flags & AUTHORITATIVE_ANSWER) !== 0,
		answers: answers ?? [],
		authorities: authorities ?? [],
	};
}

function tryDecode(message: Buffer) {
	try {
		return decode(message);
	} catch (error) {
		throw fail('EBADRESP', `The name server's answer is invalid: ${error}`);
	}
}

const fail = (code: string, message: string): Error => Object.assign(new Error(message), {code});

function sendOverUdp({host, port}: Place, message: Buffer, timeoutMs: number, id: number): Promise<Buffer> {
	const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
	let timer: NodeJS.Timeout | undefined;
	return new Promise<Buffer>((resolve, reject) => {
		timer = setTimeout(() => reject(fail('ETIMEOUT', `${host} does not answer`)), timeoutMs);
		socket.on('error', reject);
		// Any other message does not answer this query.
		socket.on('message', answer => {
			if (answer.length >= 12 && answer.readUInt16BE(0) === id) resolve(answer);
		});
		socket.once('connect', () => socket.send(message));
		socket.connect(port, host);
	}).finally(() => {
		clearTimeout(timer);
		socket.close();
	});
}

function readWhole(message: Buffer, query: Query): Reply {
	const reply = read(message, query);
	if (reply === 'cut') throw fail('EBADRESP', 'The name server truncated its answer');
	return reply;
}

function sendOverTcp({host, port}: Place, message: Buffer, timeoutMs: number): Promise<Buffer> {
	const socket = connect({host, port});
	let timer: NodeJS.Timeout | undefined;
	return new Promise<Buffer>((resolve, reject) => {
		timer = setTimeout(() => reject(fail('ETIMEOUT', `${host} does not answer over TCP`)), timeoutMs);
		let received = Buffer.alloc(0);
		socket.on('error', reject);
		socket.on('close', () => reject(fail('ECONNRESET', `${host} closed the connection`)));
		socket.on('data', data => {
			received = Buffer.concat([received, data]);
			if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
			resolve(received.subarray(2, 2 + received.readUInt16BE(0)));
		});
		const length = Buffer.alloc(2);
		length.writeUInt16BE(message.length);
		socket.write(Buffer.concat([length, message]));
	}).finally(() => {
		clearTimeout(timer);
		socket.destroy();
	});
}

/** Reads the records of one type from a reply. @param owner - Only records of that name count; without it also those of an alias's target. */
export function readDnsAnswer(
	{answers, authorities}: Pick<Reply, 'answers' | 'authorities'>,
	type: DnsType,
	owner?: string,
): DnsAnswer {
	const fitting = answers.filter(
		answer => answer.type === type && (owner === undefined || isSameName(answer.name, owner)),
	);
	if (fitting.length === 0) return {is: 'absent', ttlSeconds: readNegativeTtl(authorities)};
	return {is: 'found', values: fitting.map(writeValue), ttlSeconds: Math.min(...answers.map(readTtl))};
}

const isSameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Returns how long "no record" is cached: the smaller of the SOA record's TTL and the minimum in it. */
function readNegativeTtl(authorities: readonly Answer[]): number {
	const soa = authorities.find(answer => answer.type === 'SOA');
	return soa ? Math.min(readTtl(soa), soa.data.minimum ?? 0) : 0;
}

const readTtl = (answer: Answer): number => ('ttl' in answer ? (answer.ttl ?? 0) : 0);

function writeValue(answer: Answer): string {
	switch (answer.type) {
		case 'TXT':
			return [answer.data].flat().map(String).join('');
		case 'CAA':
			return writeCaa(answer.data);
		case 'A':
		case 'AAAA':
		case 'CNAME':
		case 'NS':
			return answer.data.toLowerCase();
		default:
			return '';
	}
}

const writeCaa = ({flags = 0, tag, value}: CaaData): string => `${flags} ${tag} "${value}"`;
