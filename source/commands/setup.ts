import type {Command} from '../core/command/context.ts';
import {runWizard} from '../wizard/wizard.ts';
import {plan} from './plan.ts';
import {runSetup} from './run-setup.ts';

export const setup: Command = {
	run(context) {
		if (context.options.dryRun) return plan.run(context);
		return context.draw ? runWizard(context, context.draw) : runSetup(context);
	},
};
