import {readAnswer} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {buildPlanContext} from '../core/plan/build-context.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {gather, rejectOpen} from './gather.ts';
import {sayStateProblems} from './project.ts';

/**
Returns what is set up, for commands that only read it. Needs no keys.

@throws {Failure} Exit 5 for a missing answer, and exit 1 when the app does not exist.
*/
export async function inspectApp(cli: Cli, project: Project): Promise<PlanContext> {
	sayStateProblems(cli, project, 'read');
	const state = await gather(cli, project, 'listed');
	const named = readAnswer(state.answers, 'app');
	const existing = named === undefined ? undefined : await project.readers.fly.status(named);
	// Without an app no other answer helps.
	if (named !== undefined && !existing) throw appMissing(named);
	rejectOpen(cli, state, 'keys-may');
	const {adopt, redeploy} = cli.options;
	const templates = await project.readTemplates(state.profile.templates);
	return buildPlanContext(state, {adopt, redeploy, existing, templates});
}

/**
As `inspectApp`, for a command that needs the replica.

@param use - What the command does with it, as a verb.
@throws {Failure} As `inspectApp`, and `no-replica` for an app without one.
*/
export async function inspectReplica(cli: Cli, project: Project, use: string): Promise<PlanContext> {
	const plan = await inspectApp(cli, project);
	if (plan.provider) return plan;
	throw new Failure('no-replica', `${plan.app} has no replica to ${use}.`, {
		hint: 'Only apps with a database on a volume have one.',
	});
}

/** Finds the app name where a setup finds it: flag, answers file, journal, fly.toml. */
export const findApp = ({given, journal, journalView, facts}: Project): string | undefined =>
	given.flags.get('app') ??
	given.answersFile.get('app') ??
	journalView.app() ??
	journal.read().answers.app?.value ??
	facts.flyToml?.config.app;

/**
Finds the app of the project, also one that phxfly did not set up.

@throws {Failure} `app-missing` (exit 1) when the project names none, or Fly has none of that name.
*/
export async function requireApp(project: Project): Promise<string> {
	const app = findApp(project);
	if (app === undefined || !(await project.readers.fly.status(app))) throw appMissing(app);
	return app;
}

/** Returns the failure for an app that does not exist, or for a project that names no app. */
export const appMissing = (app: string | undefined): Failure =>
	new Failure(
		'app-missing',
		app === undefined
			? 'This project has no app yet: no flag, journal, or fly.toml names one.'
			: `There is no app named ${app} on Fly, or your account cannot see it.`,
		{hint: 'Run phxfly to create it. If it exists, check which account you use: fly auth whoami'},
	);
