import {createHash} from 'node:crypto';
import {requireAnswer} from '../core/answer.ts';
import type {Cli, Lists, Options, Project} from '../core/command/context.ts';
import {readDoctorFacts} from '../core/doctor/facts.ts';
import {findProblems, type Rule} from '../core/doctor/rule.ts';
import {writeProblemDetail} from '../core/doctor/text.ts';
import {Failure} from '../core/errors/failure.ts';
import type {JournalState, JournalView} from '../core/journal.ts';
import {buildPlanContext} from '../core/plan/build-context.ts';
import {rejectMoves} from '../core/plan/changes.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {buildPlan, type Plan} from '../core/plan/plan.ts';
import type {Finding, Step} from '../core/plan/step.ts';
import {readProject} from '../core/project/project.ts';
import type {AnswerState} from '../core/questions/question.ts';
import type {Readers} from '../core/readers.ts';
import type {RunTools} from '../core/run/ports.ts';
import {confirmEmptyLists} from '../engine/confirm-lists.ts';
import {gather} from './gather.ts';
import {sayArchived} from './project.ts';

/** A workshop as the engine takes it; without `lease` nobody can clear one, and it is waited for. */
export function makeTools(
	project: Project,
	stop: RunTools['stop'],
	lease?: Pick<RunTools, 'onLease' | 'whenLeaseCleared'>,
): RunTools {
	const {readers, journalView, journal, executor, secretStore, redactor} = project;
	return {
		readers: {...readers, fly: confirmEmptyLists(readers.fly, journalView, readers.clock)},
		journalView,
		journal,
		executor,
		secretStore,
		redactor,
		markRun(id) {
			project.markRun(id);
			// A new app has nothing of what an earlier one of its name had.
			if (id === 'create-app') journal.change(forgetOthers);
		},
		stop,
		onLease: lease?.onLease ?? (() => undefined),
		whenLeaseCleared: lease?.whenLeaseCleared ?? (() => new Promise(() => undefined)),
	};
}

function forgetOthers(state: JournalState): JournalState {
	const ids = Object.entries(state.ids).filter(([step]) => step === 'create-app');
	return {
		...state,
		ids: Object.fromEntries(ids),
		made: state.made.filter(step => step === 'create-app'),
		things: {},
		secrets: {},
	};
}

/** @throws {Failure} Before anything was changed, for what a look ahead already refuses. */
export function rejectConflicts({steps, context}: Plan, {journalView}: Project): void {
	rejectMoves(context, journalView);
	for (const {step, finding} of steps) {
		if (finding.is === 'conflict' && step.id !== 'deploy') {
			const {code, why, hint, questionId} = finding;
			throw new Failure(code, why, questionId ? {hint, questionId} : {hint});
		}
	}
}

export function rememberAccount({journal}: Project, email: string, {context}: Plan): void {
	journal.change(state => ({...state, account: {email, org: context.org}}));
}

/** SHA-256 of a text's UTF-8 bytes, in hex. */
export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Nothing is set up under that name, or nobody said a name. */
export const appMissing = (app: string | undefined): Failure =>
	new Failure(
		'app-missing',
		app === undefined
			? 'This project has no app yet: no flag, no journal and no fly.toml names one.'
			: `There is no app called ${app} on Fly, or this login cannot see it.`,
		{hint: 'phxfly sets it up. If it is there, look at fly auth whoami.'},
	);

/** What each step would find now, for the plan; an app that does not exist has nothing yet. */
async function inspectSteps(
	steps: readonly Step[],
	plan: PlanContext,
	readers: Readers,
	journalView: JournalView,
): Promise<ReadonlyMap<string, Finding>> {
	const needed = steps.filter(step => step.isNeeded(plan));
	const looked = plan.existing ? needed : needed.filter(({id}) => id === 'write-files');
	const findings = await Promise.all(
		looked.map(async step => [step.id, await step.look(plan, readers, journalView)] as const),
	);
	return new Map(findings);
}

/**
What is set up, for commands that only look at it: from flags, journal, files and account. Keys are not needed for that, and not asked for.

@throws {Failure} Exit 5 for an answer nobody has given, 1 when the app does not exist.
*/
export async function gatherContext(cli: Cli, project: Project): Promise<PlanContext> {
	const {options} = cli;
	sayArchived(cli, project, 'read');
	const state = await gather(cli, project, 'keys-may');
	const app = requireAnswer(state.answers, 'app');
	const existing = await project.readers.fly.status(app);
	if (!existing) throw appMissing(app);

	return buildPlanContext(state, {
		adopt: options.adopt,
		redeploy: options.redeploy,
		existing,
		templates: await project.readTemplates(state.profile.templates),
	});
}

/**
Makes the plan from complete answers, the files as they are now and the account as it is now.

@throws {Failure} For a fly.toml that cannot become what is wanted.
*/
export async function preparePlan(
	project: Project,
	lists: Lists,
	state: AnswerState,
	options: Options,
): Promise<Plan> {
	const {journalView} = project;
	const fly = confirmEmptyLists(project.readers.fly, journalView, project.readers.clock);
	const readers = {...project.readers, fly};
	const files = new Map(project.facts.files);
	const flyToml = await readers.files.read('fly.toml');
	if (flyToml !== undefined) files.set('fly.toml', flyToml);
	for (const path of [
		'Dockerfile',
		'.dockerignore',
		'etc/litestream.yml',
		'rel/entrypoint.sh',
		'rel/overlays/bin/server',
	]) {
		const text = await readers.files.read(path);
		if (text !== undefined) files.set(path, text);
	}

	const reading = readProject(files);
	// The app's own code is read once, when the workshop opens.
	const {secretReads} = state.facts;
	const facts = reading.ok ? {...reading.facts, secretReads} : state.facts;
	const context = buildPlanContext(
		{...state, facts},
		{
			adopt: options.adopt || state.answers.get('adopt')?.value === 'yes',
			redeploy: options.redeploy,
			existing: await readers.fly.status(requireAnswer(state.answers, 'app')),
			templates: await project.readTemplates(state.profile.templates),
		},
	);
	const findings = await inspectSteps(lists.steps, context, readers, journalView);
	const {wasCreatedHere} = journalView;
	return buildPlan(context, lists.steps, findings, {nowMs: readers.clock.now(), wasCreatedHere});
}

/**
What doctor would say once the plan's files are written and its secrets are set: notes for review, never a reason to stop.

@param files - The project's texts; those of `doctorFiles` as far as they are at hand.
*/
export function findPlanProblems(
	rules: readonly Rule[],
	{
		files: changes,
		appSecrets,
		storageSecrets,
		host,
	}: Pick<PlanContext, 'files' | 'appSecrets' | 'storageSecrets' | 'host'>,
	files: ReadonlyMap<string, string>,
): readonly string[] {
	const texts = new Map(files);
	for (const {path, after} of changes) texts.set(path, after);
	const names = [...appSecrets, ...storageSecrets].map(({name}) => name);
	const secrets = new Map(names.map(name => [name, name === 'PHX_HOST' ? host : undefined]));
	return findProblems(rules, readDoctorFacts(texts, {secrets})).map(
		({rule, finding}) => `doctor, ${rule.id}: ${writeProblemDetail(finding)}`,
	);
}
