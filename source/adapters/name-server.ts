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
	/** Whether the server shall ask others: a resolver does, a zone's own server does not. */
	readonly isRecursive: boolean;
};

export type Reply = {
	/** It speaks for the zone, and does not repeat what it heard. */
	readonly isAuthoritative: boolean;
	readonly answers: readonly Answer[];
	readonly authorities: readonly Answer[];
};

/**
Asks one name server: over UDP, and over TCP what does not fit there. A name that does not exist is a reply without answers.

@param server - `192.0.2.1`, `2001:db8::1`, `192.0.2.1:5353` or `[2001:db8::1]:5353`.
@param timeoutMs - Real milliseconds for each of the two ways.
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

/** By the number of the response code; a name that is not there is no failure. */
const codes = ['none', 'EFORMERR', 'ESERVFAIL', 'none', 'ENOTIMP', 'EREFUSED'];

/** @returns `cut` where the answer is longer than UDP carries. */
function read(message: Buffer, {name, type}: Query): Reply | 'cut' {
	const flags = message.readUInt16BE(2);
	if (flags & TRUNCATED_RESPONSE) return 'cut';
	const {questions, answers, authorities} = tryDecode(message);
	const [question] = questions ?? [];
	if (question && (question.type !== type || question.name.toLowerCase() !== name.toLowerCase())) {
		throw fail('EBADRESP', 'The name server answered another question');
	}

	const code = codes[flags & 0xf] ?? 'EBADRESP';
	if (code !== 'none') throw fail(code, `The name server says ${code.slice(1)}`);
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
		throw fail('EBADRESP', `The name server's answer cannot be read: ${error}`);
	}
}

const fail = (code: string, message: string): Error => Object.assign(new Error(message), {code});

function sendOverUdp({host, port}: Place, message: Buffer, timeoutMs: number, id: number): Promise<Buffer> {
	const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
	let timer: NodeJS.Timeout | undefined;
	return new Promise<Buffer>((resolve, reject) => {
		timer = setTimeout(() => reject(fail('ETIMEOUT', `${host} does not answer`)), timeoutMs);
		socket.on('error', reject);
		// Whatever else arrives here is no answer to this question.
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
	if (reply === 'cut') throw fail('EBADRESP', 'The name server cut its answer');
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

/** @param owner - Only records of that name count; without it those that an alias leads to as well. */
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

/** How long "there is nothing" is remembered: the smaller of the SOA record's own time and the one in it. */
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
