import {Failure} from '../core/errors/failure.ts';
import {isManaged, isThere} from '../core/fly/output.ts';
import {findMachineLitestream, measureRoom, openMachineShell} from '../core/litestream/machine.ts';
import {nameScratch} from '../core/litestream/restore.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Readers} from '../core/readers.ts';
import type {RestoreTarget} from './drill.ts';

/**
The app's one machine, when it can restore.

@throws {Failure} `drill-impossible` (exit 3) when it cannot.
*/
export async function findMachinePlace(plan: PlanContext, {fly, clock}: Readers): Promise<RestoreTarget> {
	const {app, databasePath} = plan;
	if (!databasePath) throw impossible('DATABASE_PATH is not in fly.toml, so the database cannot be named');
	const machine = (await fly.listMachines(app)).filter(isManaged).find(isThere);
	if (machine?.state !== 'started') {
		throw impossible(machine ? `the machine is ${machine.state}` : 'there is no machine');
	}

	const shell = openMachineShell(fly, app, machine.id);
	const litestream = await findMachineLitestream(shell, plan);
	if (!litestream) throw impossible("the machine's image has no Litestream that could be asked");
	const room = await measureRoom(shell, databasePath, true);
	const scratch = nameScratch('drill', clock.now());
	return {shell, litestream, clock, room, databasePath, scratch, where: 'machine'};
}

const impossible = (why: string): Failure =>
	new Failure('drill-impossible', `Nothing could be restored on the machine: ${why}.`, {
		hint: 'With litestream on the PATH and the keys in the environment it is restored here.',
	});
