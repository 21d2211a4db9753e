import type {Answer, CaaData} from 'dns-packet';
import type {DnsAnswer, DnsType} from '../core/readers.ts';
import type {Reply} from './name-server.ts';

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

const readTtl = (answer: Answer): number => ('ttl' in answer ? (answer.ttl ?? 0) : 0);

/** How long "there is nothing" is remembered: the smaller of the SOA record's own time and the one in it. */
function readNegativeTtl(authorities: readonly Answer[]): number {
	const soa = authorities.find(answer => answer.type === 'SOA');
	return soa ? Math.min(readTtl(soa), soa.data.minimum ?? 0) : 0;
}

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
