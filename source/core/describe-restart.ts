import type {PlanContext} from './plan/context.ts';
import type {Plan} from './plan/plan.ts';

/** What a deploy does to whoever uses the app just now, and to what its processes hold. */
export const describeRestart = ({mount}: Pick<PlanContext, 'mount'>): string =>
	`The one machine restarts: the site is away for some seconds${mount ? '.' : ', and what it keeps in memory is lost.'}`;

/** The same before a plan is run, as a list that is empty where nothing that runs is restarted. */
export function warnOfRestart({context, steps}: Plan): readonly string[] {
	const restarts = steps.some(({step, actions}) => step.id === 'deploy' && actions.length > 0);
	return context.existing?.Deployed && restarts ? [describeRestart(context)] : [];
}
