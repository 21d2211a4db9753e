import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {removeScratch} from '../core/litestream/restore.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {readAskedTime} from '../core/restore/asked-time.ts';
import {endsTooEarly, exactSeconds, findNearest, type RestorePoints} from '../core/restore/points.ts';
import {showMoment, writeMoment} from '../core/restore/zone.ts';
import type {Stop} from '../core/run/ports.ts';
import type {EventOf} from '../core/session/events.ts';
import {siteUrl} from '../core/verify/report.ts';
import type {RestoreTarget} from '../drill/drill.ts';
import {listPoints} from '../drill/list-points.ts';
import {describeCopy, findPlace, restoreToFile, untilStopped} from '../drill/restore-file.ts';
import {readGiven} from '../setup/gather.ts';
import {inspectReplica} from '../setup/inspect.ts';
import {openLines, unlessStopped, withProject} from '../setup/project.ts';

/** Lists the times that the replica can be restored to, or restores one into a new file. Does not touch the running app. */
export const restore: Command = {
	async run(cli) {
		const {list, at, to} = cli.options;
		rejectMisuse(cli.options);
		// Before the account is asked: a typing error needs no login.
		const given = await readGiven(cli);
		return withProject(cli, {mode: 'read', given}, async (project, guard) => {
			const asked = at === undefined ? undefined : readTime(at, project, cli);
			const stop = guard();
			const plan = await unlessStopped(stop, inspectReplica(cli, project, 'restore'));
			if (list || to === undefined) return listAll(cli, project, plan, stop);
			return restoreTo(cli, project, plan, {to, asked, stop});
		});
	},
};

/** @throws {Failure} `usage` or `restore-not-offered`. */
function rejectMisuse({list, at, to}: Cli['options']): void {
	if (list && (at !== undefined || to !== undefined)) {
		const other = to === undefined ? '--at' : '--to';
		throw new Failure('usage', `Use --list or ${other}, not both: --list only shows the times.`, {
			hint: `Remove --list or ${other}.`,
		});
	}

	if (list || to !== undefined) return;
	const time = at === undefined ? 'TIME' : quote(at);
	throw new Failure(
		'restore-not-offered',
		'phxfly does not restore over a running app. Nothing was changed.',
		{
			hint: `Restore into a file: phxfly restore --at ${time} --to FILE. To see the times: phxfly restore --list. docs/day-two.md says how to put that file in place.`,
		},
	);
}

const quote = (time: string) => (/^[\w:+.-]+$/.test(time) ? time : `"${time}"`);

/** @throws {Failure} One code for each way a time cannot be used. */
function readTime(typed: string, {readers, timeZone}: Project, {options}: Cli): Asked {
	const read = readAskedTime(typed, {nowMs: readers.clock.now(), zone: timeZone});
	if (read.ok) return read;
	const commands = read.instead.map(time => writeCommand(time, options.to));
	throw new Failure(read.code, read.problem, {hint: `Pass a time such as: ${commands.join(', or ')}`});
}

type Asked = {readonly atMs: number; readonly zone: string};

const writeCommand = (time: string, to = 'FILE') => `phxfly restore --at ${quote(time)} --to ${to}`;

async function listAll(
	cli: Pick<Cli, 'host' | 'emit' | 'say'>,
	project: Project,
	plan: PlanContext,
	stop: Stop,
): Promise<number> {
	const target = await unlessStopped(stop, findPlace(project, plan, cli.host.environment));
	try {
		const found = await unlessStopped(stop, listPoints(target));
		cli.emit(describePoints(plan, target, found, project.timeZone));
		cli.emit({type: 'finished', exit: exitCodes.done, url: siteUrl(plan), resources: []});
		return exitCodes.done;
	} finally {
		await removeScratch(target.shell, target.scratch);
	}
}

/** Ages are those on the storage's clock. */
const readNow = ({clock, storageSkewMs = 0}: RestoreTarget): number => clock.now() + storageSkewMs;

function describePoints(
	{app}: PlanContext,
	target: RestoreTarget,
	{points, earliestMs, latestMs}: RestorePoints,
	zone: string,
): EventOf<'points-found'> {
	const nowMs = readNow(target);
	const write = (atMs: number) => writeMoment(atMs, 'UTC');
	return {
		type: 'points-found',
		...{app, zone, where: target.where, litestream: target.litestream.version},
		earliest: write(earliestMs),
		latest: write(latestMs),
		points: points.map(({atMs, kind}) => ({
			at: write(atMs),
			kind,
			ageSeconds: Math.max(0, Math.round((nowMs - atMs) / 1000)),
			exactSeconds: exactSeconds[kind],
		})),
	};
}

type Wish = {readonly to: string; readonly asked: Asked | undefined; readonly stop: Stop};

async function restoreTo(cli: Cli, project: Project, plan: PlanContext, wish: Wish): Promise<number> {
	const {to, asked, stop} = wish;
	const {isRehearsal, timeZone} = project;
	const file = await cli.openCopyFile(to);
	const signal = stop.graceful;
	try {
		const own = {folder: file.folder, signal};
		const target = await unlessStopped(stop, findPlace(project, plan, cli.host.environment, own));
		const found = await untilStopped(stop, target, listPoints(target));
		const atMs = asked?.atMs ?? found.latestMs;
		checkReach(found, atMs, {zone: asked?.zone ?? timeZone, to, target});
		const {kind, zone} = {kind: findNearest(found, atMs).kind, zone: asked?.zone ?? timeZone};
		const place = target.where === 'here' ? 'on this computer' : 'on the machine';
		const what = `${plan.app} as of ${showMoment(atMs, zone)} ${zone}, with Litestream ${target.litestream.version} ${place}`;
		if (cli.options.dryRun) {
			cli.print(`Would restore ${what}, into ${file.path}. Nothing was written.\n`);
			const resources = [{kind: 'file', id: file.path, detail: 'would be written'}];
			cli.emit({type: 'finished', exit: exitCodes.done, url: siteUrl(plan), resources});
			return exitCodes.done;
		}

		const passOn = openLines(cli, project, 'restore');
		const onProgress = (line: string) => passOn('stderr', line);
		onProgress(`Restoring ${what}`);
		const newest = asked === undefined;
		const copy = await untilStopped(
			stop,
			target,
			restoreToFile({target, file, signal, onProgress, ...(newest ? {} : {atMs})}),
		);
		const isShort = !newest && endsTooEarly(found, atMs, copy.txid);
		cli.emit({
			type: 'copy-made',
			...{app: plan.app, file: file.path, zone, isRehearsal, compared: 'not-compared'},
			...describeCopy(target, copy),
			...(newest ? {} : {asked: new Date(atMs).toISOString(), exactSeconds: Math.max(1, exactSeconds[kind])}),
			...(copy.newestMs === undefined ? {} : {reached: new Date(copy.newestMs).toISOString()}),
			...(isShort
				? {note: 'the bucket lists later changes from before that time, so one in between may be missing'}
				: {}),
		});
		const exit = exitCodes[copy.isChecked && !isShort && copy.gaps === 'none' ? 'done' : 'unproved'];
		const resources = [{kind: 'file', id: file.path, detail: `${copy.bytes ?? 0} bytes`}];
		cli.emit({type: 'finished', exit, url: siteUrl(plan), resources});
		return exit;
	} finally {
		await file.remove();
	}
}

/** @throws {Failure} `time-too-early` or `time-too-late` (exit 2), with the nearest time. */
function checkReach(
	{earliestMs, latestMs}: RestorePoints,
	atMs: number,
	{zone, to, target}: {readonly zone: string; readonly to: string; readonly target: RestoreTarget},
): void {
	const show = (ms: number) => `${showMoment(ms, zone)} ${zone}`;
	const offer = (ms: number) => writeCommand(writeMoment(ms, zone), to);
	if (atMs < earliestMs) {
		const why = target.litestream.is05 ? '' : ' Litestream 0.3 keeps little before its newest snapshot.';
		throw new Failure(
			'time-too-early',
			`The first restore point is ${show(earliestMs)}, after ${show(atMs)}.${why}`,
			{hint: `For the first one: ${offer(earliestMs)}. All of them: phxfly restore --list`},
		);
	}

	if (atMs > latestMs) {
		throw new Failure(
			'time-too-late',
			`The last restore point is ${show(latestMs)}, before ${show(atMs)}. Either the app stored nothing since, or it did not arrive.`,
			{hint: `For the last one: ${offer(latestMs)}. To see whether all arrives: phxfly verify`},
		);
	}
}
