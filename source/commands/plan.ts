import {exitCodes} from '../core/errors.ts';
import type {Command} from '../core/workshop.ts';
import {writePlanText} from '../core/write-plan-text.ts';
import {explainMissing, gatherFor} from '../run/gather-for.ts';
import {preflight} from '../run/preflight.ts';
import {preparePlan} from '../run/prepare-plan.ts';
import {readGivenFiles} from './read-given-files.ts';

export const plan: Command = {
	async run(context) {
		const {host, options, lists} = context;
		const given = await readGivenFiles(context);
		const workshop = await context.openWorkshop('read');
		try {
			const start = await preflight(workshop, lists, options.profile, () => undefined);
			const {situation, open, notes} = await gatherFor(workshop, lists, start, {host, options, given});
			if (workshop.putAside) context.say(`The journal is not used: ${workshop.putAside.why}.`);
			for (const note of notes) context.say(note);
			if (open.length > 0) {
				context.print(`${open.length} answers are missing before anything can be planned:\n`);
				for (const question of open) {
					const {event, failure} = explainMissing(question, situation, host.argv);
					context.emit(event);
					context.print(`  ${failure.message}\n`);
				}

				return exitCodes['input-needed'];
			}

			context.print(writePlanText(await preparePlan(workshop, lists, situation, options)));
			return exitCodes.done;
		} finally {
			await workshop.close();
		}
	},
};
