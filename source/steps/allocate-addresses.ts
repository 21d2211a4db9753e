import {type FlyAddress, markTime} from '../core/fly/output.ts';
import type {Thing} from '../core/ownership.ts';
import type {FlyAction, Step} from '../core/plan/step.ts';

/** Fly reports no time for a shared address, which many apps have. */
const toThing = ({Address, Type, CreatedAt}: FlyAddress): Thing => ({
	id: Address,
	...markTime(CreatedAt),
	traits: {type: Type},
});

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
		asked({words: [group, verb], flags}) {
			if (group !== 'ips') return undefined;
			if (verb === 'allocate-v6') return {type: 'v6'};
			return verb === 'allocate-v4' && flags.has('--shared') ? {type: 'shared_v4'} : undefined;
		},
		list: async (app, fly) => (await fly.listAddresses(app)).map(toThing),
		listed: ({addresses}) => addresses.map(toThing),
		removeCommand: ({app, id}) => `fly ips release ${id} -a ${app}`,
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
