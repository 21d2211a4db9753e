import {judgeDomain, listWanted, readDomain} from '../../core/domain/judge.ts';
import type {PlanContext} from '../../core/plan/context.ts';
import type {DnsAnswer, Net, Readers, Unreachable} from '../../core/readers.ts';
import type {Check, CheckResult} from '../../core/verify/check.ts';

type Visit =
	| {readonly is: 'answered'; readonly detail: string}
	| {readonly is: 'wrong'; readonly detail: string; readonly hint: string}
	| Unreachable;

const mostHops = 5;

/** Certificate errors that the server causes: a certificate for another name, or for another time. */
const wrongCertificates = ['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

/** Requests a page at that address and follows redirects on the same host. */
async function visit(net: Net, start: string, address: string): Promise<Visit> {
	const seen: string[] = [];
	let url = start;
	while (!seen.includes(url) && seen.length <= mostHops) {
		seen.push(url);
		const answer = await net.request({method: 'GET', url, address});
		if (answer.is === 'unreachable') {
			if (!wrongCertificates.includes(answer.code)) return answer;
			return {
				is: 'wrong',
				detail: `${start} serves a certificate for another domain: ${answer.message}`,
				hint: "another server or a proxy is responding; check the domain's DNS records",
			};
		}

		const {status, headers} = answer;
		if (status >= 500) {
			return {is: 'wrong', detail: `${url} answers ${status}`, hint: 'check fly logs'};
		}

		const next = status >= 300 && status < 400 ? readTarget(headers.location, url) : undefined;
		if (!next) return {is: 'answered', detail: String(status)};
		if (next.host !== new URL(start).host)
			return {is: 'answered', detail: `${status}, redirects to ${next.href}`};
		url = next.href;
	}

	return {
		is: 'wrong',
		detail: `${start} redirects in a loop`,
		hint: "force_ssl needs rewrite_on: [:x_forwarded_proto] in config/prod.exs; behind Cloudflare's proxy SSL/TLS must be Full (strict)",
	};
}

function readTarget(location: string | undefined, base: string): URL | undefined {
	return location !== undefined && URL.canParse(location, base) ? new URL(location, base) : undefined;
}

export const https: Check = {
	id: 'https',
	title: 'The domain answers over HTTPS',
	isNeeded: ({domain}) => domain !== undefined,

	async check(plan, readers) {
		const {app, domain = ''} = plan;
		const {net, fly} = readers;
		const reading = await readDomain(net, domain);
		if (reading.is === 'unreachable') {
			const detail = `cannot query DNS from this computer: ${reading.message}`;
			return {status: 'could-not-tell', detail, isPassing: true};
		}

		if (reading.is === 'no-zone') return waitForDns;
		const verdict = judgeDomain(reading.facts, listWanted(app, await fly.listAddresses(app)));
		if (verdict.is === 'open') return waitForDns;
		const {a, aaaa} = reading.facts;
		return judgeVisits(plan, readers, await visitAll(net, domain, [a, aaaa]));
	},
};

const waitForDns: CheckResult = {status: 'not-yet', detail: 'waiting for DNS'};

/** Visits the addresses from the zone's own servers, regardless of local caches: once over IPv4 and once over IPv6. */
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
		return {status: 'proved', detail: `https://${domain}/ answers ${answered.detail}`};
	}

	const listed = (await fly.listCertificates(app)).find(({hostname}) => hostname === domain);
	const isIssued = listed?.configured || listed?.has_fly_certificate || listed?.has_custom_certificate;
	if (!isIssued) return {status: 'not-yet', detail: 'waiting for the certificate'};
	if (wrong?.is === 'wrong') return {status: 'wrong', detail: wrong.detail, hint: wrong.hint};
	const [silent] = visits.filter((each): each is Unreachable => each.is === 'unreachable');
	return {
		status: 'could-not-tell',
		detail: `https://${domain}/ cannot be reached from here: ${silent?.message ?? 'it has no address'}`,
		isPassing: true,
	};
}
