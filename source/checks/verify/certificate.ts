import type {CertificateDetail} from '../../core/fly/output.ts';
import type {Check, CheckResult} from '../../core/verify/check.ts';

export const certificate: Check = {
	id: 'certificate',
	title: 'Certificate issued',
	isNeeded: ({domain}) => domain !== undefined,

	async check({app, domain = ''}, {fly}) {
		const detail = await fly.checkCertificate(app, domain);
		const active = detail.certificates?.find(({status}) => status === 'active');
		return active ? {status: 'proved', detail: `issued for ${domain}`} : explain(domain, detail);
	},
};

function explain(domain: string, detail: CertificateDetail): CheckResult {
	const {rate_limited_until: until, validation_errors: errors, certificates, dns_requirements} = detail;
	if (until) {
		const untilMs = Date.parse(until);
		return {
			status: 'not-yet',
			detail: `Let's Encrypt is rate limiting requests for ${domain} until ${until}`,
			hint: 'fix the records meanwhile; retrying sooner does not help',
			...(Number.isNaN(untilMs) ? {} : {notBeforeMs: untilMs}),
		};
	}

	const {ownership} = dns_requirements;
	if (ownership && certificates?.some(({status}) => status === 'pending_ownership')) {
		return {
			status: 'not-yet',
			detail: `Fly needs proof that you own ${domain}`,
			records: [{recordType: 'TXT', name: ownership.name, value: ownership.app_value}],
			hint: 'add the TXT record shown',
		};
	}

	const [error] = errors ?? [];
	return {
		status: 'not-yet',
		detail: error
			? `${error.message}${error.remediation ? ` ${error.remediation}` : ''}`
			: `waiting for the DNS records of ${domain}`,
		hint: 'issued automatically once DNS is correct; phxfly verify --watch waits for it',
	};
}
