import type {PlanContext} from '../../core/plan/context.ts';
import type {Readers} from '../../core/readers.ts';
import type {Check, CheckResult} from '../../core/verify/check.ts';
import {notStarted, openStartedMachine} from './machine.ts';

const fullPercent = 95;
const highPercent = 80;

/** A full volume stops the database, and Litestream with it. */
export const volumeRoom: Check = {
	id: 'volume-room',
	title: 'Room on the volume',
	isNeeded: ({mount}) => mount !== undefined,

	async check(plan, readers) {
		const {mount, volumeSizeGb} = plan;
		const shell = await openStartedMachine(plan, readers);
		if (!shell) return notStarted;
		const {stdout, stderr} = await shell.run(['df', '-Pk', mount?.destination ?? '/']);
		const [, total, used, free] = /^\S+\s+(\d+)\s+(\d+)\s+(\d+)\s+\d+%/m.exec(stdout) ?? [];
		if (used === undefined || free === undefined)
			return {
				status: 'could-not-tell',
				detail: `unexpected output from df: ${stderr.trim() || stdout.trim()}`,
			};

		const totalGb = Number(total) / kilobytesInGb;
		const small = totalGb < volumeSizeGb * leastShare ? await findUnused(plan, readers, totalGb) : undefined;
		if (small) return small;
		const percent = Math.round((Number(used) / Math.max(1, Number(used) + Number(free))) * 100);
		const larger = `phxfly --volume-size ${Math.max(volumeSizeGb, Math.round(totalGb)) + 1}`;
		if (percent >= fullPercent) return {status: 'wrong', detail: `${percent} % full`, hint: larger};
		return {
			status: 'proved',
			detail:
				percent >= highPercent
					? `${percent} % full, so extend it before it is full: ${larger}`
					: `${percent} % full`,
		};
	},
};

const kilobytesInGb = 1024 * 1024;

/** What a file system takes for itself is less than the rest of this. */
const leastShare = 0.85;

/** On an older machine, the file system only grows when the machine starts. */
async function findUnused(
	{app, mount, volumeSizeGb}: PlanContext,
	{fly}: Pick<Readers, 'fly'>,
	totalGb: number,
): Promise<CheckResult | undefined> {
	const volume = (await fly.listVolumes(app)).find(
		({name, attached_machine_id: machine, size_gb: size}) =>
			name === mount?.source && machine && size >= volumeSizeGb,
	);
	if (!volume) return undefined;
	return {
		status: 'not-yet',
		detail: `the volume has ${volume.size_gb} GB, and its file system still ${totalGb.toFixed(1)} GB`,
		hint: `restart the machine, so that it grows: fly machine restart ${volume.attached_machine_id} -a ${app}`,
	};
}
