import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {BoundStep, Finding, Step} from '../core/plan/step.ts';
import type {Run} from '../core/run/ports.ts';

/** A late create may still take effect, so two looks this far apart must agree before a call is repeated. Milliseconds. */
export const settleMs = 10_000;
const maxLooks = 6;

/** Stops what an earlier, killed run left running, before anything is read. */
export async function stopOrphans(
	{journal, executor}: Pick<Project, 'journal' | 'executor'>,
	emit: Run['emit'],
): Promise<void> {
	for (const call of journal.read().intents) {
		if (!(await executor.stopOrphan(call))) continue;
		const line = `Stopped \`fly ${call.argv.join(' ')}\`, which an earlier run had left running.`;
		emit({type: 'line-printed', id: call.step, stream: 'stderr', line});
	}
}

/**
Finds the outcome of a step's last call. What Fly lists now and did not list before that call, the call created. Two
candidates stop the run. "Nothing new" counts only when two looks ten seconds apart agree.

@throws {Failure} `two-candidates` (exit 7) with both ids.
*/
export async function reconcileCall(
	step: BoundStep,
	{readers, journalView, journal}: Project,
	{stop}: Pick<Run, 'stop'>,
): Promise<Finding> {
	const before = journalView.pendingCall(step.id)?.before ?? [];
	let earlier: string | undefined;
	for (let look = 0; ; look++) {
		const ids = await step.list();
		const created = ids.filter(id => !before.includes(id));
		if (created.length === 1 && created[0] !== undefined) journal.recordId(step.id, created[0]);
		const finding = await step.look();
		if (finding.is === 'there') {
			journal.closeCalls(step.id, created.length === 1 ? created[0] : undefined);
			return finding;
		}

		if (finding.is === 'ambiguous') throw twoCandidates(step, finding.ids, finding.hint);
		const now = JSON.stringify([ids, finding]);
		if (now === earlier || look >= maxLooks) return finding;
		earlier = now;
		await readers.clock.sleep(settleMs, stop.graceful);
	}
}

/**
Looks for duplicates before "done", since the request of a lost call can take effect minutes after the call was repeated.

@throws {Failure} `two-candidates` (exit 7) with every id.
*/
export async function rejectDuplicates(
	steps: readonly Step[],
	plan: PlanContext,
	{readers}: Pick<Project, 'readers'>,
): Promise<void> {
	for (const step of steps) {
		const duplicates = await step.findDuplicates?.(plan, readers);
		if (duplicates) throw twoCandidates(step, duplicates.ids, duplicates.hint);
	}
}

export function twoCandidates(step: Pick<Step, 'title'>, ids: readonly string[], hint: string): Failure {
	return new Failure(
		'two-candidates',
		`${step.title}: found ${ids.length} candidates (${ids.join(', ')}) and cannot tell which one phxfly created.`,
		{exists: ids, hint},
	);
}
