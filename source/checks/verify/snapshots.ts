import type {Check} from '../../core/verify/check.ts';

const hourMs = 3_600_000;

/** Fly takes one a day, at any time of the day. */
const lateMs = 26 * hourMs;

/** The last resort if both the volume and the replica are lost. */
export const snapshots: Check = {
	id: 'snapshots',
	title: 'Snapshots of the volume',
	isNeeded: ({mount}) => mount !== undefined,

	async check({app, mount}, {fly, clock}) {
		const volume = (await fly.listVolumes(app)).find(
			({name, attached_machine_id}) => name === mount?.source && attached_machine_id,
		);
		if (!volume) return {status: 'could-not-tell', detail: 'no volume is attached'};
		if (!volume.auto_backup_enabled) {
			return {
				status: 'could-not-tell',
				detail: `${volume.id} has snapshots turned off`,
				hint: `fly volumes update ${volume.id} --scheduled-snapshots -a ${app}`,
			};
		}

		const made = (await fly.listSnapshots(app, volume.id))
			.map(({created_at}) => Date.parse(created_at))
			.filter(ms => ms > 0);
		const newestMs = Math.max(...made);
		const nowMs = clock.now();
		if (made.length === 0) {
			const ageMs = nowMs - (Date.parse(volume.created_at) || 0);
			return ageMs < lateMs
				? {status: 'proved', detail: 'turned on; expect the first one within a day'}
				: {status: 'wrong', detail: `none, and ${volume.id} is ${showAge(ageMs)} old`, hint: helpHint};
		}

		const ageMs = nowMs - newestMs;
		const detail = `${made.length}, the newest ${showAge(ageMs)} old`;
		return ageMs < 2 * lateMs ? {status: 'proved', detail} : {status: 'wrong', detail, hint: helpHint};
	},
};

const helpHint = 'Fly should take one a day; check status.flyio.net or ask at https://community.fly.io';

const showAge = (ms: number): string =>
	ms < 48 * hourMs ? `${Math.max(0, Math.round(ms / hourMs))} h` : `${Math.round(ms / (24 * hourMs))} days`;
