import {isManaged, isThere} from '../core/fly/output.ts';
import type {Step} from '../core/plan/step.ts';

/** Runs only if you agreed to it, and never for an app with a volume. */
export const setMachineCount: Step = {
	id: 'set-machine-count',
	title: 'Set the number of machines to one',
	needs: ['create-app'],
	locks: [],
	agreedBy: {question: 'single-machine', answer: 'yes'},
	usualSeconds: [3, 15],
	permanent: () => 'all machines but one are destroyed, with their in-memory state',
	isNeeded: ({answers, mount}) => mount === undefined && answers.get('single-machine')?.value === 'yes',

	async look({app}, {fly}) {
		const machines = (await fly.listMachines(app)).filter(isManaged).filter(isThere);
		const ids = machines.map(({id}) => id);
		return ids.length > 1 ? {is: 'partial', missing: ids} : {is: 'there', id: ids[0] ?? 'no machine yet'};
	},

	actions: ({app}) => [
		{
			kind: 'fly',
			args: ['scale', 'count', '1', '--yes', '-a', app],
			timeoutMs: 300_000,
			why: 'destroys all machines but one; their in-memory state is lost',
		},
	],
};
