import type {Situation} from '../../core/definitions.ts';
import {type ExitName, Failure} from '../../core/errors.ts';
import type {CommandContext, Workshop} from '../../core/workshop.ts';
import type {Desk} from '../open-desk.ts';
import {preflight} from '../preflight.ts';
import {nextOf} from './bench.ts';
import {showFailed} from './show-failure.ts';

/** The preflight, again as often as the person wants: whoever is not logged in can do that and come back. */
export async function lookAround(
	{options, lists, say}: CommandContext,
	workshop: Workshop,
	desk: Desk,
): Promise<Situation | {readonly exit: ExitName}> {
	while (true) {
		try {
			return await preflight(workshop, lists, options.profile, items => desk.show({kind: 'looking', items}));
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			showFailed(desk, error, []);
			const intent = await nextOf(desk, ['retried', 'quit', 'interrupted']);
			if (intent.type === 'retried') continue;
			say(`${error.message}\n${error.hint}`);
			return {exit: error.exit};
		}
	}
}
