import type {Command} from '../core/command/context.ts';

/** Loads only the way that is taken: the wizard draws its first screen before what plans and runs is loaded. */
export const setup: Command = {
	async run(cli) {
		if (cli.options.dryRun) {
			const {plan} = await import('./plan.ts');
			return plan.run(cli);
		}

		if (cli.person) {
			const {runWizard} = await import('../wizard/wizard.ts');
			return runWizard(cli, cli.person.draw);
		}

		const {runUnattended} = await import('../setup/unattended.ts');
		return runUnattended(cli);
	},
};
