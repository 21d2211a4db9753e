import {FlyError} from '../world/effects.ts';

const unitsMs: Readonly<Record<string, number>> = {h: 3_600_000, m: 60_000, s: 1_000, ms: 1};

/** `5m0s`, a number of seconds, or `none`; in milliseconds. @throws {FlyError} for anything else. */
export function readDuration(text: string): number {
	if (text === 'none') return 0;
	if (/^\d+$/.test(text)) return Number(text) * 1_000;
	const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
	if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
		throw new FlyError(
			`invalid duration value ${text} used for --wait-timeout flag: time: invalid duration "${text}"`,
		);
	}
	return parts.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (unitsMs[unit] ?? 0), 0);
}
