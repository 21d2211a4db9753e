import type {Totals} from './totals.ts';

export async function runReal(
	_: {readonly endMs: number; readonly randomMs: number},
	_take: (label: string, campaign: string, totals: Totals, problems: readonly string[]) => void,
): Promise<void> {}
