import {type FlyCertificate, markTime} from '../core/fly/output.ts';
import type {Thing} from '../core/ownership.ts';
import type {Step} from '../core/plan/step.ts';

const toThing = ({hostname, created_at: at}: FlyCertificate): Thing => ({
	id: hostname,
	...markTime(at),
	traits: {},
});

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
		reusesIds: true,
		asked: ({words: [group, verb, host = '']}) =>
			group === 'certs' && verb === 'add' ? {id: host} : undefined,
		list: async (app, fly) => (await fly.listCertificates(app)).map(toThing),
		listed: ({certificates}) => certificates.map(toThing),
		removeCommand: ({app, id}) => `fly certs remove ${id} -a ${app}`,
	},
	usualSeconds: [1, 4],
	isNeeded: ({domain}) => domain !== undefined,

	async look({app, domain}, {fly}) {
		const certificate = (await fly.listCertificates(app)).find(({hostname}) => hostname === domain);
		return certificate ? {is: 'there', id: certificate.hostname} : {is: 'absent'};
	},

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
