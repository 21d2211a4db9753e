import {marks} from '../output/print.ts';
import {change, type Flow, FlyError, print, printError, wait} from '../world/effects.ts';
import {listVolumes} from '../world/find.ts';
import {makeHexId, makeStableHex} from '../world/make.ts';
import type {Machine, World} from '../world/world.ts';
import {awaitMachine, startMachine} from './boot.ts';
import type {Deployment} from './deployment.ts';
import {groupName, migrate} from './deployment.ts';
import {buildMachineConfig} from './machine-config.ts';

/** Creates one machine, and a second one if allowed: `--ha`, services, no mounts. */
export function* launchMachines(deployment: Deployment, isFirst: boolean): Flow<void> {
	const {config, context} = deployment;
	const wantsTwo = context.flags.bool('ha') && config.services.length > 0 && config.mounts.length === 0;
	yield* print(isFirst ? 'This deployment will:' : 'Process groups have changed. This will:');
	yield* print(` * create ${wantsTwo ? `2 "${groupName}" machines` : `1 "${groupName}" machine`}\n`);
	yield* print('> Launching new machine');
	yield* print(`No machines in group ${groupName}, launching a new machine`);
	yield* launch(deployment, '>');
	if (wantsTwo) {
		yield* print('Creating a second machine for high availability and zero downtime deployments.');
		yield* print('To disable this, set "min_machines_running = 0" in your fly.toml.');
		yield* launch(deployment, '✔');
	}
	yield* printError('Finished launching new machines');
}

function* launch(deployment: Deployment, mark: string): Flow<void> {
	const {context, waitTimeoutMs} = deployment;
	yield* wait(1_500);
	const machine = yield* attempt(
		change((world, nowMs) =>
			createMachine(world, nowMs, deployment, context.flags.bool('detach') ? 0 : waitTimeoutMs),
		),
	);
	yield* print(`${mark} Machine ${machine.id} [${groupName}] was created`);
	if (context.flags.bool('detach')) return;
	yield* attempt(awaitMachine(deployment, machine.id), machine.id);
	yield* change(world => {
		const own = world.machines.find(({id}) => id === machine.id);
		if (own) delete own.lease;
	});
	yield* print(`✔ Machine ${machine.id} [${groupName}] update finished: success`);
}

/** Prints the failure and rethrows it; an interruption leaves the lease, a failure releases it. */
function* attempt<T>(flow: Flow<T>, machineId?: string): Flow<T> {
	try {
		return yield* flow;
	} catch (error) {
		if (error instanceof FlyError) {
			yield* change(world => {
				const own = world.machines.find(({id}) => id === machineId);
				if (own) delete own.lease;
			});
			yield* print(`✖ Failed: ${error.message.split('\n')[0]?.replace(/ \(Request ID.*$/, '')}`);
		} else if (error instanceof Error && machineId !== undefined) {
			const label = `${machineId} [${groupName}]`;
			yield* print(
				`${marks.info} detected canceled context and allowing 500ms to release machine ${label} lease\n`,
			);
			yield* print(
				`${marks.warn} failed to release lease for machine ${label}: Delete "https://api.machines.dev/v1/machines/${machineId}/lease": ${error.message}`,
			);
			yield* print(
				`✖ Failed: smoke checks for ${machineId} failed: failed to get VM ${machineId}: ${error.message}`,
			);
			yield* printError(
				`\n\nWarn: got an error retrieving the logs so we can't show you what failed. Use \`fly logs -i ${machineId}\` or open the monitoring dashboard to see them`,
			);
		}
		throw error;
	}
}

/** @throws {FlyError} if the machine needs a volume and none is unattached in its region. */
function createMachine(world: World, nowMs: number, deployment: Deployment, leaseMs: number): Machine {
	const {context, config, region, image, brings, migrations} = deployment;
	const [mount] = config.mounts;
	const volume = listVolumes(world, context.app).find(
		entry =>
			entry.name === mount?.source &&
			entry.region === region &&
			entry.attached_machine_id === null &&
			entry.state === 'created',
	);
	if (mount && !volume) {
		throw new FlyError(
			`error creating machine configuration: New machine in group '${groupName}' needs an unattached volume named '${mount.source}' in region '${region}'`,
		);
	}
	const id = makeHexId(14);
	const at = new Date(nowMs).toISOString();
	const machine: Machine = {
		app: context.app,
		id,
		name: `autumn-river-${1000 + world.machines.length}`,
		state: 'created',
		region,
		image,
		instance_id: '',
		private_ip: `fdaa:0:1:a7b:${makeStableHex(id, 4)}:${makeStableHex(id, 8).slice(4)}:0:2`,
		created_at: at,
		updated_at: at,
		config: buildMachineConfig(deployment, volume),
		events: [],
		checks: [],
		boot: {at: nowMs},
		secrets: [],
		hasLitestream: false,
		...brings,
		...(leaseMs > 0
			? {lease: {nonce: makeHexId(12), owner: world.account.email, expiresAt: nowMs + leaseMs}}
			: {}),
	};
	if (volume) volume.attached_machine_id = id;
	migrate(machine, migrations, nowMs);
	startMachine(world, nowMs, machine, 'launch');
	world.machines.push(machine);
	return machine;
}
