import type {Command} from '../core/workshop.ts';
import {plan} from './plan.ts';
import {runSetup} from './run-setup.ts';
import {runWizard} from './run-wizard.ts';

export const setup: Command = {
	run(context) {
		if (context.options.dryRun) return plan.run(context);
		return context.draw ? runWizard(context, context.draw) : runSetup(context);
	},
};
