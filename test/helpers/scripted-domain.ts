import type {Answer, CaaData} from 'dns-packet';
import {openDns} from '../../source/adapters/dns.ts';
import type {Net} from '../../source/core/readers.ts';
import {openDnsServer, type Reply} from './dns-server.ts';

/** As in a zone file: `blog.example.com 300 A 192.0.2.1`. */
export type ZoneLine = string;

export type ScriptedDomain = {
	readonly dns: Pick<Net, 'resolve' | 'findZone'>;
	/** Sets the zone's records. The resolver follows, except for what it has cached. */
	write(...lines: readonly ZoneLine[]): void;
	/** Sets other answers of the resolver for these names and types. `TYPE none` means no records. */
	remember(...lines: readonly ZoneLine[]): void;
	/** Silences the zone's own servers, or lets them answer again. */
	silence(isSilent: boolean): void;
	/** Counts the queries to the zone's own servers. */
	countAsked(): number;
	close(): Promise<void>;
};

/** Opens two real name servers on the loopback for `example.com`: a resolver, and the zone's own. */
export async function openScriptedDomain(): Promise<ScriptedDomain> {
	let zone: readonly ZoneLine[] = [];
	let memory: readonly ZoneLine[] = [];
	let isSilent = false;
	const fixed = ['example.com 300 NS ns1.example.net', 'ns1.example.net 300 A 198.51.100.53'];
	const owner = await openDnsServer(({name, type}) => {
		if (isSilent) return 'silence';
		return {...find(zone, name, type), isAuthoritative: true};
	});
	const resolver = await openDnsServer(({name, type}) => {
		const remembered = memory.filter(line => line.startsWith(`${name} `) && line.split(' ')[2] === type);
		const nothing = remembered.find(line => line.endsWith(' none'));
		if (nothing) return {authorities: [writeSoa(Number(nothing.split(' ')[1]))]};
		return find(remembered.length > 0 ? remembered : [...fixed, ...zone], name, type);
	});
	return {
		dns: openDns({servers: [resolver.server], reachServer: () => owner.server, timeoutMs: 200}),
		write: (...lines) => {
			zone = lines;
		},
		remember: (...lines) => {
			memory = lines;
		},
		silence: is => {
			isSilent = is;
		},
		countAsked: () => owner.asked.length,
		close: async () => {
			await Promise.all([owner.close(), resolver.close()]);
		},
	};
}

function find(lines: readonly ZoneLine[], name: string, type: string): Exclude<Reply, number | 'silence'> {
	const own = lines.filter(line => line.startsWith(`${name} `)).map(toAnswer);
	const alias = own.find(answer => answer.type === 'CNAME');
	const led =
		alias?.type === 'CNAME' && !own.some(answer => answer.type === type)
			? [alias, ...lines.filter(line => line.startsWith(`${alias.data} `)).map(toAnswer)]
			: own;
	const answers = led.filter(answer => answer.type === type || answer.type === 'CNAME');
	return {answers, authorities: answers.length > 0 ? [] : [writeSoa(60)]};
}

const writeSoa = (minimum: number): Answer => ({
	type: 'SOA',
	name: 'example.com',
	ttl: minimum,
	data: {mname: 'ns1.example.net', rname: 'hostmaster.example.com', minimum},
});

function toAnswer(line: ZoneLine): Answer {
	const [name = '', ttl, type = '', ...rest] = line.split(' ');
	const common = {name, ttl: Number(ttl)};
	const value = rest.join(' ');
	switch (type) {
		case 'A':
		case 'AAAA':
		case 'CNAME':
		case 'NS':
		case 'TXT':
			return {...common, type, data: value};
		case 'CAA': {
			const [flags, tag = '', issuer = ''] = rest;
			return {...common, type, data: {flags: Number(flags), tag: tag as CaaData['tag'], value: issuer}};
		}

		default:
			throw new Error(`No such type: ${line}`);
	}
}
