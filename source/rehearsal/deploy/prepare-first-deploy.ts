import type {AppConfig} from '../app-config/app-config.ts';
import type {Context} from '../arguments/invocation.ts';
import {makeAddress} from '../make-address.ts';
import {makeVolume} from '../make-volume.ts';
import {change, type Flow, look, print, wait} from '../world/effects.ts';
import {listVolumes} from '../world/find.ts';
import {groupName} from './deployment.ts';

/** Addresses if the app has none at all, then a volume if none of that name is free in any region. */
export function* prepareFirstDeploy(context: Context, config: AppConfig, region: string): Flow<void> {
	const {app, flags} = context;
	const hasAddress = yield* look(world => world.addresses.some(entry => entry.app === app));
	if (config.services.length > 0 && !hasAddress && !flags.bool('no-public-ips')) {
		yield* print(`Provisioning ips for ${app}`);
		yield* wait(900);
		const v6 = yield* change((world, nowMs) => makeAddress(world, nowMs, app, 'v6'));
		yield* print(`  Dedicated ipv6: ${v6.address}`);
		yield* wait(900);
		const v4 = yield* change((world, nowMs) => makeAddress(world, nowMs, app, 'shared_v4'));
		yield* print(`  Shared ipv4: ${v4.address}`);
		yield* print('  Add a dedicated ipv4 with: fly ips allocate-v4\n');
	}

	const [mount] = config.mounts;
	if (!mount) return;
	const isFree = yield* look(world =>
		listVolumes(world, app).some(
			({name, attached_machine_id, state}) =>
				name === mount.source && attached_machine_id === null && state === 'created',
		),
	);
	if (isFree) return;
	const sizeGb = mount.initialSizeGb ?? (flags.int('volume-initial-size') || 1);
	yield* print(
		`Creating a ${sizeGb} GB volume named '${mount.source}' for process group '${groupName}'. Use 'fly vol extend' to increase its size`,
	);
	yield* wait(1_200);
	yield* change((world, nowMs) =>
		makeVolume(world, nowMs, {
			app,
			name: mount.source,
			region,
			sizeGb,
			snapshotRetention: mount.snapshotRetention ?? 5,
			isEncrypted: true,
			hasSnapshots: true,
		}),
	);
}
