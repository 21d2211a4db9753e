import type {Evidence} from '../core/journal.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Finding, Step} from '../core/plan/step.ts';
import type {Readers} from '../core/readers.ts';

/** What each step would find now, for the plan; an app that does not exist has nothing yet. */
export async function lookAhead(
	steps: readonly Step[],
	plan: PlanContext,
	readers: Readers,
	evidence: Evidence,
): Promise<ReadonlyMap<string, Finding>> {
	const needed = steps.filter(step => step.isNeeded(plan));
	const looked = plan.existing ? needed : needed.filter(({id}) => id === 'write-files');
	const findings = await Promise.all(
		looked.map(async step => [step.id, await step.look(plan, readers, evidence)] as const),
	);
	return new Map(findings);
}
