import {requireAnswer} from '../core/answer.ts';
import type {CommandContext, Workshop} from '../core/command/context.ts';
import {buildPlanContext} from '../core/plan/build-context.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {explainMissing, type GivenFiles, gatherFor} from '../setup/gather.ts';
import {preflight} from '../setup/preflight.ts';
import {appMissing} from './app-missing.ts';

/**
What is set up, for commands that only look at it: from flags, journal, files and account. Keys are not needed for that, and not asked for.

@throws {Failure} Exit 5 for an answer nobody has given, 1 when the app does not exist.
*/
export async function gatherContext(
	{host, options, lists, emit, say}: Pick<CommandContext, 'host' | 'options' | 'lists' | 'emit' | 'say'>,
	workshop: Workshop,
	given: GivenFiles,
): Promise<PlanContext> {
	if (workshop.putAside) say(`The journal is not used: ${workshop.putAside.why}.`);
	const start = await preflight(workshop, lists, options.profile, () => undefined);
	const {situation, open} = await gatherFor(workshop, start, {host, options, given});
	const missing = open.find(({kind}) => kind !== 'secret');
	if (missing) {
		const {event, failure} = explainMissing(missing, situation, host.argv);
		emit(event);
		throw failure;
	}

	const app = requireAnswer(situation.answers, 'app');
	const existing = await workshop.readers.fly.status(app);
	if (!existing) throw appMissing(app);

	return buildPlanContext(situation, {
		adopt: options.adopt,
		redeploy: options.redeploy,
		existing,
		templates: await workshop.readTemplates(situation.profile.templates),
	});
}
