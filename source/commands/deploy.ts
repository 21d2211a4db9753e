import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {describeRestart, type Plan} from '../core/plan/plan.ts';
import {requireConsent} from '../setup/consent.ts';
import {prepareDeploy} from '../setup/deploy.ts';
import {readGiven} from '../setup/gather.ts';
import {carryOut} from '../setup/plan.ts';
import {sayStateProblems, withProject} from '../setup/project.ts';
import {type Controller, withScreen} from '../wizard/controller.ts';
import {showFailure} from '../wizard/failure.ts';
import {runShown} from '../wizard/run.ts';

/** Deploys the current code to the one machine, then verifies it. */
export const deploy: Command = {
	async run(cli) {
		const {person, say} = cli;
		const given = await readGiven(cli);
		return withProject(cli, {mode: 'write', given}, async (project, guard) => {
			sayStateProblems(cli, project, 'write');
			const plan = await prepareDeploy(cli, project);
			say(describeRestart(plan.context));
			requireConsent(cli, 'Pass --yes to deploy without asking.');
			if (person && !(await person.confirm(`Deploy ${plan.context.app} now?`))) {
				say('Nothing was changed.');
				return exitCodes.interrupted;
			}

			if (!person) return carryOut(cli, project, plan, guard());
			return runDrawn(cli, project, person.draw, plan);
		});
	},
};

async function runDrawn(
	cli: Cli,
	project: Project,
	draw: NonNullable<Cli['person']>['draw'],
	plan: Plan,
): Promise<number> {
	const {shownFolder: folder, isRehearsal, readers} = project;
	const {app, profile} = plan.context;
	const screen = {kind: 'looking', items: [], canStop: false} as const;
	return withScreen(
		cli,
		draw,
		{app, profile: profile.id, folder, isRehearsal, screen},
		() => readers.clock.elapsed(),
		controller => runUntilLeft(cli, project, controller, plan),
	);
}

/** Runs the plan as often as the person retries it. Each time the step looks at what a failed try left. */
async function runUntilLeft(cli: Cli, project: Project, controller: Controller, plan: Plan): Promise<number> {
	while (true) {
		try {
			return await runShown(cli, project, controller, plan);
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			const {code, exit, message, hint, exists} = error;
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

			cli.say(`${message}\n${hint}`);
			return exitCodes[exit];
		}
	}
}
