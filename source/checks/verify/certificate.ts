import type {Check} from '../../core/check.ts';

export const certificate: Check = {
	id: 'certificate',
	title: 'Certificate issued',
	isNeeded: ({domain}) => domain !== undefined,

	async check({app, domain = ''}, {fly}) {
		const detail = await fly.checkCertificate(app, domain);
		const active = detail.certificates?.find(({status}) => status === 'active');
		if (active) return {status: 'proved', detail: `issued for ${domain}`};
		const error = detail.validation_errors?.[0];
		if (detail.rate_limited_until) {
			return {
				status: 'not-yet',
				detail: `Let's Encrypt takes no more requests for ${domain} until ${detail.rate_limited_until}`,
			};
		}

		return {
			status: 'not-yet',
			detail: error
				? `${error.message}${error.remediation ? ` ${error.remediation}` : ''}`
				: `waiting for the DNS records of ${domain}`,
			hint: 'make the records, then run phxfly again',
		};
	},
};
