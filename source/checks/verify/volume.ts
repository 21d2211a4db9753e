import {isManaged} from '../../core/fly/output.ts';
import type {Check} from '../../core/verify/check.ts';

export const volume: Check = {
	id: 'volume',
	title: 'One volume, attached',
	isNeeded: ({mount}) => mount !== undefined,

	async check({app, mount, region}, {fly}) {
		const volumes = (await fly.listVolumes(app)).filter(
			({name, state}) => name === mount?.source && state !== 'pending_destroy' && state !== 'destroyed',
		);
		const [first] = volumes;
		if (!first) return {status: 'wrong', detail: `there is no volume named ${mount?.source}`};
		if (volumes.length > 1) {
			const list = volumes.map(
				({id, attached_machine_id}) => `${id}${attached_machine_id ? ' (attached)' : ''}`,
			);
			return {
				status: 'wrong',
				detail: `${volumes.length} volumes: ${list.join(', ')}`,
				hint: `destroy the unattached one: fly volumes destroy ID -a ${app}`,
			};
		}

		if (first.region !== region)
			return {status: 'wrong', detail: `${first.id} is in ${first.region}, not in ${region}`};
		if (!first.attached_machine_id) return {status: 'wrong', detail: `${first.id} is attached to no machine`};
		const machines = (await fly.listMachines(app)).filter(isManaged);
		if (!machines.some(({id}) => id === first.attached_machine_id))
			return {
				status: 'wrong',
				detail: `${first.id} is attached to ${first.attached_machine_id}, which no deploy created`,
				hint: `if you do not need that machine: fly machine destroy ${first.attached_machine_id} --force -a ${app}; then phxfly deploy`,
			};
		return {status: 'proved', detail: `${first.name}, ${first.size_gb} GB, attached`};
	},
};
