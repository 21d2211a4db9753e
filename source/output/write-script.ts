import type {Plan} from '../core/plan.ts';

export const writeScript = (
	_plan: Plan,
	{functions}: {readonly version: string; readonly functions: string},
): string => functions;
