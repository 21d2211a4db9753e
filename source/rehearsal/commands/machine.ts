import type {Command} from '../arguments/invocation.ts';
import {startMachine, stopMachine} from '../deploy/boot.ts';
import {formatMachine} from '../output/machine.ts';
import {formatTable, printJson, wantsJson} from '../output/print.ts';
import {runRemote} from '../remote/run.ts';
import {change, FlyError, look, print, printError, wait} from '../world/effects.ts';
import {findApp, findMachine, listMachines} from '../world/find.ts';
import {destroyMachine, formatRequestId} from '../world/make.ts';

/** Runs a command on a started machine. flyctl itself always exits with 0. */
export const machineExec: Command = function* (context) {
	const [id, line] = context.args.length === 2 ? context.args : [undefined, context.args[0]];
	if (id === undefined) throw new FlyError('a machine ID must be specified when not running interactively');
	yield* wait(300);
	const result = yield* change((world, nowMs) => {
		const machine = findMachine(world, id, context.app);
		if (machine.state !== 'started') {
			throw new FlyError(
				`could not exec command on machine ${id}: failed_precondition: machine not running ${formatRequestId()}`,
			);
		}
		return runRemote({world, nowMs, machine}, line ?? '');
	});
	yield* wait(result.ms);
	const {exitCode, stdout, stderr} = result;
	if (wantsJson(context)) {
		yield* printJson(context, {
			...(exitCode === 0 ? {} : {exit_code: exitCode}),
			...(stdout === '' ? {} : {stdout}),
			...(stderr === '' ? {} : {stderr}),
		});
		return 0;
	}
	if (exitCode !== 0) yield* print(`Exit code: ${exitCode}`);
	if (stdout !== '') yield* print(stdout.replace(/\n$/, ''));
	if (stderr !== '') yield* printError(stderr.replace(/\n$/, ''));
	return 0;
};

export const machineList: Command = function* (context) {
	const machines = yield* look(world => {
		findApp(world, context.app, 'machines', 'failed to list VMs: ');
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

/** Starts stopped machines, and does not wait until they run. */
export const machineStart: Command = function* ({args, app}) {
	if (args.length === 0) throw new FlyError(noId);
	for (const id of args) {
		yield* wait(800);
		yield* change((world, nowMs) => {
			const machine = findMachine(world, id, app);
			if (machine.state === 'stopped') startMachine(world, nowMs, machine, 'start');
		});
		yield* print(`${id} has been started`);
	}
	return 0;
};

export const machineStop: Command = function* ({args, app}) {
	if (args.length === 0) throw new FlyError(noId);
	for (const id of args) {
		yield* print(`Sending kill signal to machine ${id}...`);
		yield* wait(800);
		yield* change((world, nowMs) => stopMachine(nowMs, findMachine(world, id, app)));
		yield* print(`${id} has been successfully stopped`);
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
	const lease = yield* look(world => findMachine(world, id, context.app).lease);
	if (!lease) {
		yield* wantsJson(context) ? printJson(context, {}) : print('No leases found');
		return 0;
	}

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
