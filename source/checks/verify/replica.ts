import {isManaged, isThere} from '../../core/fly/output.ts';
import {
	findLackOfRoom,
	findMachineLitestream,
	measureRoom,
	openMachineShell,
} from '../../core/litestream/machine.ts';
import {nameScratch, removeScratch} from '../../core/litestream/restore.ts';
import type {Check, CheckResult} from '../../core/verify/check.ts';
import {proveByGeneration} from '../replica/generation.ts';
import {proveByTransaction} from '../replica/transaction.ts';
import {otherHistoryHint, readArrival} from '../replica/trial.ts';

/**
Verifies that data committed on the machine can be restored from the bucket: a restored copy contains the current transactions. `status`,
`list`, and objects in the bucket do not verify that.
*/
export const replica: Check = {
	id: 'replica',
	title: 'The replica can be restored',
	isNeeded: ({provider}) => provider !== undefined,

	async check(plan, readers) {
		const {app, databasePath} = plan;
		const {fly, clock} = readers;
		const machine = (await fly.listMachines(app)).filter(isManaged).find(isThere);
		if (!machine) return {status: 'wrong', detail: 'there is no machine to replicate from'};
		if (machine.state !== 'started') {
			return {
				status: 'wrong',
				detail: `process: the machine is ${machine.state}`,
				hint: `fly logs -a ${app}`,
			};
		}

		if (!databasePath) {
			return {
				status: 'could-not-tell',
				detail: `DATABASE_PATH is not in ${plan.flyTomlPath}, so the database path is unknown`,
			};
		}

		const shell = openMachineShell(fly, app, machine.id);
		const litestream = await findMachineLitestream(shell, plan);
		if (!litestream) return withArrival(await readArrival(plan, readers));

		const room = await measureRoom(shell, databasePath, false);
		const lack = findLackOfRoom(room);
		const scratch = nameScratch('verify', clock.now());
		const tools = {shell, litestream, clock};
		const options = {databasePath, scratch, bytes: room.databaseBytes ?? 0, limitSeconds: 120};
		const prove = litestream.is05 ? proveByTransaction : proveByGeneration;
		try {
			const first = await prove({plan, readers, tools, options, lack});
			if (first.hint !== otherHistoryHint) return first;
			// Rows that change during the check can look like a different database once.
			await removeScratch(shell, scratch);
			return await prove({plan, readers, tools, options, lack});
		} finally {
			await removeScratch(shell, scratch);
		}
	},
};

const withArrival = (arrival: string | undefined): CheckResult => ({
	status: 'could-not-tell',
	detail: `the image does not include litestream${arrival ? `; ${arrival}` : ''}`,
	hint: "install litestream on the image's PATH",
});
