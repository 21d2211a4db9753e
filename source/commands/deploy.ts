import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {describeRestart, type Plan} from '../core/plan/plan.ts';
import type {AnswerState} from '../core/questions/question.ts';
import {prepareDeploy} from '../setup/deploy.ts';
import {readGiven} from '../setup/gather.ts';
import {carryOut} from '../setup/plan.ts';
import {sayArchived, withProject} from '../setup/project.ts';
import {type Bench, openDesk} from '../wizard/controller.ts';
import {runShown, showFailure} from '../wizard/run.ts';

/** Ships the code as it is now to the one machine, then proves it. */
export const deploy: Command = {
	async run(context) {
		const {confirm, draw, say} = context;
		const given = await readGiven(context);
		return withProject(context, {mode: 'write', given}, async (project, guard) => {
			sayArchived(context, project, 'write');
			const {plan, state} = await prepareDeploy(context, project);
			say(describeRestart(plan.context));
			if (confirm && !(await confirm(`Deploy ${plan.context.app} now?`))) {
				say('Nothing was changed.');
				return exitCodes.interrupted;
			}

			if (!draw) return carryOut(context, project, plan, guard());
			return runDrawn(context, project, draw, {plan, state});
		});
	},
};

async function runDrawn(
	context: Cli,
	project: Project,
	draw: NonNullable<Cli['draw']>,
	planned: {readonly plan: Plan; readonly state: AnswerState},
): Promise<number> {
	const {shownFolder: folder, isRehearsal, readers} = project;
	const {app, profile} = planned.plan.context;
	const screen = {kind: 'looking', items: []} as const;
	const desk = openDesk({app, profile: profile.id, folder, isRehearsal, screen}, () => readers.clock.now());
	const drawing = await draw(desk.session);
	const unlisten = context.interrupts.onInterrupt(() => desk.session.report({type: 'interrupted'}));
	const bench: Bench = {context, project, desk, settled: new Set(), notes: []};
	try {
		return await runUntilLeft(bench, planned);
	} finally {
		unlisten();
		drawing.unmount();
		await drawing.waitUntilExit();
	}
}

/** Again as often as the person wants; the step looks at what the failed try left. */
async function runUntilLeft(
	bench: Bench,
	{plan, state}: {readonly plan: Plan; readonly state: AnswerState},
): Promise<number> {
	while (true) {
		try {
			return await runShown(bench, plan);
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			const {code, exit, message, hint, exists} = error;
			if (code !== 'stopped') {
				// No question is open here: an answer is changed by running it again with another flag.
				const shown = new Failure(code, message, {exit, hint, exists});
				if ((await showFailure(bench, shown, state)).type === 'retried') continue;
			}

			bench.context.say(`${message}\n${hint}`);
			return exitCodes[exit];
		}
	}
}
