import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {BoundStep, Finding, Step} from '../core/plan/step.ts';
import type {Run} from '../core/run/ports.ts';

/** A late create may still land: two looks this far apart must agree before anything is done again. Milliseconds. */
export const settleMs = 10_000;
const mostLooks = 6;

/** Ends what an earlier, killed run left running, before anything is looked at. */
export async function stopOrphans(
	{journal, executor}: Pick<Project, 'journal' | 'executor'>,
	emit: Run['emit'],
): Promise<void> {
	for (const call of journal.read().intents) {
		if (!(await executor.stopOrphan(call))) continue;
		const line = `An earlier run's \`fly ${call.argv.join(' ')}\` was still going on; it has been ended.`;
		emit({type: 'line-printed', id: call.step, stream: 'stderr', line});
	}
}

/**
Looks at a step whose last call has no known outcome. What is listed now and was not before that call is ours; two
candidates stop the run; nothing new is believed only when two looks ten seconds apart agree.

@throws {Failure} `two-candidates` (exit 7) with both ids.
*/
export async function reconcileCall(
	step: BoundStep,
	{readers, journalView, journal}: Project,
	{stop}: Pick<Run, 'stop'>,
): Promise<Finding> {
	const before = journalView.recordCall(step.id)?.before ?? [];
	let earlier: string | undefined;
	for (let look = 0; ; look++) {
		const ids = await step.list();
		const fresh = ids.filter(id => !before.includes(id));
		if (fresh.length === 1 && fresh[0] !== undefined) journal.recordId(step.id, fresh[0]);
		const finding = await step.look();
		if (finding.is === 'there') {
			journal.closeCalls(step.id, fresh.length === 1 ? fresh[0] : undefined);
			return finding;
		}

		if (finding.is === 'ambiguous') throw twoCandidates(step, finding.ids, finding.hint);
		const now = JSON.stringify([ids, finding]);
		if (now === earlier || look >= mostLooks) return finding;
		earlier = now;
		await readers.clock.sleep(settleMs, stop.graceful);
	}
}

/**
The last look before "done": the request of a call whose answer was lost can land minutes after the call was made again.

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
		`${step.title}: ${ids.length} of them could be ours (${ids.join(', ')}), so nothing more was done.`,
		{exists: ids, hint},
	);
}
