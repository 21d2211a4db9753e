import type {Cli, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Plan} from '../core/plan/plan.ts';
import {type Controller, withScreen} from './controller.ts';
import {showFailure} from './failure.ts';
import {runShown} from './run.ts';

/**
Runs a plan on the screen, without a dialog before it.

@param refine - Makes a failure more specific.
@returns The exit code.
*/
export async function runDrawn(
	cli: Cli,
	project: Project,
	draw: NonNullable<Cli['person']>['draw'],
	plan: Plan,
	refine: (failure: Failure) => Failure = failure => failure,
): Promise<number> {
	const {shownFolder: folder, isRehearsal, readers} = project;
	const {app, profile} = plan.context;
	const screen = {kind: 'looking', items: [], canStop: false} as const;
	return withScreen(
		cli,
		draw,
		{app, profile: profile.id, folder, isRehearsal, screen},
		() => readers.clock.elapsed(),
		controller => runUntilLeft(cli, project, controller, {plan, refine}),
	);
}

/** Runs the plan as often as the person retries it. Each time the step looks at what a failed try left. */
async function runUntilLeft(
	cli: Cli,
	project: Project,
	controller: Controller,
	{plan, refine}: {readonly plan: Plan; readonly refine: (failure: Failure) => Failure},
): Promise<number> {
	while (true) {
		try {
			return await runShown(cli, project, controller, plan);
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			const {code, exit, message, hint, exists} = refine(error);
			if (code !== 'stopped') {
				// Without a question id the screen does not offer to change an answer. Another flag does that.
				const shown = new Failure(code, message, {exit, hint, exists});
				const action = await showFailure(
					cli,
					{...project, questions: []},
					controller,
					shown,
					plan.context.app,
				);
				if (action.type === 'retried') continue;
			}

			return exitCodes[exit];
		}
	}
}
