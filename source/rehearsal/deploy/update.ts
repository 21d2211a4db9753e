import type {Context} from '../arguments/invocation.ts';
import {asTable} from '../config/config.ts';
import {buildAppConfig} from '../config/load.ts';
import {change, type Flow, FlyError, Interruption, look, print, printError, wait} from '../world/effects.ts';
import {findMachine, listMachines, listReleases, listVolumes} from '../world/find.ts';
import type {Machine} from '../world/world.ts';
import {awaitHealth, awaitStart, smoke, startMachine} from './boot.ts';
import {
	createRelease,
	type Deployment,
	groupName,
	keepLease,
	markRelease,
	migrate,
	printReleaseJson,
	releaseLease,
	takeLease,
} from './deployment.ts';
import {buildMachineConfig} from './machine-config.ts';

const usualTimeoutMs = 300_000;

/** Restarts the app's machines with the current secrets: a new release without a new image. */
export function* rollMachines(context: Context): Flow<number> {
	const {app, flags} = context;
	const {machines, last} = yield* look(world => ({
		machines: listMachines(world, app),
		last: listReleases(world, app)[0],
	}));
	const image = machines[0]?.image ?? last?.imageRef ?? '';
	const release = yield* createRelease(app, image, last?.config ?? {}, 'Secrets');
	const deployment: Deployment = {
		context,
		config: buildAppConfig({}),
		guest: {cpu_kind: 'shared', cpus: 1, memory_mb: 256},
		region: machines[0]?.region ?? '',
		image,
		...release,
		waitTimeoutMs: usualTimeoutMs,
		migrations: [],
	};
	try {
		for (const {id} of machines) yield* takeLease(id);
		yield* print(`Updating existing machines in '${app}' with rolling strategy`);
		for (const {id} of machines) yield* roll(deployment, id);
	} catch (error) {
		if (error instanceof FlyError) yield* print(`✖ Failed: ${error.message.split('\n')[0]}`);
		yield* markRelease(release.releaseId, error instanceof Interruption ? 'interrupted' : 'failed');
		throw error;
	}
	yield* markRelease(release.releaseId, 'complete');
	if (!flags.knows('dns-checks') || flags.bool('dns-checks')) {
		yield* printError(`Checking DNS configuration for ${app}.fly.dev`);
		yield* wait(3_000);
		yield* printError('✓ DNS configuration verified');
	}
	yield* printReleaseJson(context, release.releaseId);
	return 0;
}

function* roll(deployment: Deployment, id: string): Flow<void> {
	const label = `${id} [${groupName}]`;
	yield* print(`> Updating ${label}`);
	yield* wait(1_500);
	yield* change((world, nowMs) => {
		const machine = findMachine(world, id);
		const metadata = {
			...asTable(machine.config.metadata),
			fly_release_id: deployment.releaseId,
			fly_release_version: String(deployment.version),
		};
		machine.config = {...machine.config, metadata};
		startMachine(world, nowMs, machine, 'update');
	});
	if (!deployment.context.flags.knows('detach') || !deployment.context.flags.bool('detach')) {
		yield* print(`> Waiting for ${label} to have state: started`);
		yield* awaitStart(deployment, id);
		yield* print(`> Machine ${label} has state: started`);
		yield* print(`> Checking that ${label} is up and running`);
		yield* smoke(id);
		yield* awaitHealth(deployment, id);
		yield* print(`> Waiting for ${label} to become healthy: 1/1\n`);
	}
	yield* releaseLease(id);
	yield* print(`✔ Machine ${label} update succeeded`);
}

/** Updates every machine in place, one after another. */
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
		for (const key of [
			'litestreamYml',
			'litestream',
			'judgment',
			'needs',
			'refusedPaths',
			'listens',
		] as const)
			delete machine[key];
		Object.assign(machine, deployment.brings);
		migrate(machine, deployment.migrations, nowMs);
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
