import type {Command} from '../arguments/invocation.ts';
import {confirm} from '../confirm.ts';
import {findVolume} from '../find-volume.ts';
import {change, FlyError, look, print, wait} from '../world/effects.ts';
import {listVolumes} from '../world/find.ts';
import {formatRequestId} from '../world/make.ts';

/** The volume stays in `pending_destroy` for a day. */
export const volumesDestroy: Command = function* (context) {
	const {args, app} = context;
	if (args.length === 0) throw new FlyError('volume ID must be specified when not running interactively');
	for (const id of args) {
		const left = yield* look(
			world => listVolumes(world, app).filter(({state}) => state === 'created').length - 1,
		);
		const warning = `Warning! Every volume is pinned to a specific physical host. You should create two or more volumes per application. Deleting this volume will leave you with ${Math.max(0, left)} volume(s) for this application, and it is not reversible.  Learn more at https://fly.io/docs/volumes/overview/`;
		if (!(yield* confirm(context, 'Are you sure you want to destroy this volume?', warning))) return 0;
		yield* wait(600);
		const name = yield* change(world => {
			const doing = `failed destroying volume: failed to destroy volume ${id}`;
			const volume = findVolume(world, id, app, doing);
			if (volume.attached_machine_id !== null) {
				throw new FlyError(
					`${doing}: volume is in use by machine ${volume.attached_machine_id} ${formatRequestId()}`,
				);
			}
			volume.state = 'pending_destroy';
			return volume.name;
		});
		yield* wait(300);
		yield* print(`Destroyed volume ID: ${id} name: ${name}`);
	}
	return 0;
};
