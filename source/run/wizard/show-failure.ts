import type {Failure} from '../../core/errors/failure.ts';
import type {Situation} from '../../core/questions/question.ts';
import {startRun} from '../../core/session/run-state.ts';
import type {SessionIntent} from '../../core/session/session.ts';
import {listExisting} from '../../engine/inventory.ts';
import type {Desk} from '../../wizard/controller.ts';
import {type Bench, nextOf} from './bench.ts';

/** Shows what happened, what exists now and what to do. @returns What the person does about it. */
export async function showFailure(
	bench: Bench,
	failure: Failure,
	situation: Situation,
): Promise<SessionIntent> {
	const {desk, workshop} = bench;
	const app = situation.answers.get('app')?.value;
	const exists =
		failure.exists.length > 0 ? failure.exists : app ? await listExisting(workshop.readers, {app}) : [];
	showFailed(desk, failure, exists);
	return nextOf(desk, ['retried', 'changed-answer', 'quit', 'interrupted']);
}

/** Shows a failure over the run it ended, if there was one. */
export function showFailed(desk: Desk, failure: Failure, exists: readonly string[]): void {
	const {screen} = desk.session.getState();
	const run = 'run' in screen ? screen.run : startRun(desk.session.now());
	const failed = run.steps.find(({status}) => status === 'failed');
	desk.show({
		kind: 'failed',
		run,
		failure: {
			title: failed ? `${failed.title} failed` : 'That cannot be done yet',
			code: failure.code,
			happened: failure.message,
			exists,
			hint: failure.hint,
			questionId: failure.questionId,
			canRetry: true,
		},
	});
}
