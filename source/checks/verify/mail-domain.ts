import {
	judgeMailKey,
	readSenderDomains,
	readSenderRecords,
	resendDomains,
	type SenderDomain,
} from '../../core/domain/mail.ts';
import type {PlanContext} from '../../core/plan/context.ts';
import type {Net} from '../../core/readers.ts';
import type {Secret} from '../../core/secrets/secret.ts';
import type {Check, CheckResult} from '../../core/verify/check.ts';

const findKey = ({appSecrets}: PlanContext) =>
	appSecrets.find(({name, from}) => name === 'RESEND_API_KEY' && from !== undefined);

/**
Checks whether Resend sends for the domain, if this run has the key.

@see {@link https://resend.com/docs/api-reference/domains/list-domains | List Domains}
*/
export const mailDomain: Check = {
	id: 'mail-domain',
	title: 'Mail domain verified',
	isNeeded: plan => plan.domain !== undefined && findKey(plan) !== undefined,

	async check(plan, {net, secrets}) {
		const host = plan.domain ?? '';
		const wanted = findKey(plan);
		const ask = askWith(net, wanted && secrets.find(wanted));
		const listed = await ask(resendDomains);
		if (listed.is !== 'answered') return {status: 'could-not-tell', detail: listed.message, isPassing: true};
		const verdict = judgeMailKey(listed);
		if (verdict === 'only-sends') {
			return {
				status: 'could-not-tell',
				detail: 'this key can only send, so phxfly cannot check the domain',
				hint: `make sure ${host} is verified at https://resend.com/domains`,
			};
		}

		if (verdict === 'refused') {
			return {
				status: 'wrong',
				detail: 'Resend does not recognize this key',
				hint: 'create one at https://resend.com/api-keys and run phxfly with it in RESEND_API_KEY',
			};
		}

		const domains = listed.status === 200 ? readSenderDomains(listed.body) : undefined;
		if (!domains)
			return {status: 'could-not-tell', detail: `Resend answered ${listed.status}`, isPassing: true};
		const domain = domains.find(({name}) => name.toLowerCase() === host);
		if (!domain) {
			return {
				status: 'not-yet',
				detail: `Resend has no domain ${host}, so it rejects every email`,
				hint: `add ${host} at https://resend.com/domains`,
			};
		}

		return domain.status === 'verified'
			? {status: 'proved', detail: `${host} is verified at Resend`}
			: listWhatIsMissing(domain, await ask(`${resendDomains}/${domain.id}`));
	},
};

const askWith = (net: Net, key: Secret | undefined) => (url: string) =>
	net.request({method: 'GET', url, headers: {authorization: `Bearer ${key?.reveal() ?? ''}`}});

function listWhatIsMissing(
	{name, status}: SenderDomain,
	shown: Awaited<ReturnType<Net['request']>>,
): CheckResult {
	return {
		status: 'not-yet',
		detail: `Resend says ${status.replaceAll('_', ' ')} of ${name}`,
		records: shown.is === 'answered' ? readSenderRecords(shown.body, name) : [],
		hint: 'add the records shown, then select Verify at https://resend.com/domains',
	};
}
