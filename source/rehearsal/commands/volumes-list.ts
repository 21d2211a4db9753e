import type {Command} from '../arguments/invocation.ts';
import {formatTable} from '../output/format-table.ts';
import {formatVolume} from '../output/format-volume.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {look, print} from '../world/effects.ts';
import {findApp, listVolumes} from '../world/find.ts';

export const volumesList: Command = function* (context) {
	const volumes = yield* look(world => {
		findApp(world, context.app);
		const all = world.volumes.filter(({app}) => app === context.app);
		return context.flags.bool('all') ? all : listVolumes(world, context.app);
	});
	if (wantsJson(context)) {
		yield* printJson(context, volumes.map(formatVolume));
		return 0;
	}
	const head = ['ID', 'STATE', 'NAME', 'SIZE', 'REGION', 'ZONE', 'ENCRYPTED', 'ATTACHED VM', 'CREATED AT'];
	const rows = volumes.map(({id, state, name, size_gb, region, zone, encrypted, attached_machine_id}) => [
		id,
		state,
		name,
		`${size_gb}GB`,
		region,
		zone,
		String(encrypted),
		attached_machine_id ?? '',
		'just now',
	]);
	yield* print(formatTable(head, rows));
	return 0;
};
