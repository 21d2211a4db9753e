import {isManaged} from '../../core/fly/output.ts';
import {type MachineShell, openMachineShell} from '../../core/litestream/machine.ts';
import type {PlanContext} from '../../core/plan/context.ts';
import type {Readers} from '../../core/readers.ts';

/** A shell on the app's started machine; `undefined` where none is started. */
export async function openStartedMachine(
	{app}: PlanContext,
	{fly}: Readers,
): Promise<MachineShell | undefined> {
	const started = (await fly.listMachines(app)).filter(isManaged).find(({state}) => state === 'started');
	return started && openMachineShell(fly, app, started.id);
}

export const notStarted = {
	status: 'could-not-tell',
	detail: 'no machine is started that could be asked',
} as const;
