import {Failure} from '../core/errors/failure.ts';
import type {Finding, Step} from '../core/plan/step.ts';
import type {RunTools, Stop} from '../core/run/ports.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {performAction, UnknownOutcome} from './action.ts';
import {reconcileCall, twoCandidates} from './pending-calls.ts';

type Emit = (event: PhxflyEvent) => void;

/** What Fly lists may lag behind what it did. Milliseconds between the looks after the actions. */
const patienceMs = [1000, 2000, 5000, 10_000];

/**
Look, act, look. A step that is there already does nothing; one that is not there after its actions has failed.

@throws {Failure} With what happened; the step is marked `failed` by the caller.
*/
export async function runStep<Context extends {readonly app: string}>(
	step: Step<Context>,
	plan: Context,
	tools: RunTools,
	emit: Emit,
): Promise<{readonly status: 'done' | 'already-done'; readonly note: string | undefined}> {
	const {readers, journalView, journal, stop} = tools;
	const finding = journalView.recordCall(step.id)
		? await reconcileCall(step, plan, tools)
		: await step.look(plan, readers, journalView);
	if (finding.is === 'there') {
		journal.recordId(step.id, finding.id);
		await tellRecords(step, plan, tools, emit);
		return {status: 'already-done', note: finding.note};
	}

	rejectUnclear(step, finding);
	emit({type: 'step-changed', id: step.id, status: 'running'});
	const act = async (found: Finding) => {
		for (const action of step.actions(plan, found)) {
			if (stop.graceful.aborted) throw stopped(stop);
			await performAction(step, action, plan, tools, emit);
		}
	};
	try {
		await act(finding);
	} catch (error) {
		if (!(error instanceof UnknownOutcome)) throw error;
		if (stop.graceful.aborted) throw stopped(stop);
		await actOnceMore(error, step, plan, tools, act);
	}

	tools.markRun(step.id);
	const proof = await step.prove?.(plan, readers);
	const after = await lookUntilThere(step, plan, tools);
	journal.recordId(step.id, after.id);
	await tellRecords(step, plan, tools, emit);
	return {status: 'done', note: after.note ?? proof};
}

/**
The answer was lost, which says nothing about what was done. What two equal looks show to be missing is done once more;
a deploy is not, since its own time-outs read like a lost answer.
*/
async function actOnceMore<Context extends {readonly app: string}>(
	{failure, isLong}: UnknownOutcome,
	step: Step<Context>,
	plan: Context,
	tools: RunTools,
	act: (found: Finding) => Promise<void>,
): Promise<void> {
	const found = await reconcileCall(step, plan, tools);
	if (found.is === 'there') return;
	rejectUnclear(step, found);
	if (isLong) throw failure;
	try {
		await act(found);
	} catch (error) {
		if (!(error instanceof UnknownOutcome)) throw error;
		if (tools.stop.graceful.aborted) throw stopped(tools.stop);
		const after = await reconcileCall(step, plan, tools);
		if (after.is !== 'there') throw error.failure;
	}
}

/** Marks a run that was asked to stop; it is no failure of a step. */
export const stopped = (stop: Stop) =>
	new Failure('stopped', 'Stopped as asked.', {
		exit: stop.reason(),
		hint: 'Run phxfly again: it goes on where it stopped.',
	});

async function lookUntilThere<Context extends {readonly app: string}>(
	step: Step<Context>,
	plan: Context,
	{readers, journalView, stop}: RunTools,
): Promise<Extract<Finding, {is: 'there'}>> {
	let finding = await step.look(plan, readers, journalView);
	for (const waitMs of patienceMs) {
		if (finding.is === 'there') return finding;
		rejectUnclear(step, finding);
		await readers.clock.sleep(waitMs, stop.forced);
		finding = await step.look(plan, readers, journalView);
	}

	if (finding.is === 'there') return finding;
	const missing = finding.is === 'partial' ? ` (still missing: ${finding.missing.join(', ')})` : '';
	throw new Failure(
		'not-there-yet',
		`${step.title}: flyctl reported success, but Fly does not show it${missing}.`,
		{
			hint: 'Wait a minute and run phxfly again: it looks first.',
		},
	);
}

/** @throws {Failure} For what a look alone cannot decide, or must not. */
export function rejectUnclear(step: Pick<Step, 'title'>, finding: Finding): void {
	if (finding.is === 'ambiguous') throw twoCandidates(step, finding.ids, finding.hint);
	if (finding.is === 'conflict') {
		const {code, why, hint, questionId} = finding;
		throw new Failure(code, why, questionId ? {hint, questionId} : {hint});
	}
}

async function tellRecords<Context extends {readonly app: string}>(
	step: Step<Context>,
	plan: Context,
	{readers}: RunTools,
	emit: Emit,
): Promise<void> {
	for (const record of (await step.records?.(plan, readers)) ?? []) emit({type: 'record-needed', ...record});
}
