import {randomUUID} from 'node:crypto';
import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Plan} from '../core/plan/plan.ts';
import {announcePlan} from '../core/plan/review.ts';
import type {BoundStep, FlyAction} from '../core/plan/step.ts';
import {findReady} from '../core/run/graph.ts';
import type {Run} from '../core/run/ports.ts';
import {showLocation} from '../core/storage/prefix.ts';
import {findStoreTarget} from '../core/storage/target.ts';
import type {Check} from '../core/verify/check.ts';
import {confirmEmptyLists} from './confirm-lists.ts';
import {rejectDuplicates, stopOrphans} from './pending-calls.ts';
import {bindStep, runStep, stopped} from './step.ts';
import {findPrefixInUse, prefixInUseFailure, testWrite} from './storage.ts';
import {runVerify, type VerifyResult} from './verify.ts';

/**
Carries out a plan. The order keeps an account safe, and it is written only here: phxfly rejects conflicts, remembers the
account, writes a test object to the storage, runs the steps, verifies what they did, and finally looks for duplicates
that a lost request may have created.

@throws {Failure} The first one in plan order.
*/
export async function runPlan(
	plan: Plan,
	checks: readonly Check[],
	opened: Project,
	run: Run,
): Promise<VerifyResult> {
	const {context, email} = plan;
	const {journal} = opened;
	const project = {...opened, readers: confirmEmptyLists(opened)};
	rejectConflicts(plan);
	journal.openSection(context.app, context.org);
	const section = journal.section();
	const flyToml = context.flyTomlPath === 'fly.toml' ? undefined : context.flyTomlPath;
	journal.change(state => ({
		...state,
		account: {email},
		flyToml,
		answers: state.flyToml === flyToml ? state.answers : {},
		apps: [section, ...state.apps.filter(({app, org}) => app !== section.app || org !== section.org)],
	}));
	run.emit(announcePlan(plan));
	await testStorage(context, project);
	journal.change(state => ({
		...state,
		answers: Object.fromEntries(
			[...context.answers].map(([id, {value, origin}]) => [id, {value, origin: origin.text}]),
		),
	}));
	const steps = plan.steps.map(({step}) => step);
	const bound = steps.map(step => bindStep(step, context, project));
	const took = await runSteps(bound, project, run);
	if (Object.keys(took).length > 0) journal.change(state => ({...state, took: {...state.took, ...took}}));
	const results = await runVerify(checks, context, project.readers, run);
	if (!run.stop.graceful.aborted) await rejectDuplicates(steps, context, project);
	return results;
}

/** @throws {Failure} For what the looks of the plan already exclude, before anything is changed. */
export function rejectConflicts({steps, move}: Plan): void {
	if (move) {
		const {code, why, hint, questionId} = move;
		throw new Failure(code, why, {hint, ...(questionId ? {questionId} : {})});
	}

	for (const {step, finding} of steps) {
		if (finding.is === 'conflict' && !step.ships) {
			const {code, why, hint} = finding;
			throw new Failure(code, why, {hint});
		}
	}
}

/**
Writes a test object and remembers where the replica is. Keys that only an earlier run had are verified by replication.

@throws {Failure} Exit 9 when the storage rejects a request, 5 when the prefix contains data the plan does not restore.
*/
async function testStorage(context: PlanContext, {readers, journal}: Project): Promise<void> {
	const {provider, app, answers} = context;
	const {store, clock, secrets} = readers;
	const target = findStoreTarget(context, secrets);
	if (!provider?.bringsKeys || !target) return;
	const content = await testWrite(target, provider, {store, journal, clock, newId: randomUUID});
	const place = showLocation(target);
	const prefixInUse = await findPrefixInUse({place, content, app}, {readers, journal});
	if (prefixInUse && answers.get('restore')?.value !== place) throw prefixInUseFailure(prefixInUse);
	journal.changeSection(section => ({...section, replica: place}));
}

/**
Runs the steps, each as soon as the steps it needs are done. A failing step lets its siblings finish. Steps that depend
on it stay `waiting`.

@returns The seconds that each step took which did something.
@throws {Failure} The first one in plan order, after all running steps have ended.
*/
export async function runSteps(
	steps: readonly BoundStep[],
	project: Project,
	run: Run,
): Promise<Readonly<Record<string, number>>> {
	const {emit, stop} = run;
	const {clock} = project.readers;
	const states = new Map<string, 'running' | 'done' | 'failed'>();
	const failures = new Map<string, unknown>();
	const took: Record<string, number> = {};

	const start = async (step: BoundStep): Promise<void> => {
		const startedAtMs = clock.elapsed();
		const seconds = () => Math.round(clock.elapsed() - startedAtMs) / 1000;
		emit({type: 'step-changed', id: step.id, status: 'looking'});
		try {
			const {status, note} = await runStep(step, project, run);
			states.set(step.id, 'done');
			if (status === 'done') took[step.id] = Math.round(seconds());
			emit({type: 'step-changed', id: step.id, status, seconds: seconds(), ...(note ? {note} : {})});
		} catch (error) {
			await explain(step, project, run);
			states.set(step.id, 'failed');
			const isStopped = stop.graceful.aborted && isAbort(error);
			failures.set(step.id, isStopped ? stopped(stop) : await refine(error, step));
			emit(
				isStopped
					? {type: 'step-changed', id: step.id, status: 'waiting', note: 'stopped, resumes next time'}
					: {type: 'step-changed', id: step.id, status: 'failed', seconds: seconds()},
			);
		}

		await startReady();
	};

	const startReady = async (): Promise<void> => {
		const ready = stop.graceful.aborted ? [] : findReady(steps, states);
		for (const {id} of ready) states.set(id, 'running');
		await Promise.all(ready.map(start));
	};

	await stopOrphans(project, emit);
	await startReady();
	await syncSecrets(steps, project, run);
	const first = steps.find(({id}) => failures.has(id));
	if (first) throw failures.get(first.id);
	if (stop.graceful.aborted && states.size < steps.length) throw stopped(stop);
	return took;
}

async function refine(error: unknown, step: BoundStep): Promise<unknown> {
	if (!(error instanceof Failure)) return error;
	return step.refineFailure(error).catch(() => error);
}

/** Prints the app's last log lines. If they cannot be read, that must not hide the failure. */
async function explain(step: BoundStep, {redactor}: Project, {emit, stop}: Run): Promise<void> {
	if (stop.graceful.aborted) return;
	const lines = await step
		.explainFailure()
		.catch((error: unknown) => [
			`(cannot read the app's log: ${error instanceof Error ? error.message : String(error)})`,
		]);
	for (const line of lines) {
		emit({type: 'line-printed', id: step.id, stream: 'stderr', line: redactor.clean(line)});
	}
}

const isAbort = (error: unknown) => !(error instanceof Failure) || error.code === 'stopped';

/** Refreshes what the user's flyctl knows of the secrets, since the calls wrote that into a private folder. */
async function syncSecrets(
	steps: readonly BoundStep[],
	{executor, journalView}: Project,
	{stop}: Run,
): Promise<void> {
	const changed = steps.find(({id, locks}) => locks.includes('app-secrets') && journalView.hasRun(id));
	if (stop.graceful.aborted || !changed) return;
	const action: FlyAction = {kind: 'fly', args: ['secrets', 'sync', '-a', changed.app], timeoutMs: 60_000};
	await executor.callFly(action, {
		input: undefined,
		marker: executor.newMarker(),
		signal: stop.forced,
		onLine: () => undefined,
		onStart: () => undefined,
	});
}
