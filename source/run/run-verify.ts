import {createChannel} from '../core/channel.ts';
import type {Check, CheckResult} from '../core/check.ts';
import {type ExitName, Failure} from '../core/errors.ts';
import type {PhxflyEvent} from '../core/events.ts';
import type {PlanContext} from '../core/plan-context.ts';
import type {Readers} from '../core/ports.ts';

export type Proof = ReadonlyMap<string, CheckResult & {readonly title: string}>;

/** How long what is still on its way is waited for, when nobody says. Milliseconds. */
export const defaultWaitMs = 120_000;

/** Fly and Let's Encrypt limit how often may be asked. Milliseconds. */
const pollMs = 15_000;

/**
Asks the live system, all checks side by side, and what is not proved yet again every 15 seconds until `waitMs` are over.

@returns Every check's last answer.
*/
export async function* runVerify(
	checks: readonly Check[],
	plan: PlanContext,
	readers: Readers,
	{waitMs, signal}: {readonly waitMs: number; readonly signal: AbortSignal},
): AsyncGenerator<PhxflyEvent, Proof> {
	const proof = new Map<string, CheckResult & {readonly title: string}>();
	const untilMs = readers.clock.now() + waitMs;
	let open = checks.filter(check => check.isNeeded(plan));
	// In the order of the checks, whichever answers first.
	for (const {id, title} of open) proof.set(id, {status: 'could-not-tell', detail: 'not asked', title});
	while (true) {
		yield* askAll(open, plan, readers, proof);
		open = open.filter(({id}) => proof.get(id)?.status === 'not-yet');
		const leftMs = untilMs - readers.clock.now();
		if (open.length === 0 || leftMs <= 0 || signal.aborted) return proof;
		await readers.clock.sleep(Math.min(pollMs, leftMs), signal).catch(() => undefined);
	}
}

async function* askAll(
	checks: readonly Check[],
	plan: PlanContext,
	readers: Readers,
	proof: Map<string, CheckResult & {readonly title: string}>,
): AsyncGenerator<PhxflyEvent, void> {
	const channel = createChannel<PhxflyEvent>();
	const work = Promise.all(
		checks.map(async check => {
			const {id, title} = check;
			channel.send({type: 'check-changed', id, status: 'checking', detail: title});
			const result = await ask(check, plan, readers);
			proof.set(id, {...result, title});
			channel.send({type: 'check-changed', id, status: result.status, detail: result.detail});
			for (const record of result.records ?? []) channel.send({type: 'record-needed', ...record});
		}),
	).finally(() => channel.close());
	yield* channel.receive();
	await work;
}

/** A check that flyctl or the network kept from asking has proved nothing, and broken nothing either. */
async function ask(check: Check, plan: PlanContext, readers: Readers): Promise<CheckResult> {
	try {
		return await check.check(plan, readers);
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		return {status: 'could-not-tell', detail: error.message, hint: error.hint};
	}
}

/** `failed` when something is wrong, `unproved` when something is open, else `done`. */
export function judgeProof(proof: Proof): ExitName {
	const statuses = [...proof.values()].map(({status}) => status);
	if (statuses.includes('wrong')) return 'failed';
	return statuses.every(status => status === 'proved') ? 'done' : 'unproved';
}
