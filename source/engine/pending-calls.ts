import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {findCreated} from '../core/ownership.ts';
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
	for (const call of journal.read().apps.flatMap(({calls}) => calls)) {
		if (!(await executor.stopOrphan(call))) continue;
		const line = `Stopped \`fly ${call.argv.join(' ')}\`, which an earlier run had left running.`;
		emit({type: 'line-printed', id: call.step, stream: 'stderr', line});
	}
}

/**
Finds the outcome of a step's open calls. What they asked for and Fly lists only since then, they created. Two candidates
stop the run. "Nothing new" counts only when two looks ten seconds apart agree.

@throws {Failure} `two-candidates` (exit 7) with both ids.
*/
export async function reconcileCall(
	step: BoundStep,
	{readers, journal}: Pick<Project, 'readers' | 'journal'>,
	{stop}: Pick<Run, 'stop'>,
): Promise<Finding> {
	const open = journal.section().calls.filter(call => call.step === step.id);
	let earlier: string | undefined;
	for (let look = 0; ; look++) {
		const things = await step.list();
		const created = findCreated(open, things, step);
		const newest = created.at(-1);
		if (newest) journal.recordId(step.id, newest.id);
		const finding = await step.look();
		if (finding.is === 'there') {
			journal.closeCalls(step.id, created, finding.id);
			return finding;
		}

		if (finding.is === 'ambiguous') throw twoCandidates(step, finding.ids, finding.hint);
		const now = JSON.stringify([things.map(({id}) => id), {...finding, lease: undefined}]);
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
