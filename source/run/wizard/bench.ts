import {isProposal} from '../../core/answer.ts';
import type {CommandContext, Workshop} from '../../core/command/context.ts';
import type {Situation} from '../../core/questions/question.ts';
import type {SessionIntent} from '../../core/session/session.ts';
import type {GivenFiles} from '../../setup/gather.ts';
import type {Desk} from '../../wizard/controller.ts';

/** All that a wizard works with. */
export type Bench = {
	readonly context: CommandContext;
	readonly workshop: Workshop;
	readonly desk: Desk;
	readonly settled: ReadonlySet<string>;
	readonly notes: readonly string[];
	readonly given: GivenFiles;
};

/** The next thing the person does that is one of these; anything else was meant for a screen that is gone. */
export async function nextOf(desk: Desk, types: readonly SessionIntent['type'][]): Promise<SessionIntent> {
	while (true) {
		const intent = await desk.next();
		if (types.includes(intent.type)) return intent;
	}
}

/** Keeps every answer somebody gave, so that nothing is asked twice. */
export function rememberAnswers({workshop, desk}: Bench, {answers}: Situation): void {
	workshop.journal.change(state => ({
		...state,
		answers: Object.fromEntries(
			[...answers]
				.filter(([, {origin}]) => !isProposal(origin))
				.map(([id, {value, origin}]) => [id, {value, origin: origin.text}]),
		),
	}));
	desk.update(state => ({...state, app: answers.get('app')?.value}));
}
