import {getServers} from 'node:dns';
import type {DnsAnswer, DnsType, DnsZone, Net, Unreachable} from '../core/readers.ts';
import {explainNetworkError} from './http.ts';
import {askNameServer, type Query, type Reply, readDnsAnswer} from './name-server.ts';

export type Options = {
	/** Resolvers as `address` or `address:port`; the system's by default. */
	readonly servers?: readonly string[] | undefined;
	/** Returns where to reach a zone's name server with that address; keeps a rehearsal off the network. */
	readonly reachServer?: ((address: string) => string) | undefined;
	/** Real milliseconds for one try; a resolver gets two tries, a zone's own server one. */
	readonly timeoutMs: number;
};

/** A zone has at least two servers; more return the same. */
const mostServers = 3;

/**
Opens DNS lookups that ask name servers directly, bypassing /etc/hosts and Node's cache. A CAA record is written as in a
zone file: `0 issue "letsencrypt.org"`.
*/
export function openDns({
	servers,
	reachServer = address => address,
	timeoutMs,
}: Options): Pick<Net, 'resolve' | 'findZone'> {
	const askResolver = (name: string, type: DnsType) => {
		const each = servers ?? getServers();
		return askInTurn([...each, ...each], {name, type, isRecursive: true}, timeoutMs);
	};
	const resolve = (name: string, type: DnsType) =>
		tryAsking(async () => readDnsAnswer(await askResolver(name, type), type));

	return {
		resolve,
		async findZone(name) {
			try {
				for (const parent of listParents(name)) {
					const own = readDnsAnswer(await askResolver(parent, 'NS'), 'NS', parent);
					if (own.is === 'found') return {is: 'found', zone: openZone(parent, own.values)};
				}

				return {is: 'absent'};
			} catch (error) {
				return explainNetworkError(error);
			}
		},
	};

	function openZone(zone: string, names: readonly string[]): DnsZone {
		const silent = new Set<string>();
		const found = Promise.all(
			names.slice(0, mostServers).map(async name => {
				const v4 = await resolve(name, 'A');
				const answer = v4.is === 'found' ? v4 : await resolve(name, 'AAAA');
				return answer.is === 'found' ? answer.values.slice(0, 1) : [];
			}),
		);
		return {
			name: zone,
			servers: names,
			ask: (name, type) =>
				tryAsking(async () => {
					const left = (await found).flat().filter(address => !silent.has(address));
					const query = {name, type, isRecursive: false};
					for (const address of left) {
						const reply = await askOwn(reachServer(address), query);
						if (reply) return readDnsAnswer(reply, type, name);
						silent.add(address);
					}

					throw Object.assign(new Error(`No answer from ${names.slice(0, mostServers).join(' and ')}`), {
						code: 'ETIMEOUT',
					});
				}),
		};
	}

	/** Asks a zone's own server; ignores one that does not answer, or is not authoritative. */
	async function askOwn(server: string, query: Query): Promise<Reply | undefined> {
		try {
			const reply = await askNameServer(server, query, Math.min(timeoutMs, 2500));
			return reply.isAuthoritative ? reply : undefined;
		} catch {
			return undefined;
		}
	}
}

/** Lists `a.b.example.com`, `b.example.com`, `example.com`; the part above belongs to a registry. */
function listParents(name: string): readonly string[] {
	const labels = name.split('.');
	return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
}

async function askInTurn(servers: readonly string[], query: Query, timeoutMs: number): Promise<Reply> {
	let failure: unknown;
	for (const server of servers) {
		try {
			return await askNameServer(server, query, timeoutMs);
		} catch (error) {
			failure = error;
		}
	}

	throw failure ?? new Error('This computer has no name server');
}

async function tryAsking(ask: () => Promise<DnsAnswer>): Promise<DnsAnswer | Unreachable> {
	try {
		return await ask();
	} catch (error) {
		return explainNetworkError(error);
	}
}
