import {marks} from '../output/marks.ts';
import {change, type Flow, FlyError, print, wait} from '../world/effects.ts';
import {findMachine} from '../world/find.ts';
import {formatRequestId, makeHexId} from '../world/make.ts';

const patienceMs = 60_000;
const updateLeaseMs = 13_000;

/** Takes a machine's lease; waits a minute for another's, then fails. */
export function* takeLease(id: string): Flow<void> {
	let from: number | undefined;
	for (;;) {
		const {held, nowMs} = yield* change((world, at) => {
			const machine = findMachine(world, id);
			const current = machine.lease;
			if (!current) {
				machine.lease = {nonce: makeHexId(12), owner: world.account.email, expiresAt: at + updateLeaseMs};
			}
			return {held: current, nowMs: at};
		});
		if (!held) return;
		from ??= nowMs;
		if (nowMs - from >= patienceMs) {
			const until = new Date(held.expiresAt).toISOString();
			const reason = `failed to get lease on VM ${id}: machine ID ${id} lease currently held by ${held.owner}, expires at ${until}`;
			yield* print(`${marks.warn} failed to acquire lease: ${reason}\n`);
			throw new FlyError(`${reason} ${formatRequestId()}`);
		}
		yield* wait(1_000);
	}
}

/** Keeps a lease for as long as the update goes on. */
export function* keepLease(id: string): Flow<void> {
	yield* change((world, nowMs) => {
		const {lease} = findMachine(world, id);
		if (lease) lease.expiresAt = nowMs + updateLeaseMs;
	});
}

export function* releaseLease(id: string): Flow<void> {
	yield* change(world => {
		delete findMachine(world, id).lease;
	});
}
