import type {FlyAction, Step} from '../core/plan/step.ts';

export const allocateAddresses: Step = {
	id: 'allocate-addresses',
	title: 'Allocate addresses',
	needs: ['create-app'],
	locks: [],
	provenBy: 'addresses',
	resource: {
		kind: 'address',
		removalOrder: 2,
		removalTitle: 'Release the addresses',
		loss: (id, {addresses}) =>
			addresses.find(({Address}) => Address === id)?.Type.replace('_', ' ') ?? 'an address',
		isSeveral: true,
		listed: ({addresses}) => addresses.map(({Address}) => Address),
	},
	usualSeconds: [1, 5],
	isNeeded: () => true,

	async look({app}, {fly}) {
		const types = (await fly.listAddresses(app)).map(({Type}) => Type);
		const missing = [
			...(types.includes('v6') ? [] : ['v6']),
			...(types.includes('shared_v4') || types.includes('v4') ? [] : ['v4']),
		];
		if (missing.length === 0) return {is: 'there', id: 'IPv6 and IPv4'};
		return missing.length === 2 ? {is: 'absent'} : {is: 'partial', missing};
	},

	list: async ({app}, {fly}) => (await fly.listAddresses(app)).map(({Address}) => Address),

	samples: [['v4'], ['v6']],

	actions({app}, finding) {
		const missing = finding.is === 'partial' ? finding.missing : ['v6', 'v4'];
		const calls: readonly (readonly [string, readonly string[]])[] = [
			['v6', ['ips', 'allocate-v6', '-a', app]],
			['v4', ['ips', 'allocate-v4', '--shared', '-a', app]],
		];
		return calls
			.filter(([family]) => missing.includes(family))
			.map(([, args]): FlyAction => ({kind: 'fly', args, timeoutMs: 120_000, why: 'free of charge'}));
	},

	remove: ({app, id}) => [{kind: 'fly', args: ['ips', 'release', id, '-a', app], timeoutMs: 120_000}],

	isLeft: async ({app, id}, {fly}) => (await fly.listAddresses(app)).some(({Address}) => Address === id),
};
