import {type Command, confirm} from '../arguments/invocation.ts';
import {formatVolume, formatVolumeCard} from '../output/machine.ts';
import {formatTable, printJson, wantsJson} from '../output/print.ts';
import {change, FlyError, log, look, print, printError, wait} from '../world/effects.ts';
import {checkRegion} from '../world/facts.ts';
import {findApp, findVolume, listVolumes} from '../world/find.ts';
import {formatRequestId, makeStableHex, makeVolume} from '../world/make.ts';
import type {Volume} from '../world/world.ts';

/** Destroys a volume; it stays in `pending_destroy` for a day. */
export const volumesDestroy: Command = function* (context) {
	const {args, app} = context;
	if (args.length === 0) throw new FlyError('volume ID must be specified when not running interactively');
	for (const id of args) {
		const left = yield* look(
			world => listVolumes(world, app).filter(({state}) => state === 'created').length - 1,
		);
		const warning = `Warning! Every volume is pinned to a specific physical host. You should create two or more volumes per application. Deleting this volume will leave you with ${Math.max(0, left)} volume(s) for this application, and it is not reversible.  Learn more at https://fly.io/docs/volumes/overview/`;
		if (!(yield* confirm(context, 'Are you sure you want to destroy this volume?', warning))) return 0;
		yield* wait(600);
		const name = yield* change(world => {
			const doing = `failed destroying volume: failed to destroy volume ${id}`;
			const volume = findVolume(world, id, app, doing);
			if (volume.attached_machine_id !== null) {
				throw new FlyError(
					`${doing}: volume is in use by machine ${volume.attached_machine_id} ${formatRequestId()}`,
				);
			}
			volume.state = 'pending_destroy';
			return volume.name;
		});
		yield* wait(300);
		yield* print(`Destroyed volume ID: ${id} name: ${name}`);
	}
	return 0;
};

/** Grows a volume: `3`, `3gb` or `+1`. Unlike the other commands here it never asks. */
export const volumesExtend: Command = function* (context) {
	const {flags, args, app} = context;
	const before = yield* look(world => findVolume(world, args[0], app));
	if (flags.string('size') === '') throw new FlyError('Volume size must be specified');
	const [, plus, digits] = /^(\+?)(\d+)\s*(?:gb?)?$/i.exec(flags.string('size')) ?? [];
	if (digits === undefined) throw new FlyError('invalid size');
	const sizeGb = Number(digits) + (plus === '+' ? before.size_gb : 0);
	yield* wait(1_000);
	const volume = yield* change(world => {
		const found = findVolume(world, args[0], app);
		if (sizeGb <= found.size_gb) {
			throw new FlyError(
				`failed to extend volume: volume can only grow, it has ${found.size_gb} GB ${formatRequestId()}`,
			);
		}
		found.size_gb = sizeGb;
		return found;
	});
	if (wantsJson(context)) yield* printJson(context, formatVolume(volume));
	else {
		yield* print(formatVolumeCard(volume));
		yield* print('Your VM got its volume extended without needing a restart');
	}
	return 0;
};

export const volumesShow: Command = function* (context) {
	const volume = yield* look(world => findVolume(world, context.args[0], context.app));
	if (wantsJson(context)) yield* printJson(context, formatVolume(volume));
	else yield* print(formatVolumeCard(volume));
	return 0;
};

const warning =
	'Warning! Every volume is pinned to a specific physical host. You should create two or more volumes per application to avoid downtime. Learn more at https://fly.io/docs/volumes/overview/';

/** Creates another volume each time; asks only if there is none with that name. */
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

const dayMs = 86_400_000;

/** Returns one snapshot per retained day of the volume's life, oldest first. */
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
	const count = Math.min(Math.max(0, days), volume.snapshot_retention);
	return Array.from({length: count}, (_, index) => {
		const atMs = bornMs + (days - count + index + 1) * dayMs;
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

export const volumesList: Command = function* (context) {
	const volumes = yield* look(world => {
		findApp(world, context.app);
		const all = world.volumes.filter(({app}) => app === context.app);
		return context.flags.bool('all') ? all : listVolumes(world, context.app);
	});
	if (wantsJson(context)) {
		yield* printJson(context, volumes.map(formatVolume));
		return 0;
	}
	const head = ['ID', 'STATE', 'NAME', 'SIZE', 'REGION', 'ZONE', 'ENCRYPTED', 'ATTACHED VM', 'CREATED AT'];
	const rows = volumes.map(({id, state, name, size_gb, region, zone, encrypted, attached_machine_id}) => [
		id,
		state,
		name,
		`${size_gb}GB`,
		region,
		zone,
		String(encrypted),
		attached_machine_id ?? '',
		'just now',
	]);
	yield* print(formatTable(head, rows));
	return 0;
};
