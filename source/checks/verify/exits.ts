import {isManaged, isThere} from '../../core/fly/output.ts';
import type {Check} from '../../core/verify/check.ts';

/** With these our entrypoint ends before it starts the app; its line in the log says which it is. */
const refusals: Readonly<Record<number, string>> = {
	75: ': the start found that another machine writes to the replica, or that the storage does not respond',
	78: ': the start found a setting, a volume, or a replica that it cannot start with',
};

/** Fly restarts an app that crashed, so the machine's state alone does not show the crash. */
export const exits: Check = {
	id: 'exits',
	title: 'No crash since the release',
	isNeeded: () => true,

	async check({app, vm, flyTomlPath}, {fly}) {
		const [machines, releases] = await Promise.all([fly.listMachines(app), fly.listReleases(app)]);
		const newest = Math.max(0, ...releases.map(({CreatedAt}) => Date.parse(CreatedAt) || 0));
		const events = machines
			.filter(isManaged)
			.filter(isThere)
			.flatMap(machine => machine.events ?? []);
		if (events.length === 0) return {status: 'could-not-tell', detail: 'Fly lists no events of the machine'};

		const ended = events
			.filter(({timestamp}) => timestamp >= newest)
			.flatMap(({timestamp, request}) =>
				request?.exit_event ? [{...request.exit_event, atMs: timestamp}] : [],
			)
			.filter(
				({requested_stop, oom_killed, exit_code}) => oom_killed || (!requested_stop && exit_code !== 0),
			);
		const [last] = ended;
		if (!last) return {status: 'proved', detail: 'none in its latest events'};

		const times = ended.length === 1 ? 'once' : `${ended.length} times`;
		const at = last.atMs > 0 ? `, last at ${new Date(last.atMs).toISOString()}` : '';
		if (ended.some(({oom_killed}) => oom_killed)) {
			return {
				status: 'wrong',
				detail: `out of memory with ${vm.memoryMb} MB, crashed ${times}${at}`,
				hint: `increase memory in [[vm]] of ${flyTomlPath}, then run phxfly deploy`,
			};
		}

		return {
			status: 'wrong',
			detail: `crashed ${times} with exit code ${last.exit_code}${at}${refusals[last.exit_code ?? 0] ?? ''}`,
			hint: `fly logs -a ${app}`,
		};
	},
};
