import type {Check} from '../../core/verify/check.ts';

export const addresses: Check = {
	id: 'addresses',
	title: 'IPv6 and IPv4',
	isNeeded: () => true,

	async check({app}, {fly}) {
		const list = await fly.listAddresses(app);
		const missing = [
			...(list.some(({Type}) => Type === 'v6') ? [] : ['IPv6']),
			...(list.some(({Type}) => Type === 'v4' || Type === 'shared_v4') ? [] : ['IPv4']),
		];
		if (missing.length > 0) return {status: 'wrong', detail: `no public ${missing.join(' and no ')} address`};
		return {status: 'proved', detail: list.map(({Address}) => Address).join(', ')};
	},
};
