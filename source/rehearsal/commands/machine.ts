import type {Command} from '../arguments/invocation.ts';
import {startMachine} from '../deploy/start-machine.ts';
import {destroyMachine} from '../destroy-machine.ts';
import {formatTable} from '../output/format-table.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {change, FlyError, look, print, wait} from '../world/effects.ts';
import {findMachine} from '../world/find.ts';
import {formatRequestId} from '../world/make.ts';

const noId = 'a machine ID must be specified when not running interactively';
const startMs = 2_500;

export const machineRestart: Command = function* ({args, app}) {
	if (args.length === 0) throw new FlyError(noId);
	for (const id of args) {
		yield* print(`Restarting machine ${id}`);
		yield* wait(800);
		yield* change((world, nowMs) => {
			const machine = findMachine(world, id, app);
			if (machine.lease) {
				const until = new Date(machine.lease.expiresAt).toISOString();
				throw new FlyError(
					`failed to restart machine ${id}: lease currently held by ${machine.lease.owner}, expires at ${until} ${formatRequestId()}`,
				);
			}
			startMachine(world, nowMs, machine, 'restart');
		});
		yield* print(`  Waiting for ${id} to become healthy (started)`);
		yield* wait(startMs);
		yield* print(`Machine ${id} restarted successfully!`);
	}
	return 0;
};

/** A running machine needs `--force`; its volume stays. */
export const machineDestroy: Command = function* ({args, app, flags}) {
	if (args.length === 0) throw new FlyError(noId);
	for (const id of args) {
		yield* wait(800);
		yield* change(world => {
			const machine = findMachine(world, id, app);
			if (machine.state !== 'stopped' && !flags.bool('force')) {
				throw new FlyError(
					`could not destroy machine ${id}: failed to destroy VM ${id}: failed_precondition: unable to destroy machine, not currently stopped, suspended or failed ${formatRequestId()}`,
				);
			}
			destroyMachine(world, machine);
		});
		yield* print(`machine ${id} was found and is currently in a started state, attempting to destroy...`);
		yield* wait(500);
		yield* print(`${id} has been destroyed`);
	}
	return 0;
};

export const machineLeasesView: Command = function* (context) {
	const id = context.args[0];
	if (id === undefined) throw new FlyError(noId);
	const lease = yield* look(world => {
		const found = findMachine(world, id, context.app).lease;
		if (!found) throw new FlyError(`failed to get lease on VM ${id}: lease not found ${formatRequestId()}`);
		return found;
	});
	const seconds = Math.floor(lease.expiresAt / 1_000);
	if (wantsJson(context)) {
		const data = {nonce: lease.nonce, expires_at: seconds, owner: lease.owner, description: '', version: ''};
		yield* printJson(context, {[id]: {status: 'success', data}});
		return 0;
	}
	const until = `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`;
	const row = [id, lease.nonce, 'success', lease.owner, until];
	yield* print(formatTable(['MACHINE', 'NONCE', 'STATUS', 'OWNER', 'EXPIRES'], [row]));
	return 0;
};

export const machineLeasesClear: Command = function* ({args, app}) {
	const id = args[0];
	if (id === undefined) throw new FlyError(noId);
	yield* look(world => findMachine(world, id, app));
	yield* print(`clearing lease for machine ${id}`);
	yield* wait(400);
	yield* change(world => {
		delete findMachine(world, id, app).lease;
	});
	yield* print('Lease(s) cleared');
	return 0;
};
