import {change, type Flow, FlyError, print, wait} from '../world/effects.ts';
import {findMachine, listVolumes} from '../world/find.ts';
import type {Machine} from '../world/world.ts';
import {awaitHealth, awaitStart, smoke} from './boot.ts';
import type {Deployment} from './deployment.ts';
import {groupName} from './deployment.ts';
import {keepLease, releaseLease, takeLease} from './lease.ts';
import {buildMachineConfig} from './machine-config.ts';
import {startMachine} from './start-machine.ts';

/** Updates every machine in place, one after the other. */
export function* updateMachines(deployment: Deployment, machines: readonly Machine[]): Flow<void> {
	for (const {id} of machines) yield* takeLease(id);
	yield* print(`Updating existing machines in '${deployment.context.app}' with rolling strategy`);
	for (const {id} of machines) {
		try {
			yield* update(deployment, id);
		} catch (error) {
			if (error instanceof FlyError) {
				yield* releaseLease(id);
				yield* print(`✖ Failed: ${error.message.split('\n')[0]}`);
			}
			throw error;
		}
		yield* releaseLease(id);
		yield* print(`\n✔ Machine ${id} [${groupName}] update succeeded`);
	}
}

function* update(deployment: Deployment, id: string): Flow<void> {
	const label = `${id} [${groupName}]`;
	const {flags} = deployment.context;
	yield* print(`> Updating ${label}`);
	yield* print(`> Updating ${label}`);
	yield* wait(1_500);
	yield* change((world, nowMs) => {
		const machine = findMachine(world, id);
		const volumes = listVolumes(world, machine.app);
		const volume =
			volumes.find(entry => entry.attached_machine_id === id) ??
			volumes.find(
				entry =>
					entry.name === deployment.config.mounts[0]?.source &&
					entry.region === machine.region &&
					entry.attached_machine_id === null,
			);
		if (volume) volume.attached_machine_id = id;
		machine.image = deployment.image;
		machine.hasLitestream = deployment.hasLitestream;
		if (deployment.migration !== undefined) machine.migration = deployment.migration;
		machine.config = buildMachineConfig(deployment, volume);
		startMachine(world, nowMs, machine, 'update');
	});
	if (flags.bool('detach')) return;
	yield* print(`> Waiting for ${label} to have state: started`);
	yield* awaitStart(deployment, id);
	yield* print(`> Machine ${label} has state: started`);
	yield* keepLease(id);
	yield* print(`> Checking that ${label} is up and running`);
	if (!flags.knows('smoke-checks') || flags.bool('smoke-checks')) yield* smoke(id);
	yield* awaitHealth(deployment, id);
	yield* print(`> Waiting for ${label} to become healthy: 1/1`);
}
