import {makeHexId} from './world/make.ts';
import type {Volume, World} from './world/world.ts';

export type VolumeWish = {
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
