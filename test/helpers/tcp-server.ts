import {once} from 'node:events';
import type {AddressInfo} from 'node:net';
import {createServer, type Server, type Socket} from 'node:net';

export type LoopbackServer = {readonly port: number; close(): Promise<void>};

/** Opens a bare TCP server on the loopback. `onConnection` decides what it sends. */
export async function openTcpServer(onConnection: (socket: Socket) => void): Promise<LoopbackServer> {
	const sockets = new Set<Socket>();
	const server: Server = createServer(socket => {
		sockets.add(socket);
		socket.on('error', () => {}).on('close', () => sockets.delete(socket));
		onConnection(socket);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		close: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			}),
	};
}

/** Answers each request with fixed bytes after its head has arrived, and records what it received. */
export async function openCannedServer(
	answer: string | Buffer,
	ending: 'close' | 'reset' | 'stay' = 'close',
) {
	const received: string[] = [];
	const server = await openTcpServer(socket => {
		socket.on('data', data => {
			received.push(data.toString());
			socket.write(answer, () => {
				if (ending === 'close') socket.end();
				if (ending === 'reset') socket.resetAndDestroy();
			});
		});
	});
	return {...server, received};
}
