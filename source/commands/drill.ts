import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {type DrillFindings, describeDrill, listLargest, showAge} from '../core/litestream/drill.ts';
import {showBytes} from '../core/litestream/machine.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {CheckStatus, Resource} from '../core/session/events.ts';
import {siteUrl} from '../core/verify/report.ts';
import {drillReplica} from '../drill/drill.ts';
import {drillOnMachine} from '../drill/on-the-machine.ts';
import {findLocalPlace} from '../drill/on-this-computer.ts';
import {pingMonitor} from '../drill/ping-monitor.ts';
import {readGiven} from '../setup/gather.ts';
import {inspectReplica} from '../setup/inspect.ts';
import {withProject} from '../setup/project.ts';

/** Restores the replica without touching the running app. Prints only the result, so that cron can run it. */
export const drill: Command = {
	async run(cli) {
		const given = await readGiven(cli);
		return withProject(cli, {mode: 'read', given}, async project => {
			const plan = await inspectReplica(cli, project, 'restore');
			const emit = (status: CheckStatus, detail: string) =>
				cli.emit({type: 'check-changed', id: 'drill', status, detail});
			emit('checking', 'Restoring the replica into a temporary file');
			try {
				return await finish(cli, project, plan, await restore(cli, project, plan));
			} catch (error) {
				if (error instanceof Failure)
					emit(error.exit === 'failed' ? 'wrong' : 'could-not-tell', error.message);
				throw error;
			}
		});
	},
};

/** Chooses this computer if it has everything the restore needs, to leave the machine alone. Else the machine. */
async function restore(
	{host}: Cli,
	{runProgram, readers}: Project,
	plan: PlanContext,
): Promise<DrillFindings> {
	const here = runProgram && (await findLocalPlace(plan, readers, runProgram, host.environment));
	return here ? drillReplica(here) : drillOnMachine(plan, readers);
}

/**
Reports, and pings the monitor after a drill that passed: what becomes of the ping changes nothing else.

@returns 1 when the copy may be older than `--max-age`, 3 when something may be missing in it.
*/
async function finish(
	{options, emit}: Cli,
	project: Project,
	plan: PlanContext,
	found: DrillFindings,
): Promise<number> {
	const {maxAgeMs} = options;
	const {ageMs} = found;
	const isTooOld = maxAgeMs !== undefined && (ageMs === undefined || ageMs > maxAgeMs);
	const limit = isTooOld
		? `, older than --max-age ${showAge(maxAgeMs)}${found.equal ? '' : '. Note: an idle database also ages'}`
		: '';
	const detail = `${describeDrill(found)}${limit}`;
	const status = isTooOld ? 'wrong' : found.gaps === 'unknown' ? 'could-not-tell' : 'proved';
	emit({type: 'check-changed', id: 'drill', status, detail});
	const exit = toExit(status);
	const ping = status === 'proved' ? await pingMonitor(plan, project) : undefined;
	if (ping) emit({type: 'check-changed', id: 'heartbeat', ...ping});
	emit({type: 'finished', exit, url: siteUrl(plan), resources: listFound(plan, found)});
	return exit;
}

const toExit = (status: 'proved' | 'wrong' | 'could-not-tell'): number =>
	status === 'proved' ? exitCodes.done : status === 'wrong' ? exitCodes.failed : exitCodes.unproved;

function listFound(
	{bucket = '', prefix = ''}: PlanContext,
	{bytes, rows, ageMs}: DrillFindings,
): readonly Resource[] {
	const place = [bucket, prefix].filter(Boolean).join('/');
	const size = bytes === undefined ? 'size unknown' : showBytes(bytes);
	const age = ageMs === undefined ? 'age unknown' : `${Math.max(0, Math.round(ageMs / 1000))} seconds old`;
	return [
		{kind: 'replica', id: place, detail: `${size}, ${age}`},
		...listLargest(rows?.counts ?? new Map()).map(([name, count]) => ({
			kind: 'table',
			id: name,
			detail: `${count} rows`,
		})),
	];
}
