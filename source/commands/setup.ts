import type {Cli, Command} from '../core/command/context.ts';
import {complete, gather, readGiven} from '../setup/gather.ts';
import {requireWritableProject, sayArchived, withProject} from '../setup/project.ts';
import {runWizard} from '../wizard/wizard.ts';

export const setup: Command = {
	async run(cli) {
		if (cli.options.dryRun) {
			const {plan} = await import('./plan.ts');
			return plan.run(cli);
		}

		return cli.person ? runWizard(cli, cli.person.draw) : runUnattended(cli);
	},
};

/** Runs the whole setup without questions, for scripts, pipes, and CI. */
async function runUnattended(cli: Cli): Promise<number> {
	const given = await readGiven(cli);
	const {carryOut, preparePlan} = await import('../setup/plan.ts');
	const {warnOfRestart} = await import('../core/plan/plan.ts');
	return withProject(cli, {mode: 'write', given}, async (project, guard) => {
		const stop = guard();
		sayArchived(cli, project, 'write');
		await requireWritableProject(project);
		const known = await gather(cli, project, 'fails');
		const state = await complete(cli, project, known, 'fails');
		const made = await preparePlan(cli, project, state, {say: cli.say});
		for (const warning of warnOfRestart(made)) cli.say(warning);
		return carryOut(cli, project, made, stop);
	});
}
