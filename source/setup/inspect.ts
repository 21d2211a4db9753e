import {requireAnswer} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {buildPlanContext} from '../core/plan/build-context.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {gather} from './gather.ts';
import {sayArchived} from './project.ts';

/**
Returns what is set up, for commands that only look at it. Keys are not needed for that, and not asked for.

@throws {Failure} Exit 5 for an answer nobody has given, 1 when the app does not exist.
*/
export async function inspectApp(cli: Cli, project: Project): Promise<PlanContext> {
	sayArchived(cli, project, 'read');
	const state = await gather(cli, project, 'keys-may');
	const app = requireAnswer(state.answers, 'app');
	const existing = await project.readers.fly.status(app);
	if (!existing) throw appMissing(app);
	const {adopt, redeploy} = cli.options;
	const templates = await project.readTemplates(state.profile.templates);
	return buildPlanContext(state, {adopt, redeploy, existing, templates});
}

/** Nothing is set up under that name, or nobody said a name. */
export const appMissing = (app: string | undefined): Failure =>
	new Failure(
		'app-missing',
		app === undefined
			? 'This project has no app yet: no flag, no journal and no fly.toml names one.'
			: `There is no app called ${app} on Fly, or this login cannot see it.`,
		{hint: 'phxfly sets it up. If it is there, look at fly auth whoami.'},
	);
