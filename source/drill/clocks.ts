import type {MachineShell} from '../core/litestream/machine.ts';
import type {Clock, Net} from '../core/readers.ts';

/**
Measures how far the storage's clock is ahead of this computer's, from its Date header.

@returns Milliseconds, or `undefined` if the storage does not say.
*/
export async function measureStorageSkew(
	endpoint: string,
	{net, clock}: {readonly net: Pick<Net, 'request'>; readonly clock: Pick<Clock, 'now'>},
): Promise<number | undefined> {
	const beforeMs = clock.now();
	const answer = await net.request({method: 'GET', url: endpoint});
	const serverMs = answer.is === 'answered' ? Date.parse(answer.headers.date ?? '') : Number.NaN;
	return Number.isNaN(serverMs) ? undefined : findSkew(serverMs, beforeMs, clock.now());
}

/** Like `measureStorageSkew`, for the machine's clock. */
export async function measureMachineSkew({
	shell,
	clock,
}: {
	readonly shell: MachineShell;
	readonly clock: Pick<Clock, 'now'>;
}): Promise<number | undefined> {
	const beforeMs = clock.now();
	const {stdout} = await shell.run(['date', '-u', '+%s']);
	return /^\d+\s*$/.test(stdout) ? findSkew(Number(stdout) * 1000, beforeMs, clock.now()) : undefined;
}

/** A clock that is read in whole seconds may seem to be this much behind. */
const toleranceMs = 2000;

/** Compares a moment of another clock with the span in which it was read here. Pure. */
function findSkew(otherMs: number, beforeMs: number, afterMs: number): number {
	if (otherMs < beforeMs - toleranceMs) return otherMs - beforeMs;
	return otherMs > afterMs + toleranceMs ? otherMs - afterMs : 0;
}

/** Says a difference between two clocks; an empty list if there is none. */
export function saySkew(owner: string, skewMs: number | undefined): readonly string[] {
	if (!skewMs) return [];
	const side = skewMs > 0 ? 'behind' : 'ahead of';
	return [`this computer's clock is ${Math.abs(Math.round(skewMs / 1000))} s ${side} that of the ${owner}`];
}
