import type {CaaRecord} from 'node:dns';
import {Resolver} from 'node:dns/promises';
import type {DnsAnswer, DnsType, Net} from '../core/ports.ts';
import {explainNetworkError} from './explain-network-error.ts';

export type Options = {
	/** Name servers as `address` or `address:port`; the system's own unless given. */
	readonly servers?: readonly string[] | undefined;
	/** Real milliseconds for one try; there are two. */
	readonly timeoutMs: number;
};

/**
Opens DNS look-ups that ask name servers directly, past /etc/hosts. Every look-up has a resolver of its own, so no
answer comes from a cache of ours. A CAA record is written as in a zone file: `0 issue "letsencrypt.org"`.
*/
export function openDns({servers, timeoutMs}: Options): Pick<Net, 'resolve'> {
	return {
		async resolve(name, type): Promise<DnsAnswer> {
			const resolver = new Resolver({timeout: timeoutMs, tries: 2});
			if (servers) resolver.setServers(servers);
			try {
				const values = await lookUp(resolver, name, type);
				return values.length > 0 ? {is: 'found', values} : {is: 'absent'};
			} catch (error) {
				const failure = explainNetworkError(error);
				return failure.why === 'no-name' ? {is: 'absent'} : failure;
			}
		},
	};
}

async function lookUp(resolver: Resolver, name: string, type: DnsType): Promise<readonly string[]> {
	switch (type) {
		case 'A':
			return resolver.resolve4(name);
		case 'AAAA':
			return resolver.resolve6(name);
		case 'CNAME':
			return resolver.resolveCname(name);
		case 'NS':
			return resolver.resolveNs(name);
		case 'TXT':
			return (await resolver.resolveTxt(name)).map(pieces => pieces.join(''));
		case 'CAA':
			return (await resolver.resolveCaa(name)).map(writeCaa);
	}
}

function writeCaa({critical, issue, issuewild, iodef, contactemail, contactphone}: CaaRecord): string {
	const properties = Object.entries({issue, issuewild, iodef, contactemail, contactphone});
	const [tag = '', value = ''] = properties.find(([, text]) => text !== undefined) ?? [];
	return `${critical} ${tag} "${value}"`;
}
