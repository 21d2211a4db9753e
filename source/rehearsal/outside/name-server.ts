import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {
	type Answer,
	AUTHORITATIVE_ANSWER,
	decode,
	encode,
	RECURSION_AVAILABLE,
	RECURSION_DESIRED,
} from 'dns-packet';
import {readWorld} from '../world-file.ts';
import {findRecords, type Records} from './dns-records.ts';

const responseCodes = {found: 0, empty: 0, failed: 2, 'no-name': 3} as const;

/** A name server over the world, UDP on loopback. */
export async function openNameServer(worldPath: string): Promise<{server: string; close(): Promise<void>}> {
	const socket = createSocket('udp4');
	let isClosed = false;
	socket.on('message', async (message, {port, address}) => {
		const answer = await answerQuery(worldPath, message);
		if (answer && !isClosed) socket.send(answer, port, address);
	});
	socket.bind(0, '127.0.0.1').unref();
	await once(socket, 'listening');
	return {
		server: `127.0.0.1:${socket.address().port}`,
		close: () => {
			isClosed = true;
			return new Promise(resolve => socket.close(() => resolve()));
		},
	};
}

/** @returns `undefined` for what is no query. */
async function answerQuery(worldPath: string, message: Buffer): Promise<Buffer | undefined> {
	const query = tryDecode(message);
	const question = query?.questions?.[0];
	if (!query || !question) return undefined;
	const {is, answers} = await look(worldPath, question.name, question.type);
	const flags = AUTHORITATIVE_ANSWER | RECURSION_DESIRED | RECURSION_AVAILABLE | responseCodes[is];
	return encode({type: 'response', id: query.id ?? 0, flags, questions: [question], answers: [...answers]});
}

async function look(
	worldPath: string,
	name: string,
	type: string,
): Promise<Records | {is: 'failed'; answers: Answer[]}> {
	try {
		return findRecords(await readWorld(worldPath), name, type);
	} catch {
		return {is: 'failed', answers: []};
	}
}

function tryDecode(message: Buffer) {
	try {
		return decode(message);
	} catch {
		return undefined;
	}
}
