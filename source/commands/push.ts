import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {showBytes} from '../core/litestream/machine.ts';
import type {PushedFile} from '../core/push/pushed-file.ts';
import {type PushPlan, writePushPlan} from '../core/push/report.ts';
import type {Stop} from '../core/run/ports.ts';
import type {RestoreTarget} from '../drill/drill.ts';
import {type Inspected, inspectCopy, type Sqlite} from '../drill/inspect-copy.ts';
import {findLocalPlace} from '../drill/on-this-computer.ts';
import {untilStopped} from '../drill/restore-file.ts';
import {awaitEarlier, sendCopy, sentName} from '../drill/send-copy.ts';
import {testWrite} from '../engine/storage.ts';
import {requireConsent} from '../setup/consent.ts';
import {readGiven} from '../setup/gather.ts';
import {openProgress, sayStateProblems, unlessStopped, withProject} from '../setup/project.ts';
import {neededAnswers, type PushGoal, preparePush, requireOwnStart} from '../setup/push.ts';

/** Makes a SQLite file the first data of an app that has none: sends a copy to the empty prefix, from which the first start restores. */
export const push: Command = {
	async run(cli) {
		const {argument, dryRun} = cli.options;
		if (argument === undefined) {
			throw new Failure('usage', 'push needs a SQLite file.', {hint: 'Run phxfly push FILE.'});
		}

		const file = await cli.openPushedFile(argument);
		const given = await readGiven(cli);
		const mode = dryRun ? 'read' : 'write';
		return withProject(cli, {mode, given}, async (project, guard) => {
			sayStateProblems(cli, project, mode);
			const stop = guard();
			try {
				return await pushFile(cli, project, file, stop);
			} finally {
				if (dryRun || project.journal.section().push === undefined) await file.remove();
			}
		});
	},
};

async function pushFile(cli: Cli, project: Project, file: PushedFile, stop: Stop): Promise<number> {
	const {options, person} = cli;
	const onProgress = openProgress(cli, project, 'push');
	const {runProgram} = project;
	const sqlite = runProgram && {
		runProgram,
		nodePath: cli.host.nodePath,
		searchPath: cli.host.environment.PATH ?? '',
		signal: stop.graceful,
	};
	if (sqlite) await unlessStopped(stop, awaitEarlier(file, sqlite, project.readers.clock, onProgress));
	const goal = await unlessStopped(stop, preparePush(cli, project, file));
	for (const note of goal.state.notes) cli.say(note);
	const copied = sqlite && (await prepareCopy(cli, project, goal, file, {sqlite, stop, onProgress}));
	const plan: PushPlan = {
		...{app: goal.app, place: goal.place, file, found: copied?.found},
		litestream: copied?.target.litestream.version ?? goal.litestream,
		isContinued: goal.isBegun,
		gbMonthUsd: goal.provider.gbMonthUsd,
	};
	if (!options.json) cli.print(writePushPlan(plan));
	const finish = (detail: string) => {
		const resources = [{kind: 'replica', id: goal.place, detail}];
		cli.emit({type: 'finished', exit: exitCodes.done, url: undefined, resources});
		return exitCodes.done;
	};
	if (options.dryRun) return finish('would be written');
	requireConsent(cli, 'Pass --yes to push without asking, or --dry-run to see the plan.');
	if (person && !(await person.confirm('Push it now?'))) {
		cli.say('Nothing was changed.');
		return exitCodes.interrupted;
	}

	const {target, provider, place, app} = goal;
	const {readers, journal, executor} = project;
	const tools = {store: readers.store, journal, clock: readers.clock, newId: executor.newMarker};
	requireOwnStart(goal, await unlessStopped(stop, testWrite(target, provider, tools)));
	journal.changeSection(section => ({...section, push: {place, stamp: file.stamp}}));
	const copy = copied
		? await untilStopped(stop, copied.target, sendCopy({...copied, file, onProgress}))
		: await rehearseSending(project, goal);
	remember(project, goal);
	const {rows} = copy ?? {};
	cli.emit({
		type: 'file-pushed',
		...{app, file: file.path, bytes: file.bytes, place, litestream: plan.litestream},
		compared: copy ? 'equal' : 'not-compared',
		...(copied?.found.schema === undefined ? {} : {schema: copied.found.schema}),
		...(rows ? {tables: [...rows.counts].map(([name, count]) => ({name, rows: count}))} : {}),
		isRehearsal: project.isRehearsal,
	});
	return finish(showBytes(file.bytes));
}

type Copied = {readonly target: RestoreTarget; readonly sqlite: Sqlite; readonly found: Inspected};

/** A copy is whole once it has this name. */
const draftName = 'draft.db';

/**
Copies the file, unless an earlier run sent a part of its copy, and checks the copy.

@throws {Failure} As `inspectCopy` and `CopyFile`, `no-room`, and `push-impossible` without Litestream of the image's kind.
*/
async function prepareCopy(
	cli: Cli,
	{readers, facts}: Project,
	goal: PushGoal,
	file: PushedFile,
	{
		sqlite,
		stop,
		onProgress,
	}: {readonly sqlite: Sqlite; readonly stop: Stop; readonly onProgress: (line: string) => void},
): Promise<Copied> {
	const {environment} = cli.host;
	const {state, provider, target: store, litestream} = goal;
	const signal = stop.graceful;
	const isKept = goal.isBegun && (await file.measure(sentName)) > 0;
	if (!isKept && !cli.options.dryRun) requireOwnStart({...goal, isBegun: false}, goal.content);
	if (!isKept) await file.remove();
	const needed = file.bytes * 3 + 16 * 1024 * 1024;
	const free = await file.measureFree();
	if (!isKept && free < needed) {
		throw new Failure(
			'no-room',
			`${file.folder} has ${showBytes(free)} free, but a push of this file needs ${showBytes(needed)}.`,
			{
				hint: 'Free up space, or name a state folder on another disk: --state-dir DIR. Nothing was pushed.',
			},
		);
	}

	const plan = {provider, answers: state.answers, bucket: store.bucket, prefix: store.prefix};
	const own = {folder: file.folder, signal};
	const target = await unlessStopped(
		stop,
		findLocalPlace(plan, readers, sqlite.runProgram, environment, own),
	);
	const is05 = !litestream.startsWith('0.3.');
	if (target?.litestream.is05 !== is05) {
		const has = target ? `this computer has ${target.litestream.version}` : 'this computer has none';
		throw new Failure(
			'push-impossible',
			`The image has Litestream ${litestream}, and ${has}. Only the same kind writes what the first start can read.`,
			{
				hint: `Install litestream ${litestream} here: https://github.com/benbjohnson/litestream/releases/tag/v${litestream}. Nothing was pushed.`,
			},
		);
	}

	const newest = facts.newestMigration;
	onProgress(
		isKept ? 'Continuing with the copy of the earlier run' : 'Copying the file, and checking the copy',
	);
	if (!isKept) await file.copyTo(draftName);
	const name = isKept ? sentName : draftName;
	const found = await untilStopped(stop, target, inspectCopy(file, name, newest, sqlite));
	if (!isKept) await file.move(draftName, sentName);
	return {target, sqlite, found};
}

/** Writes objects as Litestream names them, so that the rehearsal's first start finds them. */
async function rehearseSending({readers}: Project, {target}: PushGoal): Promise<undefined> {
	const first = '0000000000000001-0000000000000001.ltx';
	for (const level of ['0000', '0009']) await readers.store.put(target, `${level}/${first}`, 'rehearsal');
}

/** From here on the place belongs to the app: its setup uses the same answers, and restores without asking. */
function remember({journal}: Project, {app, org, state, place, provider}: PushGoal): void {
	const needed = neededAnswers(provider);
	const answers = [...state.answers].flatMap(([id, {value, origin}]) =>
		needed.includes(id) || origin.kind === 'flag' ? [[id, {value, origin: origin.text}] as const] : [],
	);
	journal.change(now => ({...now, answers: {...now.answers, ...Object.fromEntries(answers)}}));
	journal.openSection(app, org);
	journal.changeSection(section => ({...section, replica: place, push: undefined}));
}
