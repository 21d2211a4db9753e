import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {removeScratch} from '../core/litestream/restore.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {buildPlan, showAction} from '../core/plan/plan.ts';
import {announcePlan} from '../core/plan/review.ts';
import {readAskedTime} from '../core/restore/asked-time.ts';
import {compareTables} from '../core/restore/live-report.ts';
import {makeRestoreSteps, readMachineState, restartStep, writeUndo} from '../core/restore/live-steps.ts';
import {nameKept} from '../core/restore/marker.ts';
import {
	endsTooEarly,
	exactSeconds,
	findNearest,
	type RestorePoints,
	settleTime,
} from '../core/restore/points.ts';
import {showMoment, writeMoment} from '../core/restore/zone.ts';
import type {Stop} from '../core/run/ports.ts';
import type {EventOf} from '../core/session/events.ts';
import {siteUrl} from '../core/verify/report.ts';
import type {RestoreTarget} from '../drill/drill.ts';
import {listPoints} from '../drill/list-points.ts';
import {findLivePlace, findUnfinished, type Trial, tryRestore} from '../drill/over-the-app.ts';
import {describeCopy, findPlace, restoreToFile, untilStopped} from '../drill/restore-file.ts';
import {requireConsent} from '../setup/consent.ts';
import {readGiven} from '../setup/gather.ts';
import {inspectReplica} from '../setup/inspect.ts';
import {carryOut} from '../setup/plan.ts';
import {openProgress, unlessStopped, withProject} from '../setup/project.ts';
import {runDrawn} from '../wizard/plan.ts';

/** Lists the times that the replica can be restored to, restores one into a new file, or takes the running app back to one. */
export const restore: Command = {
	async run(cli) {
		const {list, at, to, dryRun} = cli.options;
		rejectMisuse(cli.options);
		// Before the account is asked: a typing error needs no login.
		const given = await readGiven(cli);
		const mode = list || to !== undefined || dryRun ? 'read' : 'write';
		return withProject(cli, {mode, given}, async (project, guard) => {
			const asked = at === undefined ? undefined : readTime(at, project, cli);
			const stop = guard();
			const plan = await unlessStopped(stop, inspectReplica(cli, project, 'restore'));
			if (list) return listAll(cli, project, plan, stop);
			if (to !== undefined) return restoreTo(cli, project, plan, {to, asked, stop});
			if (asked) return goBack(cli, project, plan, {asked, stop});
			throw noTime();
		});
	},
};

/** @throws {Failure} `usage` (exit 2). */
function rejectMisuse({list, at, to}: Cli['options']): void {
	if (list && (at !== undefined || to !== undefined)) {
		const other = to === undefined ? '--at' : '--to';
		throw new Failure('usage', `Use --list or ${other}, not both: --list only shows the times.`, {
			hint: `Remove --list or ${other}.`,
		});
	}

	if (!list && at === undefined && to === undefined) throw noTime();
}

const noTime = (): Failure =>
	new Failure('usage', 'restore needs a time to take the running app back to.', {
		hint: 'Times: phxfly restore --list. Then phxfly restore --at TIME; the newest into a file: phxfly restore --to FILE',
	});

const quote = (time: string) => (/^[\w:+.-]+$/.test(time) ? time : `"${time}"`);

/** @throws {Failure} One code for each way a time cannot be used. */
function readTime(typed: string, {readers, timeZone}: Project, {options}: Cli): Asked {
	const read = readAskedTime(typed, {nowMs: readers.clock.now(), zone: timeZone});
	if (read.ok) return read;
	const commands = read.instead.map(time => writeCommand(time, options.to));
	throw new Failure(read.code, read.problem, {hint: `Pass a time such as: ${commands.join(', or ')}`});
}

type Asked = {readonly atMs: number; readonly zone: string};

const writeCommand = (time: string, to: string | undefined) =>
	`phxfly restore --at ${quote(time)}${to === undefined ? '' : ` --to ${to}`}`;

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
		checkReach(found, asked?.atMs ?? found.latestMs, {zone: asked?.zone ?? timeZone, to, target});
		const atMs = settleTime(found, asked?.atMs ?? found.latestMs);
		const {kind, zone} = {kind: findNearest(found, atMs).kind, zone: asked?.zone ?? timeZone};
		const place = target.where === 'here' ? 'on this computer' : 'on the machine';
		const what = `${plan.app} as of ${showMoment(atMs, zone)} ${zone}, with Litestream ${target.litestream.version} ${place}`;
		if (cli.options.dryRun) {
			cli.print(`Would restore ${what}, into ${file.path}. Nothing was written.\n`);
			const resources = [{kind: 'file', id: file.path, detail: 'would be written'}];
			cli.emit({type: 'finished', exit: exitCodes.done, url: siteUrl(plan), resources});
			return exitCodes.done;
		}

		const onProgress = openProgress(cli, project, 'restore');
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

/** Takes the running app back: tries the time on the machine, asks, and lets the machine restore when it starts. */
async function goBack(
	cli: Cli,
	project: Project,
	context: PlanContext,
	{asked, stop}: {readonly asked: Asked; readonly stop: Stop},
): Promise<number> {
	const {options, person, say, emit} = cli;
	const {readers, journal, journalView, isRehearsal} = project;
	const {app} = context;
	journal.openSection(app, context.org);
	const mayBeDown = journalView.pendingCall(restartStep) !== undefined;
	const place = await unlessStopped(stop, findLivePlace(context, readers, mayBeDown));
	const earlier = findUnfinished(place, project);
	const {zone} = asked;
	const show = (at: string) => `${showMoment(Date.parse(at), zone)} ${zone}`;
	if (earlier) {
		say(`An earlier run asked for the restore of ${app} to ${show(earlier.at)}. This one finishes it.`);
	} else {
		openProgress(cli, project, 'restore')(`Trying that time on the machine of ${app}`);
	}

	const trial = earlier
		? undefined
		: await unlessStopped(
				stop,
				tryRestore(context, place, readers, {
					askedMs: asked.atMs,
					check: (found, atMs, target) => checkReach(found, atMs, {zone, target}),
				}),
			);
	const request = earlier ?? {
		id: new Date(readers.clock.now()).toISOString().replace(/\D/g, '').slice(0, 14),
		at: new Date(trial?.atMs ?? 0).toISOString(),
	};
	const {machineId, databasePath} = place;
	const steps = makeRestoreSteps({...request, app, machineId, databasePath, isRehearsal});
	const plan = buildPlan(
		// It writes no file and sets no secret; without the values of those, the run makes no test write either.
		{...context, files: [], storageSecrets: context.storageSecrets.map(({name}) => ({name}))},
		steps,
		new Map(),
		{
			nowMs: readers.clock.now(),
			hasMade: () => false,
			email: (await readers.fly.whoAmI()).email,
			...{notes: [], move: undefined},
		},
	);
	if (trial)
		emit(describeTrial(plan.context, trial, {zone, isRehearsal, keptIn: nameKept(databasePath, request.id)}));
	if (!options.json)
		for (const {actions} of plan.steps) for (const action of actions) cli.print(`  ${showAction(action)}\n`);
	if (options.dryRun) {
		if (options.json) emit(announcePlan(plan));
		emit({type: 'finished', exit: exitCodes.done, url: siteUrl(context), resources: []});
		return exitCodes.done;
	}

	requireConsent(cli, 'Pass --yes to restore without asking, or --dry-run to see the plan.');
	const question = `Take ${app} back to ${show(request.at)} now?`;
	if (person && !(await unlessStopped(stop, person.confirm(question)))) {
		say('Nothing was changed.');
		return exitCodes.interrupted;
	}

	const exit = person
		? await runDrawn(cli, project, person.draw, plan)
		: await carryOut(cli, project, plan, stop);
	const state = await readMachineState(place, readers).catch(() => undefined);
	const swapped = state?.done.find(({id}) => id === request.id)?.swapped;
	if (swapped !== undefined) {
		say(
			`The old database is in ${nameKept(databasePath, request.id)} on the volume. To reach it: phxfly ssh`,
		);
		say(`To undo the restore: ${writeUndo(swapped, isRehearsal)}`);
	}

	return exit;
}

const describeTrial = (
	{app}: PlanContext,
	{atMs, exactSeconds: exact, copy, live, seconds, litestream}: Trial,
	rest: Pick<EventOf<'restore-planned'>, 'zone' | 'isRehearsal' | 'keptIn'>,
): EventOf<'restore-planned'> => {
	const tables = compareTables(copy.rows, live);
	return {
		type: 'restore-planned',
		...{app, litestream, ...rest, exactSeconds: exact},
		asked: new Date(atMs).toISOString(),
		...(copy.newestMs === undefined ? {} : {reached: new Date(copy.newestMs).toISOString()}),
		...(tables ? {tables} : {}),
		bytes: copy.bytes ?? 0,
		// The restart itself, and the look for a second writer, take about this long.
		downSeconds: Math.ceil(seconds + 10),
	};
};

/** @throws {Failure} `time-too-early` or `time-too-late` (exit 2), with the nearest time. */
function checkReach(
	{earliestMs, latestMs}: RestorePoints,
	atMs: number,
	{zone, to, target}: {readonly zone: string; readonly to?: string; readonly target: RestoreTarget},
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
