import type {AppConfig} from '../app-config/app-config.ts';
import type {Context} from '../arguments/invocation.ts';
import {type Flow, FlyError, look} from '../world/effects.ts';
import {listVolumes} from '../world/find.ts';
import type {Machine} from '../world/world.ts';
import {groupName} from './deployment.ts';

/** On a later deploy flyctl makes no volume: there must be one, and an attached one cannot be changed for another. */
export function* checkVolumes({app}: Context, config: AppConfig, machines: readonly Machine[]): Flow<void> {
	const [mount] = config.mounts;
	const volumes = yield* look(world => listVolumes(world, app));
	for (const machine of machines) {
		const attached = volumes.find(volume => volume.attached_machine_id === machine.id);
		if (attached && !mount) throw new FlyError('yes flag must be specified when not running interactively');
		if (attached && mount && attached.name !== mount.source) {
			throw new FlyError(
				`machine ${machine.id} [${groupName}] has volume '${attached.name}' attached, can't update the attached volume to '${mount.source}'`,
			);
		}
		if (!attached && mount) requireFree(volumes, mount.source, machine.region);
	}
	if (machines.length === 0 && mount) {
		const isFree = volumes.some(
			volume => volume.name === mount.source && volume.attached_machine_id === null,
		);
		if (isFree) return;
		throw new FlyError(
			`creating a new machine in group '${groupName}' requires an unattached '${mount.source}' volume. Create it with \`fly volume create ${mount.source}\``,
		);
	}
}

function requireFree(
	volumes: readonly {name: string; region: string; attached_machine_id: string | null}[],
	name: string,
	region: string,
): void {
	const isFree = volumes.some(
		volume => volume.name === name && volume.region === region && volume.attached_machine_id === null,
	);
	if (isFree) return;
	throw new FlyError(
		`machine in group '${groupName}' needs an unattached volume named '${name}' in region '${region}'`,
	);
}
