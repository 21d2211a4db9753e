import type {Check} from '../../core/verify/check.ts';
import {notStarted, openStartedMachine} from './machine.ts';

const fullPercent = 95;
const highPercent = 80;

/** A full volume stops the database, and Litestream with it. */
export const volumeRoom: Check = {
	id: 'volume-room',
	title: 'Room on the volume',
	isNeeded: ({mount}) => mount !== undefined,

	async check(plan, readers) {
		const {app, mount, volumeSizeGb} = plan;
		const shell = await openStartedMachine(plan, readers);
		if (!shell) return notStarted;
		const {stdout, stderr} = await shell.run(['df', '-Pk', mount?.destination ?? '/']);
		const [, used, free] = /^\S+\s+\d+\s+(\d+)\s+(\d+)\s+\d+%/m.exec(stdout) ?? [];
		if (used === undefined || free === undefined)
			return {
				status: 'could-not-tell',
				detail: `unexpected output from df: ${stderr.trim() || stdout.trim()}`,
			};

		const percent = Math.round((Number(used) / Math.max(1, Number(used) + Number(free))) * 100);
		const larger = `fly volumes list -a ${app}, then fly volumes extend ID -s ${volumeSizeGb + 1} -a ${app}`;
		if (percent >= fullPercent) return {status: 'wrong', detail: `${percent} % full`, hint: larger};
		return {
			status: 'proved',
			detail:
				percent >= highPercent ? `${percent} % full. To make it larger: ${larger}` : `${percent} % full`,
		};
	},
};
