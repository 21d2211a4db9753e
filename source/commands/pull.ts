import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {writeMoment} from '../core/restore/zone.ts';
import type {Stop} from '../core/run/ports.ts';
import type {EventOf} from '../core/session/events.ts';
import {siteUrl} from '../core/verify/report.ts';
import type {Copy} from '../drill/drill.ts';
import {drillOnMachine} from '../drill/on-the-machine.ts';
import {describeCopy, findPlace, restoreToFile, untilStopped} from '../drill/restore-file.ts';
import {readGiven} from '../setup/gather.ts';
import {inspectReplica} from '../setup/inspect.ts';
import {openProgress, unlessStopped, withProject} from '../setup/project.ts';

/** Brings the newest data of production here, through the replica: compares that with the live database first, where there is one. */
export const pull: Command = {
	async run(cli) {
		const given = await readGiven(cli);
		return withProject(cli, {mode: 'read', given}, async (project, guard) => {
			const stop = guard();
			const plan = await unlessStopped(stop, inspectReplica(cli, project, 'pull'));
			return pullTo(cli, project, plan, stop);
		});
	},
};

async function pullTo(cli: Cli, project: Project, plan: PlanContext, stop: Stop): Promise<number> {
	const {options, host} = cli;
	const {isRehearsal, readers, timeZone} = project;
	const named = options.argument ?? nameFile(plan.app, readers.clock.now());
	const file = await cli.openCopyFile(named);
	const signal = stop.graceful;
	const onProgress = openProgress(cli, project, 'pull');
	try {
		const own = {folder: file.folder, signal};
		const target = await unlessStopped(stop, findPlace(project, plan, host.environment, own));
		const place = target.isLocal
			? 'on this computer'
			: 'on the machine, up to 16 MB packed, since this computer lacks litestream or the keys';
		const what = `the newest data of ${plan.app}, with Litestream ${target.litestream.version} ${place}`;
		if (options.dryRun) {
			cli.print(
				`Would compare the replica with the live database if the machine runs, then restore ${what}, into ${file.path}. Nothing was written.\n`,
			);
			const resources = [{kind: 'file', id: file.path, detail: 'would be written'}];
			cli.emit({type: 'finished', exit: exitCodes.done, url: siteUrl(plan), resources});
			return exitCodes.done;
		}

		onProgress('Comparing the replica with the live database');
		const comparison = await unlessStopped(stop, compare(project, plan));
		onProgress(`Restoring ${what}`);
		const work = restoreToFile({target, file, signal, onProgress});
		const copy = await untilStopped(stop, target, work);
		const {ageMs} = copy;
		for (const skew of copy.skews) cli.say(`Note: ${skew}`);
		cli.emit({
			type: 'copy-made',
			...{app: plan.app, file: file.path, zone: timeZone, isRehearsal},
			...describeCopy(target, copy),
			...comparison,
			...(ageMs === undefined ? {} : {ageSeconds: Math.max(0, Math.round(ageMs / 1000))}),
		});
		const exit = exitCodes[findExit(comparison.compared, copy)];
		const resources = [{kind: 'file', id: file.path, detail: `${copy.bytes ?? 0} bytes`}];
		cli.emit({type: 'finished', exit, url: siteUrl(plan), resources});
		return exit;
	} finally {
		await file.remove();
	}
}

/** `blog-20261128-140305Z.db`: a new name each second. */
const nameFile = (app: string, nowMs: number): string =>
	`${app}-${writeMoment(Math.floor(nowMs / 1000) * 1000, 'UTC')
		.replaceAll(/[:-]/g, '')
		.replace('T', '-')}.db`;

type Comparison = Pick<EventOf<'copy-made'>, 'compared' | 'note'>;

/** Compares a restore on the machine with the live database. Never fails: the data may be needed because something is wrong. */
async function compare({readers}: Project, plan: PlanContext): Promise<Comparison> {
	try {
		const {equal} = await drillOnMachine(plan, readers);
		return equal
			? {compared: 'equal', note: `as of ${equal.asOf.slice(11, 19)} UTC, ${equal.pages} pages`}
			: {compared: 'not-compared', note: 'there is no live database to compare'};
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		const {code, message} = error;
		const isDifferent = code === 'drill-failed' || code === 'replica-empty';
		const isImpossible = code === 'drill-impossible' || code === 'no-room';
		return {
			compared: isDifferent ? 'different' : isImpossible ? 'not-compared' : 'could-not-tell',
			note: message.replace(/\.$/, ''),
		};
	}
}

function findExit(compared: Comparison['compared'], {isChecked, gaps}: Copy): 'done' | 'failed' | 'unproved' {
	if (compared === 'different') return 'failed';
	const isWhole = compared === 'equal' || gaps === 'none';
	return compared === 'could-not-tell' || !isChecked || !isWhole ? 'unproved' : 'done';
}
