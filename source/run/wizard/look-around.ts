import type {CommandContext, Workshop} from '../../core/command/context.ts';
import type {ExitName} from '../../core/errors/codes.ts';
import {Failure} from '../../core/errors/failure.ts';
import type {Situation} from '../../core/questions/question.ts';
import {preflight} from '../../setup/preflight.ts';
import type {Desk} from '../../wizard/controller.ts';
import {nextOf} from './bench.ts';
import {showFailed} from './show-failure.ts';

/** The preflight, again as often as the person wants: whoever is not logged in can do that and come back. */
export async function lookAround(
	{options, lists, say}: CommandContext,
	workshop: Workshop,
	desk: Desk,
): Promise<Situation | {readonly exit: ExitName}> {
	while (true) {
		const leaving = waitForLeaving(desk);
		try {
			const looks = preflight(workshop, lists, options.profile, items => desk.show({kind: 'looking', items}));
			// Whoever leaves does not wait for a slow network.
			const found = await Promise.race([looks, leaving.left]);
			return found ?? {exit: 'interrupted'};
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			showFailed(desk, error, []);
			const intent = await nextOf(desk, ['retried', 'quit', 'interrupted']);
			if (intent.type === 'retried') continue;
			say(`${error.message}\n${error.hint}`);
			return {exit: error.exit};
		} finally {
			leaving.forget();
		}
	}
}

function waitForLeaving(desk: Desk): {readonly left: Promise<undefined>; forget(): void} {
	let forget = () => {};
	const left = new Promise<undefined>(resolve => {
		forget = desk.onIntent(({type}) => {
			if (type === 'quit' || type === 'interrupted') resolve(undefined);
		});
	});
	return {left, forget: () => forget()};
}
