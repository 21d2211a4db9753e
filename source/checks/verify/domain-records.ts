import type {Check} from '../../core/check.ts';
import type {DnsAnswer, DnsType} from '../../core/ports.ts';
import type {DnsRecord} from '../../core/run-state.ts';

export const domainRecords: Check = {
	id: 'dns',
	title: 'DNS points to the app',
	isNeeded: ({domain}) => domain !== undefined,

	async check({app, domain = ''}, {fly, net}) {
		const addresses = await fly.listAddresses(app);
		const wanted = (types: readonly string[]) =>
			addresses.filter(({Type}) => types.includes(Type)).map(({Address}) => Address);
		const families: readonly (readonly [DnsType, readonly string[]])[] = [
			['A', wanted(['v4', 'shared_v4'])],
			['AAAA', wanted(['v6'])],
		];
		const answers = await Promise.all(
			families.map(async ([type, values]) => ({type, values, answer: await net.resolve(domain, type)})),
		);
		const unreachable = answers.find(({answer}) => answer.is === 'unreachable');
		if (unreachable?.answer.is === 'unreachable') {
			return {
				status: 'could-not-tell',
				detail: `DNS cannot be asked from here: ${unreachable.answer.message}`,
			};
		}

		const lacking = answers.filter(({values, answer}) => !pointsTo(values, answer));
		if (lacking.length === 0) return {status: 'proved', detail: `${domain} points to ${app}`};
		const records = lacking.flatMap(({type, values}) =>
			values.map((value): DnsRecord => ({recordType: type, name: domain, value})),
		);
		const stale = lacking.flatMap(({answer}) => (answer.is === 'found' ? answer.values : []));
		return {
			status: 'not-yet',
			detail:
				stale.length > 0
					? `${domain} points to ${stale.join(', ')}, which is not this app`
					: `${domain} has no ${lacking.map(({type}) => type).join(' and no ')} record yet`,
			records,
			hint: 'make the records at the registrar of the domain',
		};
	},
};

const pointsTo = (values: readonly string[], answer: DnsAnswer) =>
	answer.is === 'found' &&
	answer.values.length > 0 &&
	answer.values.every(value => values.some(wanted => isSame(wanted, value)));

/** IPv6 addresses have several spellings. */
const isSame = (a: string, b: string) => normalise(a) === normalise(b);

function normalise(address: string): string {
	return address.includes(':') ? new URL(`http://[${address}]/`).hostname : address;
}
