import {flySuffix, stripDot} from '../network/hosts.ts';
import {makeStableHex} from '../world/make.ts';
import type {World} from '../world/world.ts';

type Entry = World['dns'][number];

/** Where every name server is, for who asks: an address of the documentation range. */
const serverAddress = '192.0.2.53';

/**
The zone that a name lies in: the longest one with an NS record in the world, else its last two labels, whose two name
servers the rehearsal makes up; none where those begin with `unregistered`.
*/
export function findZone(world: World, name: string): string | undefined {
	const labels = stripDot(name).split('.');
	const parents = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
	const written = parents.find(parent => world.dns.some(entry => isNs(entry, parent)));
	const registered = parents.at(-1);
	return written ?? (registered?.startsWith('unregistered') ? undefined : registered);
}

/** What the rehearsal adds to the world's own records: Fly's names, and name servers with their addresses. */
export function listImplied(world: World, name: string): readonly Entry[] {
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
