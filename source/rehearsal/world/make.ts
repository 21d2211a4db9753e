import {createHash, randomBytes} from 'node:crypto';
import type {Address, Machine, Volume, World} from './world.ts';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new id of so many hex digits. */
export function makeHexId(digits: number, prefix = ''): string {
	return (
		prefix +
		randomBytes(Math.ceil(digits / 2))
			.toString('hex')
			.slice(0, digits)
	);
}

/** A new id in the form of a ULID, as Fly gives to requests and machine versions. */
export function makeUlid(): string {
	return `01${[...randomBytes(24)].map(byte => crockford[byte % 32]).join('')}`;
}

/** The end of every error of the Machines API. */
export function formatRequestId(): string {
	return `(Request ID: ${makeUlid()}-sjc)`;
}

/** Hex of the value's sha256. */
export function hash(value: string): string {
	return createHash('sha256').update(value).digest('hex');
}

/** The same text always gives the same digits. */
export function makeStableHex(text: string, digits: number): string {
	return hash(text).slice(0, digits);
}

/** Allocates an address to the app; returns an existing shared v4 again. */
export function makeAddress(world: World, nowMs: number, app: string, type: Address['type']): Address {
	const same = world.addresses.find(entry => entry.app === app && entry.type === type);
	if (type === 'shared_v4' && same) return same;
	const number = 1003 + Math.max(-1, ...world.addresses.map(({id}) => Number(id.slice(3)) - 1003)) + 1;
	const suffix = number.toString(16);
	const address = {
		v6: `2a09:8280:1::${suffix}:0`,
		private_v6: `fdaa:0:1:0:1::${suffix}`,
		shared_v4: `66.241.124.${(number - 999) % 250}`,
		v4: `137.66.12.${(number - 999) % 250}`,
	}[type];
	const made: Address = {app, id: `ip_${number}`, address, type, region: 'global', createdAt: nowMs};
	world.addresses.push(made);
	return made;
}

/** Destroys the machine and keeps its volume. */
export function destroyMachine(world: World, machine: Machine): void {
	world.machines = world.machines.filter(({id}) => id !== machine.id);
	for (const volume of world.volumes) {
		if (volume.attached_machine_id === machine.id) volume.attached_machine_id = null;
	}
}

type VolumeWish = {
	readonly app: string;
	readonly name: string;
	readonly region: string;
	readonly sizeGb: number;
	readonly snapshotRetention: number;
	readonly isEncrypted: boolean;
	readonly hasSnapshots: boolean;
};

/** Adds a volume, always a new one. */
export function makeVolume(world: World, nowMs: number, wish: VolumeWish): Volume {
	const volume: Volume = {
		app: wish.app,
		id: makeHexId(18, 'vol_'),
		name: wish.name,
		state: 'created',
		size_gb: wish.sizeGb,
		region: wish.region,
		zone: makeHexId(4),
		encrypted: wish.isEncrypted,
		attached_machine_id: null,
		attached_alloc_id: null,
		created_at: new Date(nowMs).toISOString(),
		host_dedication_id: '',
		snapshot_retention: wish.snapshotRetention,
		auto_backup_enabled: wish.hasSnapshots,
		host_status: 'ok',
	};
	world.volumes.push(volume);
	return volume;
}

/** Returns the records that prove to Fly who owns a host, even behind a proxy. */
export function listValidationRecords(app: string, hostname: string) {
	const id = makeStableHex(app, 7);
	return {
		challenge: {name: `_acme-challenge.${hostname}`, target: `${hostname}.${id}.flydns.net`},
		ownership: {name: `_fly-ownership.${hostname}`, app_value: `app-${id}`, org_value: `org-${id}`},
	};
}
