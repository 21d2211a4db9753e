import {allowsLetsEncrypt, isSameAddress} from '../../core/domain/records.ts';
import {
	isLitestream03,
	listReplicaObjects,
	nameGeneration,
	syncReplica,
	writeGeneration,
} from '../remote/objects.ts';
import {findReplica} from '../remote/replica.ts';
import {flySuffix, stripDot} from '../world/facts.ts';
import {isReplicating} from '../world/log.ts';
import {listValidationRecords} from '../world/make.ts';
import type {Certificate, Machine, World} from '../world/world.ts';

/** Simulated milliseconds from `certs add` to the owner's records, and from correct records to the certificate. */
const certificateTimes = {records: 30_000, active: 10_000} as const;

type Entry = World['dns'][number];

/** Adds the owner's DNS records, except for hosts that start with `never`, and issues the certificate once DNS is correct. */
function settleCertificate(world: World, certificate: Certificate, nowMs: number): void {
	makeRecords(world, certificate, nowMs);
	if (certificate.status === 'active') return;
	const rightSince = findRight(world, certificate, nowMs);
	if (rightSince === undefined || nowMs < rightSince + certificateTimes.active) return;
	certificate.status = 'active';
	certificate.activeAt = rightSince + certificateTimes.active;
}

function makeRecords(world: World, certificate: Certificate, nowMs: number): void {
	const {app, hostname} = certificate;
	if (certificate.recordsAt !== undefined || hostname.split('.')[0] === 'never') return;
	const addresses = world.addresses.filter(entry => entry.app === app && entry.type !== 'private_v6');
	const ready = Math.max(
		certificate.createdAt + certificateTimes.records,
		...addresses.map(entry => entry.createdAt),
	);
	if (addresses.length === 0 || nowMs < ready) return;
	certificate.recordsAt = ready;
	for (const {address, type} of addresses) {
		addRecord(world, {name: hostname, type: type === 'v6' ? 'AAAA' : 'A', value: address});
	}
}

function addRecord(world: World, record: Entry): void {
	const isThere = world.dns.some(
		({name, type, value}) => name === record.name && type === record.type && value === record.value,
	);
	if (!isThere) world.dns.push(record);
}

/**
Returns since when Fly could validate, or `undefined`. It needs only the app's AAAA record, an alias of the app, or
one of the two records that prove ownership behind a proxy, and no CAA record that forbids it.
*/
function findRight(
	world: World,
	{app, hostname, createdAt, recordsAt}: Certificate,
	nowMs: number,
): number | undefined {
	const list = (name: string, type: string) => listLive(world, nowMs, name, type);
	if (!isAllowed(hostname, list)) return undefined;
	const {challenge, ownership} = listValidationRecords(app, hostname);
	const own = world.addresses.filter(entry => entry.app === app && entry.type === 'v6');
	const aaaa = list(hostname, 'AAAA');
	const isOwn = ({value}: Entry) => own.some(({address}) => isSameAddress(address, value));
	const proofs = [
		aaaa.every(isOwn) ? aaaa : [],
		list(hostname, 'CNAME').filter(({value}) => isOfApp(stripDot(value), app)),
		list(challenge.name, 'CNAME').filter(({value}) => stripDot(value) === challenge.target),
		list(ownership.name, 'TXT').filter(({value}) =>
			value.split(';').some(part => [ownership.app_value, ownership.org_value].includes(part.trim())),
		),
	].filter(entries => entries.length > 0);
	if (proofs.length === 0) return undefined;
	return Math.max(recordsAt ?? createdAt, Math.min(...proofs.flat().map(({madeAt = 0}) => madeAt)));
}

function isAllowed(hostname: string, list: (name: string, type: string) => readonly Entry[]): boolean {
	const labels = hostname.split('.');
	const sets = labels.map((_, index) => list(labels.slice(index).join('.'), 'CAA'));
	const nearest = sets.find(set => set.length > 0);
	return nearest === undefined || allowsLetsEncrypt(nearest.map(({value}) => value));
}

const isOfApp = (target: string, app: string) =>
	target === app + flySuffix || target.endsWith(`.${app}${flySuffix}`);

const listLive = (world: World, nowMs: number, name: string, type: string): readonly Entry[] =>
	world.dns.filter(
		entry =>
			entry.type === type &&
			stripDot(entry.name) === name &&
			(entry.madeAt ?? nowMs) <= nowMs &&
			(entry.goneAt ?? nowMs + 1) > nowMs,
	);

/** Simulated milliseconds between the start of a machine and each of its states. */
const bootTimes = {starting: 500, started: 2_000, replicated: 3_500, healthy: 9_000} as const;

const dayMs = 86_400_000;

/** Applies everything that happens automatically until `nowMs`: machines start, leases end, DNS records appear, certificates are issued. */
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
	const {isUnhealthy, failing} = machine.boot;
	for (const check of machine.checks) {
		if (check.status !== 'warning') continue;
		// A world of an older phxfly does not say which one fails.
		const answer =
			failing?.[check.name] ?? (isUnhealthy && 'HTTP GET http://172.19.0.2:8080/never: 404 Not Found');
		check.status = answer ? 'critical' : 'passing';
		check.output =
			answer ||
			(isTcp(machine, check.name) ? 'Success' : 'HTTP GET http://172.19.0.2:8080/: 200 OK Output: ""');
		check.updated_at = new Date(at + bootTimes.healthy).toISOString();
	}
}

const isTcp = ({config}: Machine, name: string): boolean =>
	/^servicecheck-\d\d-tcp-/.test(name) || Object(Object(config.checks)[name]).type === 'tcp';

/** The first transaction, or generation, of a new database reaches the replica a second after the start. */
function replicate(world: World, machine: Machine, nowMs: number): void {
	const at = machine.boot.at + bootTimes.replicated;
	if (machine.state !== 'started' || !isReplicating(machine) || nowMs < at) return;
	const replica = findReplica(world, machine);
	if ('problem' in replica) return;
	if (isLitestream03(machine)) {
		writeGeneration(world, at, replica, nameGeneration(machine));
		return;
	}

	if (listReplicaObjects(world, replica).length > 0) return;
	syncReplica(world, at, replica);
}

function start(machine: Machine, atMs: number): void {
	machine.state = 'started';
	machine.updated_at = new Date(atMs).toISOString();
	machine.events.unshift({type: 'start', status: 'started', source: 'flyd', timestamp: atMs});
}

function crash(machine: Machine, atMs: number): void {
	const {exit = 1} = machine.boot;
	machine.state = 'stopped';
	machine.updated_at = new Date(atMs).toISOString();
	machine.events.unshift({
		type: 'exit',
		status: 'stopped',
		request: {
			exit_event: {exit_code: exit, guest_exit_code: exit, exited_at: new Date(atMs).toISOString()},
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
