import {randomUUID} from 'node:crypto';
import {Failure} from '../core/errors/failure.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Plan} from '../core/plan/plan.ts';
import {announcePlan} from '../core/plan/review.ts';
import type {FlyAction, Step} from '../core/plan/step.ts';
import {findReady} from '../core/run/graph.ts';
import type {RunTools} from '../core/run/ports.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {showLocation} from '../core/storage/prefix.ts';
import {findStoreTarget} from '../core/storage/target.ts';
import {toPlainText} from '../core/text/text.ts';
import type {Check} from '../core/verify/check.ts';
import {rejectDuplicates, stopOrphans} from './pending-calls.ts';
import {runStep, stopped} from './step.ts';
import {findPrefixInUse, rejectPrefixInUse, testWrite} from './storage.ts';
import {runVerify, type VerifyResult} from './verify.ts';

type Emit = (event: PhxflyEvent) => void;

/**
Runs the steps, each as soon as what it needs is done. A failing step lets its siblings finish; what depends on it stays
`waiting`.

@throws {Failure} The first one in plan order, once nothing runs any more.
*/
export async function runSteps<Context extends {readonly app: string}>(
	steps: readonly Step<Context>[],
	plan: Context,
	tools: RunTools,
	emit: Emit,
): Promise<void> {
	const states = new Map<string, 'running' | 'done' | 'failed'>();
	const failures = new Map<string, unknown>();

	const run = async (step: Step<Context>): Promise<void> => {
		const {clock} = tools.readers;
		const startedAtMs = clock.now();
		const seconds = () => Math.round(clock.now() - startedAtMs) / 1000;
		emit({type: 'step-changed', id: step.id, status: 'looking'});
		try {
			const {status, note} = await runStep(step, plan, tools, emit);
			states.set(step.id, 'done');
			emit({type: 'step-changed', id: step.id, status, seconds: seconds(), ...(note ? {note} : {})});
		} catch (error) {
			await explain(step, plan, tools, emit);
			states.set(step.id, 'failed');
			const isStopped = tools.stop.graceful.aborted && isAbort(error);
			failures.set(step.id, isStopped ? stopped(tools.stop) : await refine(error, step, plan, tools));
			emit(
				isStopped
					? {type: 'step-changed', id: step.id, status: 'waiting', note: 'stopped, goes on next time'}
					: {type: 'step-changed', id: step.id, status: 'failed', seconds: seconds()},
			);
		}

		await startReady();
	};

	const startReady = async (): Promise<void> => {
		const ready = tools.stop.graceful.aborted ? [] : findReady(steps, states);
		for (const {id} of ready) states.set(id, 'running');
		await Promise.all(ready.map(run));
	};

	await stopOrphans(tools, emit);
	await startReady();
	await syncSecrets(plan, tools);
	const first = steps.find(({id}) => failures.has(id));
	if (first) throw failures.get(first.id);
	if (tools.stop.graceful.aborted && states.size < steps.length) throw stopped(tools.stop);
}

async function refine<Context extends {readonly app: string}>(
	error: unknown,
	step: Step<Context>,
	plan: Context,
	{readers}: RunTools,
): Promise<unknown> {
	if (!(error instanceof Failure) || !step.refineFailure) return error;
	return step.refineFailure(error, plan, readers).catch(() => error);
}

/** What the app itself said last; that it cannot be read must not hide the failure. */
async function explain<Context extends {readonly app: string}>(
	step: Step<Context>,
	plan: Context,
	{readers, redactor, stop}: RunTools,
	emit: Emit,
): Promise<void> {
	if (!step.explainFailure || stop.graceful.aborted) return;
	const lines = await step
		.explainFailure(plan, readers)
		.catch((error: unknown) => [
			`(the app's own lines cannot be read: ${error instanceof Error ? error.message : String(error)})`,
		]);
	for (const line of lines) {
		emit({type: 'line-printed', id: step.id, stream: 'stderr', line: redactor.redact(toPlainText(line))});
	}
}

const isAbort = (error: unknown) => !(error instanceof Failure) || error.code === 'stopped';

/** flyctl's own note of the secrets' version is in the private directory; this refreshes the user's. */
async function syncSecrets(
	{app}: {readonly app: string},
	{executor, journalView, stop}: RunTools,
): Promise<void> {
	if (
		stop.graceful.aborted ||
		!['set-secrets', 'set-storage-secrets', 'create-bucket'].some(journalView.hasRun)
	)
		return;
	const action: FlyAction = {kind: 'fly', args: ['secrets', 'sync', '-a', app], timeoutMs: 60_000};
	await executor.callFly(action, {
		input: undefined,
		marker: executor.newMarker(),
		signal: stop.forced,
		onLine: () => undefined,
		onStart: () => undefined,
	});
}

/**
The probe, the steps, the proof: everything after the plan.

@param waitMs - How long to wait for what is not proved yet.
@throws {Failure} The first one in plan order.
*/
export async function runPlan(
	plan: Plan,
	checks: readonly Check[],
	tools: RunTools,
	waitMs: number,
	emit: Emit,
): Promise<VerifyResult> {
	const {context} = plan;
	const {readers, journal} = tools;
	emit(announcePlan(plan));
	await prove(context, tools);
	journal.change(state => ({
		...state,
		answers: Object.fromEntries(
			[...context.answers].map(([id, {value, origin}]) => [id, {value, origin: origin.text}]),
		),
	}));
	const steps = plan.steps.map(({step}) => step);
	await runSteps(steps, context, tools, emit);
	const proof = await runVerify(checks, context, readers, {waitMs, signal: tools.stop.graceful}, emit);
	if (!tools.stop.graceful.aborted) await rejectDuplicates(steps, context, tools);
	return proof;
}

/**
Keys that an earlier run set and this one was not given are proved by replication.

@throws {Failure} Exit 9 for storage that refuses, 5 where the prefix holds what nobody said to restore.
*/
async function prove(context: PlanContext, {readers, journal}: RunTools): Promise<void> {
	const {provider, app, answers} = context;
	const {store, clock, secrets} = readers;
	const target = findStoreTarget(context, secrets);
	if (!provider?.bringsKeys || !target) return;
	const content = await testWrite(target, provider, {store, journal, clock, newId: randomUUID});
	const place = showLocation(target);
	const prefixInUse = await findPrefixInUse({place, content, app}, {readers, journal});
	if (prefixInUse && answers.get('restore')?.value !== place) throw rejectPrefixInUse(prefixInUse);
	journal.change(state => ({...state, replica: place}));
}
