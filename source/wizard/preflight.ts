import type {Cli, Project} from '../core/command/context.ts';
import type {ExitName} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import type {AnswerState} from '../core/questions/question.ts';
import {preflight} from '../setup/preflight.ts';
import type {Controller} from './controller.ts';
import {showFailure} from './failure.ts';
import {lookUntilLeft} from './look.ts';

/** Runs the preflight, as often as the person retries it, for example after a login. */
export async function preflightScreen(
	cli: Cli,
	project: Project,
	controller: Controller,
): Promise<AnswerState | {readonly exit: ExitName}> {
	while (true) {
		try {
			const looked = await lookUntilLeft(controller, signal =>
				preflight(cli, project, {
					signal,
					onItems: items => controller.show({kind: 'looking', items, canStop: true}),
				}),
			);
			if (looked.is === 'done') return looked.value;
			if (looked.action.type !== 'went-back') return {exit: 'interrupted'};
			throw new Failure('stopped', 'You stopped waiting for Fly.', {
				exit: 'interrupted',
				hint: 'Check your network, then run phxfly again. Nothing was changed.',
			});
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			const action = await showFailure(cli, {...project, questions: []}, controller, error, undefined);
			if (action.type === 'retried') continue;
			return {exit: error.exit};
		}
	}
}
