import {type Command, confirm} from '../arguments/invocation.ts';
import {asTable} from '../config/config.ts';
import {startMachine} from '../deploy/boot.ts';
import {readMetadata} from '../output/machine.ts';
import {formatTable, printJson, wantsJson} from '../output/print.ts';
import {change, FlyError, look, print, wait} from '../world/effects.ts';
import {findApp, listMachines, listReleases, listVolumes} from '../world/find.ts';
import {destroyMachine, makeHexId, makeVolume} from '../world/make.ts';
import type {Machine, World} from '../world/world.ts';

/** One row per process group. */
export const scaleShow: Command = function* (context) {
	const machines = yield* look(world => {
		findApp(world, context.app);
		return listMachines(world, context.app);
	});
	const groups = [...new Set(machines.map(machine => readMetadata(machine, 'fly_process_group')))];
	const rows = groups.map(group => {
		const own = machines.filter(machine => readMetadata(machine, 'fly_process_group') === group);
		const guest = asTable(own[0]?.config.guest);
		const counts: Record<string, number> = {};
		for (const {region} of own) counts[region] = (counts[region] ?? 0) + 1;
		return {
			Process: group,
			Count: own.length,
			CPUKind: String(guest.cpu_kind),
			CPUs: Number(guest.cpus),
			Memory: Number(guest.memory_mb),
			Regions: counts,
		};
	});
	if (wantsJson(context)) yield* printJson(context, rows);
	else {
		yield* print(`VM Resources for app: ${context.app}\n\nGroups`);
		const head = ['NAME', 'COUNT', 'KIND', 'CPUS', 'MEMORY', 'REGIONS'];
		const cells = rows.map(row => [
			row.Process,
			String(row.Count),
			row.CPUKind,
			String(row.CPUs),
			`${row.Memory} MB`,
			Object.entries(row.Regions)
				.map(([region, count]) => (count > 1 ? `${region}(${count})` : region))
				.join(','),
		]);
		yield* print(formatTable(head, cells));
	}
	return 0;
};

/** `N` or `GROUP=N`: destroys machines and keeps their volumes, or copies one, with new empty volumes where it has mounts. */
export const scaleCount: Command = function* (context) {
	const {app, args} = context;
	const text = args[0] ?? '';
	const wanted = Number(text.split('=').at(-1));
	if (!Number.isInteger(wanted) || wanted < 0) throw new FlyError(`invalid count: ${text}`);
	const machines = yield* look(world => {
		findApp(world, app, 'machines');
		const isComplete = listReleases(world, app).some(({status}) => status === 'complete');
		if (!isComplete)
			throw new FlyError(
				'failed to grab app config from existing machines, error: this app has no complete releases',
			);
		return listMachines(world, app);
	});
	if (machines.length === wanted) {
		yield* print(`App already scaled to desired state. No need for changes`);
		return 0;
	}
	const difference = wanted - machines.length;
	yield* print(`App '${app}' is going to be scaled according to this plan:`);
	yield* print(
		`${difference > 0 ? `+${difference}` : difference} machines for group 'app' on region '${machines[0]?.region ?? ''}'`,
	);
	if (!(yield* confirm(context, `Scale app ${app}?`))) return 0;
	yield* print('Executing scale plan');
	for (let left = Math.abs(difference); left > 0; left--) {
		yield* wait(1_500);
		const {verb, id} = yield* change((world, nowMs) => {
			const own = listMachines(world, app);
			if (difference > 0) return {verb: 'Created', id: copyMachine(world, nowMs, own[0]).id};
			const last = own.at(-1);
			if (last) destroyMachine(world, last);
			return {verb: 'Destroyed', id: last?.id ?? ''};
		});
		yield* print(`  ${verb} ${id} group:app region:${machines[0]?.region ?? ''}`);
	}
	return 0;
};

function copyMachine(world: World, nowMs: number, model: Machine | undefined): Machine {
	if (!model) throw new FlyError('there are no machines to copy; run fly deploy');
	const copy: Machine = {
		...structuredClone(model),
		id: makeHexId(14),
		events: [],
		created_at: new Date(nowMs).toISOString(),
	};
	delete copy.lease;
	const [mount] = Array.isArray(copy.config.mounts) ? copy.config.mounts.map(asTable) : [];
	if (mount) {
		const wish = {
			app: model.app,
			name: String(mount.name),
			region: model.region,
			sizeGb: Number(mount.size_gb),
		};
		const volume =
			listVolumes(world, model.app).find(
				({name, region, attached_machine_id}) =>
					name === wish.name && region === wish.region && attached_machine_id === null,
			) ?? makeVolume(world, nowMs, {...wish, snapshotRetention: 5, isEncrypted: true, hasSnapshots: true});
		volume.attached_machine_id = copy.id;
		copy.config = {...copy.config, mounts: [{...mount, volume: volume.id}]};
	}
	startMachine(world, nowMs, copy, 'launch');
	world.machines.push(copy);
	return copy;
}
