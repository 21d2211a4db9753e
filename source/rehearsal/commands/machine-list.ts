import type {Command} from '../arguments/invocation.ts';
import {formatTable} from '../output/format-table.ts';
import {formatMachine} from '../output/machine.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {look, print} from '../world/effects.ts';
import {findApp, listMachines} from '../world/find.ts';

export const machineList: Command = function* (context) {
	const machines = yield* look(world => {
		findApp(world, context.app, 'machines');
		return listMachines(world, context.app);
	});
	if (wantsJson(context)) yield* printJson(context, machines.map(formatMachine));
	else if (context.flags.bool('quiet')) for (const {id} of machines) yield* print(id);
	else {
		yield* print(`${machines.length} machines have been retrieved from app ${context.app}.`);
		yield* print(`View them in the UI here (https://fly.io/apps/${context.app}/machines/)\n`);
		const rows = machines.map(({id, name, state, region, image, private_ip}) => [
			id,
			name,
			state,
			region,
			image,
			private_ip,
		]);
		yield* print(formatTable(['ID', 'NAME', 'STATE', 'REGION', 'IMAGE', 'IP ADDRESS'], rows));
	}
	return 0;
};
