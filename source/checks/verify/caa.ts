import {type DomainFacts, readDomain} from '../../core/domain/judge.ts';
import {allowsLetsEncrypt, writeRecord} from '../../core/domain/records.ts';
import type {DnsAnswer, Net} from '../../core/readers.ts';
import type {Check} from '../../core/verify/check.ts';

export const caa: Check = {
	id: 'caa',
	title: "Let's Encrypt can issue a certificate",
	isFleeting: true,
	isNeeded: ({domain}) => domain !== undefined,

	async check({domain = ''}, {net}) {
		const reading = await readDomain(net, domain);
		if (reading.is === 'no-zone')
			return {status: 'not-yet', detail: `waiting for ${domain} to be registered`};
		const found =
			reading.is === 'unreachable' ? {place: domain, answer: reading} : await findSet(net, reading.facts);
		if (!found) return {status: 'proved', detail: 'no CAA record blocks it'};
		const {place, answer} = found;
		if (answer.is === 'unreachable') {
			const detail = `cannot query DNS from this computer: ${answer.message}`;
			return {status: 'could-not-tell', detail, isPassing: true};
		}

		const values = answer.is === 'found' ? answer.values : [];
		if (allowsLetsEncrypt(values)) return {status: 'proved', detail: `the CAA record of ${place} allows it`};
		const zone = reading.is === 'read' ? reading.facts.zone.name : undefined;
		return {
			status: 'not-yet',
			detail: `the CAA record of ${place} forbids Let's Encrypt, which issues Fly's certificates: ${values.join(', ')}`,
			records: [writeRecord(zone, 'CAA', place, '0 issue "letsencrypt.org"')],
			hint: `add the CAA record shown, or delete the existing one: ${values.join(', ')}`,
		};
	},
};

/** Returns the CAA records that apply: those of the name, or of the closest parent that has any. */
async function findSet(
	net: Net,
	{domain, zone, alias, ask}: DomainFacts,
): Promise<{readonly place: string; readonly answer: DnsAnswer} | undefined> {
	const labels = domain.split('.');
	for (const [index] of labels.slice(0, -1).entries()) {
		const place = labels.slice(index).join('.');
		const isOwn = place === zone.name || place.endsWith(`.${zone.name}`);
		const isAlias = index === 0 && alias !== undefined;
		const answer = await (isOwn && !isAlias ? ask(place, 'CAA') : net.resolve(place, 'CAA'));
		if (answer.is !== 'absent') return {place, answer};
	}

	return undefined;
}
