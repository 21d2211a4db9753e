import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {BoundStep, Finding, Step} from '../core/plan/step.ts';
import type {Run, Stop} from '../core/run/ports.ts';
import {performAction, UnknownOutcome} from './action.ts';
import {reconcileCall, twoCandidates} from './pending-calls.ts';

/** Fly's lists may lag behind its actions. Milliseconds between the looks after an action. */
const patienceMs = [1000, 2000, 5000, 10_000];

/** Binds a step to its plan and to the readers it may use. */
export const bindStep = (step: Step, plan: PlanContext, {readers, journalView}: Project): BoundStep => ({
	...step,
	app: plan.app,
	look: () => step.look(plan, readers, journalView),
	actions: finding => step.actions(plan, finding),
	list: async () => (await step.resource?.list(plan.app, readers.fly)) ?? [],
	prove: async () => step.prove?.(plan, readers),
	records: async () => (await step.records?.(plan, readers)) ?? [],
	explainFailure: async () => (await step.explainFailure?.(plan, readers)) ?? [],
	refineFailure: async failure => (await step.refineFailure?.(failure, plan, readers)) ?? failure,
});

/**
Looks, acts, and looks once more. Does nothing if the first look finds everything, and fails if the last one does not.

@throws {Failure} With what happened. The caller marks the step as `failed`.
*/
export async function runStep(
	step: BoundStep,
	project: Project,
	run: Run,
): Promise<{readonly status: 'done' | 'already-done'; readonly note: string | undefined}> {
	const {journalView, journal} = project;
	const {emit, stop} = run;
	const finding = journalView.pendingCall(step.id)
		? await reconcileCall(step, project, run)
		: await step.look();
	if (finding.is === 'there') {
		journal.recordId(step.id, finding.id);
		await emitRecords(step, run);
		return {status: 'already-done', note: finding.note};
	}

	rejectUnclear(step, finding);
	emit({type: 'step-changed', id: step.id, status: 'running'});
	const act = async (found: Finding) => {
		for (const action of step.actions(found)) {
			if (stop.graceful.aborted) throw stopped(stop);
			await performAction(step, action, project, run);
		}
	};
	try {
		await act(finding);
	} catch (error) {
		if (!(error instanceof UnknownOutcome)) throw error;
		if (stop.graceful.aborted) throw stopped(stop);
		await actOnceMore(error, step, {project, run, act});
	}

	journal.markRun(step);
	const note = await step.prove();
	const after = await lookUntilThere(step, project, run);
	journal.recordId(step.id, after.id);
	await emitRecords(step, run);
	return {status: 'done', note: after.note ?? note};
}

/**
Repeats a call whose answer was lost, if two equal looks show that it had no effect. Never repeats a deploy, since its
own timeouts look like a lost answer.
*/
async function actOnceMore(
	{failure, isLong}: UnknownOutcome,
	step: BoundStep,
	{project, run, act}: {readonly project: Project; readonly run: Run; act(found: Finding): Promise<void>},
): Promise<void> {
	const found = await reconcileCall(step, project, run);
	if (found.is === 'there') return;
	rejectUnclear(step, found);
	if (isLong) throw failure;
	try {
		await act(found);
	} catch (error) {
		if (!(error instanceof UnknownOutcome)) throw error;
		if (run.stop.graceful.aborted) throw stopped(run.stop);
		const after = await reconcileCall(step, project, run);
		if (after.is !== 'there') throw error.failure;
	}
}

/** Returns the failure of a run that was asked to stop, which is not the failure of a step. */
export const stopped = (stop: Stop) =>
	new Failure('stopped', 'Stopped at your request.', {
		exit: stop.reason(),
		hint: 'Run phxfly again to resume.',
	});

async function lookUntilThere(
	step: BoundStep,
	{readers}: Project,
	{stop}: Run,
): Promise<Extract<Finding, {is: 'there'}>> {
	let finding = await step.look();
	for (const waitMs of patienceMs) {
		if (finding.is === 'there') return finding;
		rejectUnclear(step, finding);
		await readers.clock.sleep(waitMs, stop.forced);
		finding = await step.look();
	}

	if (finding.is === 'there') return finding;
	const missing = finding.is === 'partial' ? ` (still missing: ${finding.missing.join(', ')})` : '';
	throw new Failure(
		'not-there-yet',
		`${step.title}: flyctl reported success, but Fly does not list the result${missing}.`,
		{
			hint: 'Wait a minute and run phxfly again. It checks before it changes anything.',
		},
	);
}

/** @throws {Failure} For a finding that phxfly cannot or must not decide alone. */
export function rejectUnclear(step: Pick<Step, 'title'>, finding: Finding): void {
	if (finding.is === 'ambiguous') throw twoCandidates(step, finding.ids, finding.hint);
	if (finding.is === 'conflict') {
		const {code, why, hint} = finding;
		throw new Failure(code, why, {hint});
	}
}

async function emitRecords(step: BoundStep, {emit}: Run): Promise<void> {
	for (const record of await step.records()) emit({type: 'record-needed', ...record});
}
