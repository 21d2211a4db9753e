import type {Step} from '../core/plan/step.ts';

export const addCertificate: Step = {
	id: 'add-certificate',
	title: 'Add the certificate',
	needs: ['allocate-addresses'],
	locks: [],
	provenBy: 'certificates',
	resource: {
		kind: 'certificate',
		removalOrder: 1,
		removalTitle: 'Remove the certificate',
		loss: () => 'the domain stops working',
		isNamedByUs: true,
		listed: ({certificates}) => certificates.map(({hostname}) => hostname),
	},
	usualSeconds: [1, 4],
	isNeeded: ({domain}) => domain !== undefined,

	async look({app, domain}, {fly}) {
		const certificate = (await fly.listCertificates(app)).find(({hostname}) => hostname === domain);
		return certificate ? {is: 'there', id: certificate.hostname} : {is: 'absent'};
	},

	list: async ({app}, {fly}) => (await fly.listCertificates(app)).map(({hostname}) => hostname),

	async records({app, domain = ''}, {fly}) {
		const {dns_requirements: required, configured} = await fly.checkCertificate(app, domain);
		if (configured) return [];
		return [
			...(required.a ?? []).map(value => ({recordType: 'A', name: domain, value})),
			...(required.aaaa ?? []).map(value => ({recordType: 'AAAA', name: domain, value})),
		];
	},

	actions: ({app, domain = ''}) => [
		{kind: 'fly', args: ['certs', 'add', domain, '--json', '-a', app], timeoutMs: 120_000},
	],

	remove: ({app, id}) => [
		{kind: 'fly', args: ['certs', 'remove', id, '-a', app, '--yes'], timeoutMs: 120_000},
	],

	isLeft: async ({app, id}, {fly}) => (await fly.listCertificates(app)).some(({hostname}) => hostname === id),
};
