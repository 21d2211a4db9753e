import {
	type DomainFacts,
	type DomainVerdict,
	judgeDomain,
	listWanted,
	readDomain,
} from '../../core/domain/judge.ts';
import {writeRecord} from '../../core/domain/records.ts';
import type {PlanContext} from '../../core/plan/context.ts';
import type {Readers} from '../../core/readers.ts';
import type {Check, CheckResult} from '../../core/verify/check.ts';

export const domainRecords: Check = {
	id: 'dns',
	title: 'DNS points to the app',
	isFleeting: true,
	isNeeded: ({domain}) => domain !== undefined,

	async check(plan, readers) {
		const {app, domain = ''} = plan;
		const wanted = listWanted(app, await readers.fly.listAddresses(app));
		const reading = await readDomain(readers.net, domain);
		if (reading.is === 'unreachable') {
			const detail = `cannot query DNS from this computer: ${reading.message}`;
			return {status: 'could-not-tell', detail, isPassing: true};
		}

		if (reading.is === 'no-zone') {
			return {
				status: 'not-yet',
				detail: `${domain} is not registered, or was registered only moments ago`,
				records: [
					...wanted.a.map(value => writeRecord(undefined, 'A', domain, value)),
					...wanted.aaaa.map(value => writeRecord(undefined, 'AAAA', domain, value)),
				],
				hint: `check the spelling, register the domain, then add the records shown`,
			};
		}

		const {facts} = reading;
		const verdict = judgeDomain(facts, wanted);
		if (verdict.is === 'proxied') return judgeProxy(plan, readers, facts, verdict.addresses);
		return report(facts, verdict);
	},
};

function report(facts: DomainFacts, verdict: Exclude<DomainVerdict, {is: 'proxied'}>): CheckResult {
	const detail = verdict.said + nameSource(facts);
	if (verdict.is === 'right') return {status: 'proved', detail};
	if (verdict.is === 'cached') {
		return {status: 'not-yet', detail, hint: 'nothing to do; DNS caches update on their own'};
	}

	const {make, remove} = verdict;
	const actions = [
		...(remove.length > 0 ? [`delete ${remove.join(' and ')}`] : []),
		...(make.length > 0 ? ['add the records shown'] : []),
	];
	return {
		status: 'not-yet',
		detail,
		records: make,
		hint: `at the DNS provider of ${facts.zone.name} (${facts.zone.servers.slice(0, 2).join(', ')}), ${actions.join(', and ')}`,
	};
}

/**
Checks a domain behind Cloudflare's proxy. Fly sees neither address there and asks for a record that proves ownership.

@see https://fly.io/docs/networking/understanding-cloudflare/
*/
async function judgeProxy(
	{app, domain = ''}: PlanContext,
	{fly}: Readers,
	facts: DomainFacts,
	addresses: readonly string[],
): Promise<CheckResult> {
	const proxied = `${domain} is behind Cloudflare's proxy (${addresses.join(', ')})`;
	const {certificates, dns_requirements: wanted} = await fly.checkCertificate(app, domain);
	const {ownership, acme_challenge: challenge} = wanted;
	if (certificates?.some(({status}) => status === 'active')) {
		return {status: 'proved', detail: `${proxied}, and Fly has its certificate${nameSource(facts)}`};
	}

	const [text, alias] = await Promise.all([
		ownership ? facts.ask(ownership.name, 'TXT') : undefined,
		challenge ? facts.ask(challenge.name, 'CNAME') : undefined,
	]);
	const owned = text?.is === 'found' ? text.values.flatMap(value => value.split(';')) : [];
	const isOwned = owned.some(
		value => value.trim() === ownership?.app_value || value.trim() === ownership?.org_value,
	);
	const isChallenged = alias?.is === 'found' && alias.values[0] === challenge?.target.toLowerCase();
	if (isOwned || isChallenged) {
		return {status: 'proved', detail: `${proxied}, and the record that proves ownership exists`};
	}

	return {
		status: 'not-yet',
		detail: `${proxied}, so Fly cannot verify that it points to ${app}`,
		hint: `at Cloudflare, switch the record from Proxied to DNS only. To keep the proxy, set SSL/TLS to Full (strict)${ownership ? ` and add TXT ${ownership.name} ${ownership.app_value}` : ''}`,
	};
}

const nameSource = ({by, zone, a}: DomainFacts): string =>
	by === 'servers'
		? ''
		: ` (according to this network's resolver, which may cache for up to ${a.is === 'unreachable' ? 0 : a.ttlSeconds} s; ${zone.servers.slice(0, 2).join(' and ')} is unreachable from this computer)`;
