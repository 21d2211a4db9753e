import {Failure} from '../core/errors/failure.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Finding, Step} from '../core/plan/step.ts';
import type {RunTools} from '../core/run/ports.ts';
import type {PhxflyEvent} from '../core/session/events.ts';

/** A late create may still land: two looks this far apart must agree before anything is done again. Milliseconds. */
export const settleMs = 10_000;
const mostLooks = 6;

/** Ends what an earlier, killed run left running, before anything is looked at. */
export async function stopOrphans(
	{journal, hands}: Pick<RunTools, 'journal' | 'hands'>,
	emit: (event: PhxflyEvent) => void,
): Promise<void> {
	for (const intent of journal.read().intents) {
		if (!(await hands.stopOrphan(intent))) continue;
		const line = `An earlier run's \`fly ${intent.argv.join(' ')}\` was still going on; it has been ended.`;
		emit({type: 'line-printed', id: intent.step, stream: 'stderr', line});
	}
}

/**
Looks at a step whose last call has no known outcome. What is listed now and was not before that call is ours; two
candidates stop the run; nothing new is believed only when two looks ten seconds apart agree.

@throws {Failure} `two-candidates` (exit 7) with both ids.
*/
export async function settleIntent<Context extends {readonly app: string}>(
	step: Step<Context>,
	plan: Context,
	tools: RunTools,
): Promise<Finding> {
	const {readers, evidence, journal, stop} = tools;
	const before = evidence.openIntent(step.id)?.before ?? [];
	let earlier: string | undefined;
	for (let look = 0; ; look++) {
		const ids = (await step.list?.(plan, readers)) ?? [];
		const fresh = ids.filter(id => !before.includes(id));
		if (fresh.length === 1 && fresh[0] !== undefined) journal.recordId(step.id, fresh[0]);
		const finding = await step.look(plan, readers, evidence);
		if (finding.is === 'there') {
			journal.closeIntents(step.id, fresh.length === 1 ? fresh[0] : undefined);
			return finding;
		}

		if (finding.is === 'ambiguous') throw twoCandidates(step, finding.ids, finding.hint);
		const now = JSON.stringify([ids, finding]);
		if (now === earlier || look >= mostLooks) return finding;
		earlier = now;
		await readers.clock.sleep(settleMs, stop.soft);
	}
}

/**
The last look before "done": the request of a call whose answer was lost can land minutes after the call was made again.

@throws {Failure} `two-candidates` (exit 7) with every id.
*/
export async function refuseTwins(
	steps: readonly Step[],
	plan: PlanContext,
	{readers}: Pick<RunTools, 'readers'>,
): Promise<void> {
	for (const step of steps) {
		const twins = await step.findTwins?.(plan, readers);
		if (twins) throw twoCandidates(step, twins.ids, twins.hint);
	}
}

export function twoCandidates(step: Pick<Step, 'title'>, ids: readonly string[], hint: string): Failure {
	return new Failure(
		'two-candidates',
		'ambiguous',
		`${step.title}: ${ids.length} of them could be ours (${ids.join(', ')}), so nothing more was done.`,
		{exists: ids, hint},
	);
}
