import type {Cli, Command} from '../core/command/context.ts';
import {warnOfRestart} from '../core/plan/plan.ts';
import {createStop} from '../engine/stop.ts';
import {explainMissing, gatherAfterChecks, gatherFor, readGivenFiles} from '../setup/gather.ts';
import {preflight, requireWritableProject} from '../setup/preflight.ts';
import {
	findPlanProblems,
	preparePlan,
	rejectConflicts,
	rememberAccount,
	sayPutAside,
} from '../setup/prepare.ts';
import {runWizard} from '../wizard/wizard.ts';
import {plan} from './plan.ts';
import {runUnattended} from './unattended.ts';

/** The whole way without asking anybody: for scripts, pipes and CI. */
export async function runSetup(context: Cli): Promise<number> {
	const {host, options, lists} = context;
	const given = await readGivenFiles(context);
	const project = await context.openProject('write');
	const stop = createStop();
	const unlisten = context.interrupts.onInterrupt(signal => stop.interrupt(signal));
	try {
		sayPutAside(context, project);
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
		return await runUnattended(context, project, plan, stop);
	} finally {
		unlisten();
		stop.dispose();
		await project.close();
	}
}

export const setup: Command = {
	run(context) {
		if (context.options.dryRun) return plan.run(context);
		return context.draw ? runWizard(context, context.draw) : runSetup(context);
	},
};
