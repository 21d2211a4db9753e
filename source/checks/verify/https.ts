import {judgeDomain, listWanted, readDomain} from '../../core/domain/judge.ts';
import type {PlanContext} from '../../core/plan/context.ts';
import type {DnsAnswer, Net, Readers, Unreachable} from '../../core/readers.ts';
import type {Check, CheckResult} from '../../core/verify/check.ts';
import {type Visit, visit} from './visit.ts';

export const https: Check = {
	id: 'https',
	title: 'The domain answers over HTTPS',
	isNeeded: ({domain}) => domain !== undefined,

	async check(plan, readers) {
		const {app, domain = ''} = plan;
		const {net, fly} = readers;
		const reading = await readDomain(net, domain);
		if (reading.is === 'unreachable') {
			const detail = `DNS cannot be asked from here: ${reading.message}`;
			return {status: 'could-not-tell', detail, isPassing: true};
		}

		if (reading.is === 'no-zone') return waitForDns;
		const verdict = judgeDomain(reading.facts, listWanted(app, await fly.listAddresses(app)));
		if (verdict.is === 'open') return waitForDns;
		const {a, aaaa} = reading.facts;
		return judgeVisits(plan, readers, await visitAll(net, domain, [a, aaaa]));
	},
};

const waitForDns: CheckResult = {status: 'not-yet', detail: 'waits for DNS'};

/** To what the zone's own servers say, whatever is remembered here: once over IPv4, once over IPv6. */
const visitAll = (net: Net, domain: string, answers: readonly DnsAnswer[]): Promise<readonly Visit[]> =>
	Promise.all(
		answers
			.flatMap(answer => (answer.is === 'found' ? answer.values.slice(0, 1) : []))
			.map(address => visit(net, `https://${domain}/`, address)),
	);

async function judgeVisits(
	plan: PlanContext,
	{fly}: Readers,
	visits: readonly Visit[],
): Promise<CheckResult> {
	const {app, domain = ''} = plan;
	const wrong = visits.find(({is}) => is === 'wrong');
	const answered = visits.find(({is}) => is === 'answered');
	if (answered?.is === 'answered' && wrong === undefined) {
		return {status: 'proved', detail: `https://${domain}/ answers ${answered.said}`};
	}

	const listed = (await fly.listCertificates(app)).find(({hostname}) => hostname === domain);
	const isIssued = listed?.configured || listed?.has_fly_certificate || listed?.has_custom_certificate;
	if (!isIssued) return {status: 'not-yet', detail: 'waits for the certificate'};
	if (wrong?.is === 'wrong') return {status: 'wrong', detail: wrong.said, hint: wrong.hint};
	const [silent] = visits.filter((each): each is Unreachable => each.is === 'unreachable');
	return {
		status: 'could-not-tell',
		detail: `https://${domain}/ cannot be reached from here: ${silent?.message ?? 'it has no address'}`,
		isPassing: true,
	};
}
