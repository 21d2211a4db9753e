import type {FlyCertificate} from '../../source/core/fly/output.ts';
import type {Thing} from '../../source/core/ownership.ts';
import type {Step} from '../../source/core/plan/step.ts';

const toThing = ({hostname, created_at: mark}: FlyCertificate): readonly Thing[] =>
	hostname.startsWith('www.') ? [{id: hostname, mark, traits: {}}] : [];

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
		asked: ({words: [, verb, host = '']}) => (verb === 'add' ? {id: host} : undefined),
		list: async (app, fly) => (await fly.listCertificates(app)).flatMap(toThing),
		listed: ({certificates}) => certificates.flatMap(toThing),
		removeCommand: ({app, id}) => `fly certs remove ${id} -a ${app}`,
	},
	usualSeconds: [1, 4],
	isNeeded: ({domain}) => domain !== undefined,

	async look({app, domain}, {fly}) {
		const found = (await fly.listCertificates(app)).find(({hostname}) => hostname === nameOf(domain));
		return found ? {is: 'there', id: found.hostname} : {is: 'absent'};
	},

	actions: ({app, domain}) => [
		{kind: 'fly', args: ['certs', 'add', nameOf(domain), '--json', '-a', app], timeoutMs: 120_000},
	],
	remove: ({app, id}) => [
		{kind: 'fly', args: ['certs', 'remove', id, '-a', app, '--yes'], timeoutMs: 120_000},
	],
	isLeft: async ({app, id}, {fly}) => (await fly.listCertificates(app)).some(({hostname}) => hostname === id),
};
