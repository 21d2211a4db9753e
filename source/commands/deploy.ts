import type {Command} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {describeRestart} from '../core/plan/plan.ts';
import {requireConsent} from '../setup/consent.ts';
import {prepareDeploy} from '../setup/deploy.ts';
import {readGiven} from '../setup/gather.ts';
import {carryOut} from '../setup/plan.ts';
import {sayStateProblems, withProject} from '../setup/project.ts';
import {runDrawn} from '../wizard/plan.ts';

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
