import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {type Answer, decode, encode, type Question} from 'dns-packet';

/** Records to answer with, a response code (3 = no such name, 2 = failure), or silence. */
export type Reply = readonly Answer[] | number | 'silence';

export async function openDnsServer(reply: (question: Question) => Reply) {
	const asked: Question[] = [];
	const socket = createSocket('udp4');
	socket.on('message', (message, {address, port}) => {
		const {id = 0, questions = []} = decode(message);
		const [question] = questions;
		if (!question) return;
		asked.push(question);
		const said = reply(question);
		if (said === 'silence') return;
		const [code, answers] = typeof said === 'number' ? [said, []] : [0, [...said]];
		socket.send(
			encode({type: 'response', id, flags: 0x180 | code, questions: [question], answers}),
			port,
			address,
		);
	});
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	return {
		server: `127.0.0.1:${socket.address().port}`,
		asked,
		close: () => new Promise<void>(resolve => socket.close(() => resolve())),
	};
}
