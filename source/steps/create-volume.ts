import {type FlyVolume, isVolumeThere, markTime} from '../core/fly/output.ts';
import {findGrowthLimitGb} from '../core/fly-toml/config.ts';
import type {Thing} from '../core/ownership.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {estimateVolume, showPrice} from '../core/plan/cost.ts';
import type {Action, Finding, Step} from '../core/plan/step.ts';

/** How many days Fly keeps a daily snapshot. */
const snapshotRetentionDays = 5;

const toThing = ({id, name, region, size_gb: sizeGb, created_at: at}: FlyVolume): Thing => ({
	id,
	...markTime(at),
	traits: {name, region, sizeGb: String(sizeGb)},
});

export const createVolume: Step = {
	id: 'create-volume',
	title: 'Create the volume',
	needs: ['create-app'],
	locks: [],
	provenBy: 'volumes',
	resource: {
		kind: 'volume',
		removalOrder: 4,
		removalTitle: 'Destroy the volume',
		loss(id, {volumes}) {
			const volume = volumes.find(each => each.id === id);
			return `${volume?.name}, ${volume?.size_gb} GB; the database on it is lost`;
		},
		isData: true,
		asked: ({words: [group, verb, name = ''], flags}) =>
			group === 'volumes' && verb === 'create'
				? {name, region: flags.get('--region') ?? '', sizeGb: flags.get('--size') ?? ''}
				: undefined,
		list: async (app, fly) => (await fly.listVolumes(app)).filter(isVolumeThere).map(toThing),
		listed: ({volumes}) => volumes.map(toThing),
		heldBy: (id, {volumes}) => volumes.find(volume => volume.id === id)?.attached_machine_id ?? undefined,
		removeCommand: ({app, id}) => `fly volumes destroy ${id} -a ${app}`,
	},
	usualSeconds: [1, 4],
	permanent: ({region, volumeSizeGb}, {is}) =>
		is === 'partial'
			? `a volume of ${volumeSizeGb} GB cannot shrink again`
			: `the volume cannot leave ${region} or shrink`,
	isNeeded: ({mount}) => mount !== undefined,

	async look(plan, {fly}, journalView) {
		const volumes = await listOurs(plan, await fly.listVolumes(plan.app));
		if (volumes.length === 0) return {is: 'absent'};
		const known = journalView.idOf('volume');
		const attached = volumes.filter(({attached_machine_id}) => attached_machine_id);
		// While none is attached, a deploy could use any of them.
		const volume =
			only(volumes) ??
			(attached.length > 0 ? volumes.find(({id}) => id === known) : undefined) ??
			only(attached);
		return volume ? judge(volume, plan) : {is: 'ambiguous', ...describeDuplicates(volumes, plan)};
	},

	async findDuplicates(plan, {fly}) {
		const volumes = await listOurs(plan, await fly.listVolumes(plan.app));
		return volumes.length > 1 ? describeDuplicates(volumes, plan) : undefined;
	},

	samples: [['vol_1: 1 GB']],
	comesWithDeploy: true,

	actions: (plan, finding) => (finding.is === 'partial' ? extend(plan, finding) : create(plan)),

	remove: ({app, id}) => [
		{kind: 'fly', args: ['volumes', 'destroy', id, '-a', app, '--yes'], timeoutMs: 120_000},
	],

	async isLeft({app, id}, {fly, clock}) {
		for (const waitMs of [1000, 2000, 5000, undefined]) {
			const volume = await fly.showVolume(app, id);
			if (!volume || !isVolumeThere(volume)) return false;
			// A machine that was just destroyed may still hold it for some seconds.
			if (!volume.attached_machine_id || waitMs === undefined) break;
			await clock.sleep(waitMs);
		}

		return true;
	},
};

const create = ({app, mount, region, volumeSizeGb, vm}: PlanContext): readonly Action[] => [
	{
		kind: 'fly',
		args: [
			...['volumes', 'create', mount?.source ?? '', '-a', app, '--region', region],
			...['--size', String(volumeSizeGb), '--vm-size', vm.size, '--vm-memory', String(vm.memoryMb)],
			...['--snapshot-retention', String(snapshotRetentionDays), '--yes', '--json'],
		],
		timeoutMs: 120_000,
		why: 'with the machine size, Fly chooses a host that has capacity for the machine',
	},
];

/** Without `--json`, flyctl says whether the machine must restart. It never asks. */
const extend = (
	{app, volumeSizeGb}: PlanContext,
	{missing}: Extract<Finding, {is: 'partial'}>,
): readonly Action[] =>
	missing.flatMap(text => {
		const [, id, size] = /^(\S+): (\d+) GB$/.exec(text) ?? [];
		if (id === undefined) return [];
		const [before, after] = [Number(size), volumeSizeGb].map(each => showPrice(estimateVolume(each)));
		return [
			{
				kind: 'fly',
				args: ['volumes', 'extend', id, '--size', String(volumeSizeGb), '-a', app],
				timeoutMs: 120_000,
				why: `${after} a month instead of ${before}; a volume cannot shrink again`,
			},
		];
	});

const only = <T>(list: readonly T[]) => (list.length === 1 ? list[0] : undefined);

async function listOurs({mount}: PlanContext, volumes: readonly FlyVolume[]): Promise<readonly FlyVolume[]> {
	return volumes.filter(volume => volume.name === mount?.source && isVolumeThere(volume));
}

function describeDuplicates(volumes: readonly FlyVolume[], {app}: PlanContext) {
	const free = volumes.filter(({attached_machine_id}) => !attached_machine_id);
	const isAttachmentTelling = free.length > 0 && free.length < volumes.length;
	const which = isAttachmentTelling ? 'that is not attached' : 'without data';
	const commands = (isAttachmentTelling ? free : volumes)
		.map(({id}) => `fly volumes destroy ${id} -a ${app}`)
		.join(', or ');
	return {
		ids: volumes.map(({id}) => id),
		hint: `Check them with fly volumes list -a ${app}. Destroy the one ${which}: ${commands}. Then run phxfly again.`,
	};
}

function judge(volume: FlyVolume, {region, volumeSizeGb, app, facts}: PlanContext): Finding {
	const {id, name, size_gb: size} = volume;
	if (volume.region !== region) {
		return {
			is: 'conflict',
			code: 'volume-in-another-region',
			why: `Volume ${name} (${id}) is in ${volume.region}, not in ${region}. A volume cannot move.`,
			hint: `Pass --region ${volume.region}. If the volume is empty, you can run fly volumes destroy ${id} -a ${app} instead, then run phxfly again.`,
		};
	}

	if (size < volumeSizeGb) return {is: 'partial', missing: [`${id}: ${size} GB`]};
	if (size === volumeSizeGb) return {is: 'there', id};
	if (size <= findGrowthLimitGb(facts.flyToml?.config))
		return {is: 'there', id, note: `Fly extended it to ${size} GB`};
	return {
		is: 'conflict',
		code: 'volume-cannot-shrink',
		why: `Volume ${name} (${id}) has ${size} GB and cannot shrink to ${volumeSizeGb} GB.`,
		hint: `Pass --volume-size ${size}.`,
	};
}
