import type {Project} from '../core/command/context.ts';
import {clearLeaseArgs, launchLeaseMs} from '../core/fly/lease.ts';
import type {BoundStep, ClearLeaseAction, FlyAction, WaitForLeaseAction} from '../core/plan/step.ts';
import type {Clock} from '../core/readers.ts';
import type {Run} from '../core/run/ports.ts';

/** No lease lasts longer, with a margin. Milliseconds. */
const longestMs = launchLeaseMs + 15_000;

/** The end is a date of Fly's, and this computer's may be wrong: so the lease is read this often. Milliseconds. */
const lookMs = 15_000;

/** Fly shows whole seconds. Milliseconds. */
const roundingMs = 1000;

/** Before another look at a lease that this computer's clock says is over. Milliseconds. */
const shortestMs = 5000;

/** Waits until Fly shows no lease on the machine, but never longer than a lease lasts. Clears it if you ask for that. */
export async function waitForLease(
	step: Pick<BoundStep, 'id' | 'app'>,
	{machineId, untilMs, owner}: WaitForLeaseAction,
	project: Pick<Project, 'readers' | 'executor'>,
	run: Pick<Run, 'emit' | 'stop' | 'lease'>,
): Promise<void> {
	const {clock, fly} = project.readers;
	const {emit, stop, lease: held} = run;
	const lastMs = clock.elapsed() + longestMs;
	let leftMs = countLeft(untilMs, lastMs, clock);
	const line = `Another deploy still holds machine ${machineId} (lease of ${owner}). Waiting ${Math.ceil(leftMs / 1000)} s for its lease to end.`;
	emit({type: 'line-printed', id: step.id, stream: 'stderr', line});
	const over = new AbortController();
	const signal = AbortSignal.any([over.signal, stop.graceful]);
	const cleared = held?.whenCleared(signal).then(() => true);
	try {
		while (leftMs > 0) {
			held?.onHeld({machineId, untilMs: clock.elapsed() + leftMs});
			const isCleared = await Promise.race([
				clock.sleep(leftMs > lookMs ? lookMs : leftMs + roundingMs, signal).then(() => false),
				...(cleared ? [cleared] : []),
			]);
			if (isCleared) return await clearLease({machineId, app: step.app}, project, run);
			const lease = await fly.viewLease(step.app, machineId);
			if (!lease) return;
			leftMs = countLeft(lease.expiresAtMs, lastMs, clock);
		}
	} finally {
		over.abort();
		held?.onHeld(undefined);
	}
}

/** Returns how long to wait for a lease that Fly shows, but not after `lastMs`. */
function countLeft(untilMs: number, lastMs: number, clock: Clock): number {
	const leftMs = untilMs - clock.now();
	return Math.min(leftMs > 0 ? leftMs : shortestMs, lastMs - clock.elapsed());
}

/**
Clears a lease. It creates nothing and can be repeated, so it needs no pending call.

@throws {Failure} What flyctl reported, if Fly still shows the lease.
*/
export async function clearLease(
	{machineId, app}: Pick<ClearLeaseAction, 'machineId' | 'app'>,
	{readers, executor}: Pick<Project, 'readers' | 'executor'>,
	{stop}: Pick<Run, 'stop'>,
): Promise<void> {
	const action: FlyAction = {kind: 'fly', args: clearLeaseArgs(machineId, app), timeoutMs: 60_000};
	const outcome = await executor.callFly(action, {
		input: undefined,
		marker: executor.newMarker(),
		signal: stop.forced,
		onLine: () => undefined,
		onStart: () => undefined,
	});
	if (outcome.is === 'failed' && (await readers.fly.viewLease(app, machineId))) throw outcome.failure;
}
