import {readAnswer, requireAnswer} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {AppStatus} from '../core/fly/output.ts';
import {listMakers} from '../core/inventory/removal.ts';
import type {JournalView} from '../core/journal.ts';
import {judgeApp, restartSection} from '../core/ownership.ts';
import {buildPlanContext} from '../core/plan/build-context.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {describeHeartbeat} from '../core/plan/heartbeat.ts';
import {readPlannedLitestream} from '../core/plan/litestream.ts';
import {findMove} from '../core/plan/moves.ts';
import {buildPlan, type Plan} from '../core/plan/plan.ts';
import {findPlanProblems} from '../core/plan/problems.ts';
import {warnOfRetention} from '../core/plan/retention.ts';
import type {Finding, Step} from '../core/plan/step.ts';
import {type ProjectFacts, readProject} from '../core/project/project.ts';
import {explainUnknownReads} from '../core/project/secret-reads.ts';
import type {AnswerState} from '../core/questions/question.ts';
import type {Readers} from '../core/readers.ts';
import type {Stop} from '../core/run/ports.ts';
import {buildReport, writeReport} from '../core/verify/report.ts';
import {confirmEmptyLists} from '../engine/confirm-lists.ts';
import {listExisting} from '../engine/inventory.ts';
import {readLiveValues} from '../engine/live-values.ts';
import {rejectConflicts, runPlan} from '../engine/run.ts';
import {defaultWaitMs, report} from '../engine/verify.ts';
import {requireProtection, requireSwitches} from './protection.ts';
import {offerPush} from './push.ts';

/**
Creates the plan from complete answers, the current files, and the current state of the account.

@param say - Gets the problems doctor would find, before a conflict ends the command.
@param allowsConflicts - Returns a plan that cannot run, instead of ending with its first conflict.
@param onLook - Called before phxfly asks a deployed app what it runs with.
@param signal - Aborts when the plan is no longer wanted: then phxfly neither shows nor records anything.
@throws {Failure} For an image that cannot be protected, a fly.toml that cannot be edited as needed, and a conflict.
*/
export async function preparePlan(
	{registry, options}: Pick<Cli, 'registry' | 'options'>,
	opened: Project,
	state: AnswerState,
	{
		say,
		allowsConflicts = false,
		onLook,
		signal,
	}: {
		readonly say?: (line: string) => void;
		readonly allowsConflicts?: boolean;
		readonly onLook?: (app: string) => void;
		readonly signal?: AbortSignal;
	} = {},
): Promise<Plan> {
	const {journalView} = opened;
	const project = {...opened, readers: confirmEmptyLists(opened)};
	const facts = await readFacts(project);
	const {answers, profile} = state;
	const image = await requireProtection({...project, facts}, profile, readAnswer(answers, 'image'));
	const app = requireAnswer(answers, 'app');
	const org = requireAnswer(answers, 'org');
	const existing = await findOwnApp(project, {app, org}, registry.steps, {say, signal});
	const context = buildPlanContext(
		{...state, facts},
		{
			adopt: options.adopt || answers.get('adopt')?.value === 'yes',
			redeploy: options.redeploy,
			existing,
			templates: await project.readTemplates(profile.templates),
			imageFiles: image.files,
			replicaUrls: image.switches.flatMap(({name, isUrl}) => (isUrl ? [name] : [])),
		},
	);
	await requireSwitches(image.switches, context, project.readers);
	signal?.throwIfAborted();
	if (context.existing?.Deployed) onLook?.(context.app);
	const [findings, live] = await Promise.all([
		inspectSteps(registry.steps, context, project.readers, journalView),
		readLiveValues(context, project.readers),
	]);
	const {files} = await project.readTexts();
	const plan = buildPlan(context, registry.steps, findings, {
		nowMs: project.readers.clock.now(),
		hasMade: ({id, ships}) =>
			journalView.hasMade(id) || (ships === true && journalView.idOf('machine') !== undefined),
		email: state.account.email,
		notes: [
			...listUnknownReads(context.facts),
			...findPlanProblems(registry.rules, context, files),
			...warnOfRetention(readPlannedLitestream(context)),
			...describeHeartbeat(context),
			...(await offerPush(opened, context)),
		],
		move: findMove(context, live, journalView),
	});
	if (say) for (const note of plan.notes) say(note);
	if (!allowsConflicts) rejectConflicts(plan);
	return plan;
}

/**
Opens the journal's section of the app, and begins a new one if the app is not the one that phxfly created.

@returns The app as Fly reports it, or `undefined`.
*/
async function findOwnApp(
	{readers, journal}: Project,
	{app, org}: {readonly app: string; readonly org: string},
	steps: readonly Step[],
	{
		say = () => undefined,
		signal,
	}: {readonly say?: ((line: string) => void) | undefined; readonly signal?: AbortSignal | undefined},
): Promise<AppStatus | undefined> {
	journal.openSection(app, org);
	const existing = await readers.fly.status(app);
	const section = journal.section();
	const telling = listMakers(steps).filter(
		({id, resource}) =>
			!resource.outlivesApp && section.made.some(({step, mark}) => step === id && mark !== undefined),
	);
	if (!existing || telling.length === 0) return existing;
	const listed = await Promise.all(
		telling.map(async ({id, resource}) => [id, await resource.list(app, readers.fly)] as const),
	);
	if (judgeApp(section, new Map(listed)) !== 'another') return existing;
	signal?.throwIfAborted();
	journal.changeSection(now => restartSection(now, steps));
	say(
		`${app} no longer has anything that phxfly created in it, so this is another app of the same name. phxfly treats it as one that it did not create.`,
	);
	return existing;
}

/** Reads the files that steps edit as they are now. The app's code is read once, when the project is opened. */
async function readFacts({facts, readers}: Project): Promise<ProjectFacts> {
	const files = new Map(facts.files);
	const flyTomlPath = facts.flyToml?.path ?? 'fly.toml';
	for (const path of [
		flyTomlPath,
		facts.dockerfile?.path ?? 'Dockerfile',
		'.dockerignore',
		'etc/litestream.yml',
		'rel/entrypoint.sh',
		'rel/overlays/bin/server',
	]) {
		const text = await readers.files.read(path);
		if (text !== undefined) files.set(path, text);
	}

	const reading = readProject(files, {flyTomlPath, elixir: facts.elixir});
	return reading.ok ? {...reading.facts, secretReads: facts.secretReads} : facts;
}

function listUnknownReads({elixir}: ProjectFacts): readonly string[] {
	const unknown = explainUnknownReads(elixir);
	return unknown === undefined ? [] : [unknown];
}

/** Returns what each step finds now. An app that does not exist has nothing yet. */
async function inspectSteps(
	steps: readonly Step[],
	plan: PlanContext,
	readers: Readers,
	journalView: JournalView,
): Promise<ReadonlyMap<string, Finding>> {
	const needed = steps.filter(step => step.isNeeded(plan));
	const looked = plan.existing ? needed : needed.filter(({needsApp}) => needsApp === false);
	const findings = await Promise.all(
		looked.map(async step => [step.id, await step.look(plan, readers, journalView)] as const),
	);
	return new Map(findings);
}

/**
Carries out a plan without a screen, and reports.

@returns The exit code of the checks. @throws {Failure} The first one in plan order, with what exists now.
*/
export async function carryOut(cli: Cli, project: Project, plan: Plan, stop: Stop): Promise<number> {
	const {clock} = project.readers;
	const startedAtMs = clock.elapsed();
	const waiting = {waitMs: cli.options.waitMs ?? defaultWaitMs};
	try {
		const results = await runPlan(plan, cli.registry.checks, project, {emit: cli.emit, stop, waiting});
		const elapsedSeconds = Math.round((clock.elapsed() - startedAtMs) / 1000);
		const {isRehearsal} = project;
		const lines = writeReport(buildReport(plan.context, results, {elapsedSeconds, isRehearsal}));
		return report(cli, plan.context, results, {stop, lines});
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		throw error.withExisting(await listExisting(project.readers, plan.context));
	}
}
