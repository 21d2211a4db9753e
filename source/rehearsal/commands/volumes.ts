import type {Command} from '../arguments/invocation.ts';
import {confirm} from '../confirm.ts';
import {makeVolume} from '../make-volume.ts';
import {formatVolume, formatVolumeCard} from '../output/format-volume.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {change, FlyError, log, look, print, wait} from '../world/effects.ts';
import {checkRegion} from '../world/facts.ts';
import {findApp, listVolumes} from '../world/find.ts';
import {formatRequestId} from '../world/make.ts';

const warning =
	'Warning! Every volume is pinned to a specific physical host. You should create two or more volumes per application to avoid downtime. Learn more at https://fly.io/docs/volumes/overview/';

/** Makes another volume each time; it asks only where there is none of that name yet. */
export const volumesCreate: Command = function* (context) {
	const {flags, app, env} = context;
	const name = context.args[0] ?? '';
	const hasOne = yield* look(world => {
		findApp(world, app);
		return listVolumes(world, app).some(volume => volume.name === name);
	});
	if (!hasOne && flags.int('count') === 1) {
		const isSure = yield* confirm(context, 'Do you still want to use the volumes feature?', warning);
		if (!isSure) return 0;
	}
	const region = checkRegion(flags.string('region') || env.FLY_REGION || '');
	const sizeGb = flags.int('size');
	yield* log(`POST /v1/apps/${app}/volumes {"name":"${name}","region":"${region}","size_gb":${sizeGb}}`);

	for (let count = 0; count < flags.int('count'); count++) {
		yield* wait(900);
		const volume = yield* change((world, nowMs) => {
			checkWish(name, sizeGb);
			return makeVolume(world, nowMs, {
				app,
				name,
				region,
				sizeGb,
				snapshotRetention: flags.int('snapshot-retention'),
				isEncrypted: !flags.bool('no-encryption'),
				hasSnapshots: flags.bool('scheduled-snapshots'),
			});
		});
		yield* wait(600);
		if (wantsJson(context)) yield* printJson(context, formatVolume(volume));
		else yield* print(formatVolumeCard(volume));
	}
	return 0;
};

function checkWish(name: string, sizeGb: number): void {
	const refuse = (why: string) => new FlyError(`failed to create volume: ${why} ${formatRequestId()}`);
	if (!/^\w{1,29}$/.test(name)) {
		throw refuse(
			'invalid volume name, must be under 30 characters and contain only letters, numbers, or underscores',
		);
	}
	if (sizeGb < 1 || sizeGb > 500) throw refuse('invalid size, must be between 1 and 500 GB');
}
