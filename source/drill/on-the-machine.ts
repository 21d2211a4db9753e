import {Failure} from '../core/errors/failure.ts';
import {isManaged, isThere} from '../core/fly/output.ts';
import {findMachineLitestream, measureRoom, openMachineShell} from '../core/litestream/machine.ts';
import {nameScratch} from '../core/litestream/restore.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Readers} from '../core/readers.ts';
import type {RestoreTarget} from './drill.ts';

/**
Returns the app's machine, if it can restore.

@throws {Failure} `drill-impossible` (exit 3) if it cannot.
*/
export async function findMachinePlace(plan: PlanContext, {fly, clock}: Readers): Promise<RestoreTarget> {
	const {app, databasePath, flyTomlPath} = plan;
	if (!databasePath)
		throw impossible(`DATABASE_PATH is not in ${flyTomlPath}, so the database path is unknown`);
	const machine = (await fly.listMachines(app)).filter(isManaged).find(isThere);
	if (machine?.state !== 'started') {
		throw impossible(machine ? `the machine is ${machine.state}` : 'there is no machine');
	}

	const shell = openMachineShell(fly, app, machine.id);
	const litestream = await findMachineLitestream(shell, plan);
	if (!litestream) throw impossible('the image does not include litestream');
	const room = await measureRoom(shell, databasePath, true);
	const scratch = nameScratch(clock.now());
	return {shell, litestream, clock, room, databasePath, scratch, where: 'machine'};
}

const impossible = (why: string): Failure =>
	new Failure('drill-impossible', `Cannot restore on the machine: ${why}.`, {
		hint: 'To restore on this computer, install litestream and set the keys in the environment.',
	});
