import {announcePlan} from '../core/announce-plan.ts';
import {showAnswer} from '../core/build-review.ts';
import {exitCodes} from '../core/errors.ts';
import type {Gathered} from '../core/gather-answers.ts';
import type {Plan} from '../core/plan.ts';
import type {Command, CommandContext} from '../core/workshop.ts';
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
			const gathered = await gatherFor(workshop, lists, start, {host, options, given});
			if (workshop.putAside) context.say(`The journal is not used: ${workshop.putAside.why}.`);
			for (const note of gathered.notes) context.say(note);
			if (gathered.open.length > 0) return showOpen(context, gathered);
			showPlan(context, await preparePlan(workshop, lists, gathered.situation, options));
			return exitCodes.done;
		} finally {
			await workshop.close();
		}
	},
};

function showPlan({options, print, emit}: CommandContext, made: Plan): void {
	if (!options.json) {
		print(writePlanText(made));
		return;
	}

	emit(announcePlan(made));
	emit({type: 'finished', exit: exitCodes.done, url: undefined, resources: []});
}

/** What is known so far, and each open question with the flag that answers it. */
function showOpen(context: CommandContext, {open, situation}: Gathered): number {
	const {host, options, lists, print, emit} = context;
	const missing = open.map(question => explainMissing(question, situation, host.argv));
	const exit = exitCodes['input-needed'];
	if (options.json) {
		for (const {event} of missing) emit(event);
		emit({type: 'finished', exit, url: undefined, resources: []});
		return exit;
	}

	for (const question of lists.questions) {
		const answer = situation.answers.get(question.id);
		if (answer && answer.value !== 'none') {
			print(`  ${question.label.padEnd(14)}${showAnswer(question, situation)}  (${answer.origin.text})\n`);
		}
	}

	print(`\nOpen, before the rest can be planned:\n`);
	for (const {failure} of missing) print(`  ${failure.message}\n`);
	return exit;
}
