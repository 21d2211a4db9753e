import type {Cli, Command} from '../core/command/context.ts';
import {warnOfRestart} from '../core/plan/plan.ts';
import {complete, gather, readGiven} from '../setup/gather.ts';
import {findPlanProblems, preparePlan, rejectConflicts, rememberAccount} from '../setup/prepare.ts';
import {requireWritableProject, sayArchived, withProject} from '../setup/project.ts';
import {runWizard} from '../wizard/wizard.ts';
import {plan} from './plan.ts';
import {runUnattended} from './unattended.ts';

/** The whole way without asking anybody: for scripts, pipes and CI. */
export async function runSetup(context: Cli): Promise<number> {
	const {options, lists} = context;
	const given = await readGiven(context);
	return withProject(context, {mode: 'write', given}, async (project, guard) => {
		const stop = guard();
		sayArchived(context, project, 'write');
		await requireWritableProject(project);
		const first = await gather(context, project, 'fails');
		const state = await complete(context, project, first, 'fails');
		const plan = await preparePlan(project, lists, state, options);
		const {files} = await (await context.openFolder()).read();
		for (const rule of findPlanProblems(lists.rules, plan.context, files)) context.say(rule);
		rejectConflicts(plan, project);
		for (const warning of warnOfRestart(plan)) context.say(warning);
		rememberAccount(project, state.email, plan);
		return runUnattended(context, project, plan, stop);
	});
}

export const setup: Command = {
	run(context) {
		if (context.options.dryRun) return plan.run(context);
		return context.draw ? runWizard(context, context.draw) : runSetup(context);
	},
};
