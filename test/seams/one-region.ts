import type {Check} from '../../source/core/verify/check.ts';

export const oneRegion: Check = {
	id: 'one-region',
	title: 'All in one region',
	isNeeded: () => true,

	async check({app, region}, {fly}) {
		const strays = (await fly.listMachines(app)).filter(machine => machine.region !== region);
		return strays.length === 0
			? {status: 'proved', detail: `everything is in ${region}`}
			: {status: 'wrong', detail: `${strays.length} machines elsewhere`, hint: `fly status -a ${app}`};
	},
};
