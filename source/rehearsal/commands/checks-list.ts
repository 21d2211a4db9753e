import type {Command} from '../arguments/invocation.ts';
import {formatTable} from '../output/format-table.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {look, print} from '../world/effects.ts';
import {findApp, listMachines} from '../world/find.ts';

/** As JSON an object from machine id to its checks; a machine without any is left out. */
export const checksList: Command = function* (context) {
	const machines = yield* look(world => {
		findApp(world, context.app, 'machines');
		return listMachines(world, context.app).filter(({checks}) => checks.length > 0);
	});
	if (wantsJson(context)) {
		yield* printJson(context, Object.fromEntries(machines.map(({id, checks}) => [id, checks])));
		return 0;
	}
	const wanted = context.flags.string('check-name');
	const rows = machines.flatMap(({id, checks}) =>
		checks
			.filter(({name}) => wanted === '' || name === wanted)
			.map(({name, status, output}) => [name, status, id, 'just now', output]),
	);
	const head = ['NAME', 'STATUS', 'MACHINE', 'LAST UPDATED', 'OUTPUT'];
	const [title = '', ...lines] = formatTable(head, rows).split('\n');
	const rule = title.replaceAll(/[^│]/g, '─').replaceAll('│', '┼');
	yield* print(`Health Checks for ${context.app}\n${title}\n${rule}\n${lines.join('\n').trimEnd()}`);
	return 0;
};
