import type {Machine, World} from './world/world.ts';

/** The machine goes, its volume stays. */
export function destroyMachine(world: World, machine: Machine): void {
	world.machines = world.machines.filter(({id}) => id !== machine.id);
	for (const volume of world.volumes) {
		if (volume.attached_machine_id === machine.id) volume.attached_machine_id = null;
	}
}
