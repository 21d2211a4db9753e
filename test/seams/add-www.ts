import type {Step} from '../../source/core/plan/step.ts';

const nameOf = (domain: string | undefined) => `www.${domain}`;

/** A step of this test that creates a second certificate, which must not be mistaken for the setup's. */
export const addWww: Step = {
	id: 'add-www',
	title: 'Add the name with www',
	needs: ['allocate-addresses'],
	before: ['deploy'],
	locks: [],
	resource: {
		kind: 'alias',
		removalOrder: 0,
		removalTitle: 'Remove the name with www',
		loss: () => 'the name with www stops working',
		isNamedByUs: true,
		listed: ({certificates}) =>
			certificates.map(({hostname}) => hostname).filter(hostname => hostname.startsWith('www.')),
	},
	usualSeconds: [1, 4],
	isNeeded: ({domain}) => domain !== undefined,

	async look({app, domain}, {fly}) {
		const found = (await fly.listCertificates(app)).find(({hostname}) => hostname === nameOf(domain));
		return found ? {is: 'there', id: found.hostname} : {is: 'absent'};
	},

	list: async ({app, domain}, {fly}) =>
		(await fly.listCertificates(app))
			.map(({hostname}) => hostname)
			.filter(hostname => hostname === nameOf(domain)),
	actions: ({app, domain}) => [
		{kind: 'fly', args: ['certs', 'add', nameOf(domain), '--json', '-a', app], timeoutMs: 120_000},
	],
	remove: ({app, id}) => [
		{kind: 'fly', args: ['certs', 'remove', id, '-a', app, '--yes'], timeoutMs: 120_000},
	],
	isLeft: async ({app, id}, {fly}) => (await fly.listCertificates(app)).some(({hostname}) => hostname === id),
};
