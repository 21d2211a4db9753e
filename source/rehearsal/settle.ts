import {settleCertificate} from './engine/advance.ts';
import {findReplica, listReplicaObjects, syncReplica} from './remote/replica.ts';
import type {Machine, World} from './world/world.ts';

/** Simulated milliseconds between the start of a machine and each of its states. */
export const bootTimes = {starting: 500, started: 2_000, replicated: 3_500, healthy: 9_000} as const;

const dayMs = 86_400_000;

/** Applies everything that happens by itself until `nowMs`: machines start, leases end, DNS records appear, certificates come. */
export function settle(world: World, nowMs: number): void {
	for (const machine of world.machines) {
		settleMachine(machine, nowMs);
		replicate(world, machine, nowMs);
	}
	for (const certificate of world.certificates) settleCertificate(world, certificate, nowMs);
	for (const volume of world.volumes) {
		const isGone = volume.state === 'pending_destroy' && nowMs - Date.parse(volume.created_at) > dayMs;
		if (isGone) volume.state = 'destroyed';
	}
}

function settleMachine(machine: Machine, nowMs: number): void {
	if (machine.lease && machine.lease.expiresAt <= nowMs) delete machine.lease;
	const {at, willCrash} = machine.boot;
	const startedAt = at + bootTimes.started;
	if (machine.state === 'created' && nowMs >= at + bootTimes.starting) machine.state = 'starting';
	if (machine.state === 'starting' && nowMs >= startedAt) {
		if (willCrash === undefined) start(machine, startedAt);
		else crash(machine, startedAt);
	}
	if (machine.state !== 'started' || nowMs < at + bootTimes.healthy) return;
	const {isUnhealthy} = machine.boot;
	for (const check of machine.checks) {
		if (check.status !== 'warning') continue;
		check.status = isUnhealthy ? 'critical' : 'passing';
		check.output = isUnhealthy
			? 'HTTP GET http://172.19.0.2:8080/never: 404 Not Found'
			: 'HTTP GET http://172.19.0.2:8080/: 200 OK Output: ""';
		check.updated_at = new Date(at + bootTimes.healthy).toISOString();
	}
}

/** The first transaction of a new database reaches the replica a second after the start. */
function replicate(world: World, machine: Machine, nowMs: number): void {
	const at = machine.boot.at + bootTimes.replicated;
	if (machine.state !== 'started' || !machine.hasLitestream || nowMs < at) return;
	const replica = findReplica(world, machine);
	if ('problem' in replica || listReplicaObjects(world, replica).length > 0) return;
	syncReplica(world, at, replica);
}

function start(machine: Machine, atMs: number): void {
	machine.state = 'started';
	machine.updated_at = new Date(atMs).toISOString();
	machine.events.unshift({type: 'start', status: 'started', source: 'flyd', timestamp: atMs});
}

function crash(machine: Machine, atMs: number): void {
	machine.state = 'stopped';
	machine.updated_at = new Date(atMs).toISOString();
	machine.events.unshift({
		type: 'exit',
		status: 'stopped',
		request: {
			exit_event: {exit_code: 1, guest_exit_code: 1, exited_at: new Date(atMs).toISOString()},
			restart_count: 10,
		},
		source: 'flyd',
		timestamp: atMs,
	});
	for (const check of machine.checks) {
		check.status = 'critical';
		check.output = 'connect: connection refused';
		check.updated_at = new Date(atMs).toISOString();
	}
}
