import type {PlanContext} from './plan-context.ts';

/** What a deploy does to whoever uses the app just now, and to what its processes hold. */
export const describeRestart = ({mount}: Pick<PlanContext, 'mount'>): string =>
	`The one machine restarts: the site is away for some seconds${mount ? '.' : ', and what it keeps in memory is lost.'}`;
