import {explainExit, isManaged, isThere} from '../../core/fly/output.ts';
import {type MachineShell, openMachineShell} from '../../core/litestream/machine.ts';
import type {PlanContext} from '../../core/plan/context.ts';
import type {Readers} from '../../core/readers.ts';
import type {Check} from '../../core/verify/check.ts';

/** Opens a shell on the app's started machine; `undefined` if none is started. */
export async function openStartedMachine(
	{app}: PlanContext,
	{fly}: Readers,
): Promise<MachineShell | undefined> {
	const started = (await fly.listMachines(app)).filter(isManaged).find(({state}) => state === 'started');
	return started && openMachineShell(fly, app, started.id);
}

export const notStarted = {
	status: 'could-not-tell',
	detail: 'no machine is started',
} as const;

export const machine: Check = {
	id: 'machine',
	title: 'One machine, started',
	isNeeded: () => true,

	async check({app, region}, {fly}) {
		const machines = (await fly.listMachines(app)).filter(isManaged).filter(isThere);
		const [first] = machines;
		if (!first) return {status: 'wrong', detail: 'there is no machine', hint: 'run phxfly to deploy'};
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
