import type {Cli, Command} from '../core/command/context.ts';
import {warnOfRestart} from '../core/plan/plan.ts';
import {explainMissing, gatherAfterChecks, gatherFor, readGivenFiles} from '../setup/gather.ts';
import {preflight} from '../setup/preflight.ts';
import {findPlanProblems, preparePlan, rejectConflicts, rememberAccount} from '../setup/prepare.ts';
import {requireWritableProject, sayArchived, withProject} from '../setup/project.ts';
import {runWizard} from '../wizard/wizard.ts';
import {plan} from './plan.ts';
import {runUnattended} from './unattended.ts';

/** The whole way without asking anybody: for scripts, pipes and CI. */
export async function runSetup(context: Cli): Promise<number> {
	const {host, options, lists} = context;
	const given = await readGivenFiles(context);
	return withProject(context, {mode: 'write'}, async (project, guard) => {
		const stop = guard();
		sayArchived(context, project, 'write');
		await requireWritableProject(project);
		const start = await preflight(project, lists, options.profile, () => undefined);
		const from = {host, options, given};
		const first = await gatherFor(project, start, from);
		for (const note of first.notes) context.say(note);
		const {state, open, notes} =
			first.open.length > 0 ? {...first, notes: []} : await gatherAfterChecks(project, first.state, from);
		for (const note of notes) context.say(note);
		const [missing] = open;
		if (missing) {
			const {event, failure} = explainMissing(missing, state, host.argv);
			context.emit(event);
			throw failure;
		}

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
