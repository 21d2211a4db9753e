import type {Command} from '../arguments/invocation.ts';
import {findVolume} from '../find-volume.ts';
import {formatTable} from '../output/format-table.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {look, print, printError} from '../world/effects.ts';
import {makeStableHex} from '../world/make.ts';
import type {Volume} from '../world/world.ts';

const dayMs = 86_400_000;

/** One for each day of the volume's life that is kept, oldest first. */
export const volumesSnapshotsList: Command = function* (context) {
	const id = context.args[0] ?? '';
	const snapshots = yield* look((world, nowMs) => listSnapshots(findVolume(world, id, context.app), nowMs));
	if (wantsJson(context)) yield* printJson(context, snapshots);
	else if (snapshots.length === 0) yield* printError(`No snapshots available for volume ${id}`);
	else
		yield* print(
			formatTable(
				['ID', 'STATUS', 'CREATED AT'],
				snapshots.map(each => [each.id, each.status, each.created_at]),
			),
		);
	return 0;
};

function listSnapshots(volume: Volume, nowMs: number) {
	const bornMs = Date.parse(volume.created_at);
	const days = volume.auto_backup_enabled ? Math.floor((nowMs - bornMs) / dayMs) : 0;
	const kept = Math.min(Math.max(0, days), volume.snapshot_retention);
	return Array.from({length: kept}, (_, index) => {
		const atMs = bornMs + (days - kept + index + 1) * dayMs;
		return {
			id: `vs_${makeStableHex(`${volume.id}${atMs}`, 16)}`,
			size: 1_048_576,
			digest: makeStableHex(`${volume.id}${atMs}`, 32),
			created_at: new Date(atMs).toISOString(),
			status: 'created',
			retention_days: volume.snapshot_retention,
			volume_size: volume.size_gb * 1024 ** 3,
		};
	});
}
