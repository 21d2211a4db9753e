import {explainExit, isManaged, isThere} from '../../core/fly/output.ts';
import type {Check} from '../../core/verify/check.ts';

export const machine: Check = {
	id: 'machine',
	title: 'One machine, started',
	isNeeded: () => true,

	async check({app, region}, {fly}) {
		const machines = (await fly.listMachines(app)).filter(isManaged).filter(isThere);
		const [first] = machines;
		if (!first)
			return {status: 'wrong', detail: 'there is no machine', hint: 'phxfly goes on with the deploy'};
		if (machines.length > 1) {
			const ids = machines.map(({id}) => id).join(', ');
			return {
				status: 'wrong',
				detail: `${machines.length} machines: ${ids}`,
				hint: `fly scale count 1 -a ${app}`,
			};
		}

		if (first.state !== 'started') {
			const why = explainExit(first);
			return {
				status: ['created', 'starting'].includes(first.state) ? 'not-yet' : 'wrong',
				detail: `${first.id} is ${first.state}${why ? `: ${why}` : ''}`,
				hint: `fly logs -a ${app}`,
			};
		}

		if (first.region !== region)
			return {status: 'wrong', detail: `${first.id} runs in ${first.region}, not in ${region}`};
		return {status: 'proved', detail: `1, started, ${first.region}`};
	},
};
