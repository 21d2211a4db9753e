import {afterEach, expect, test} from 'vitest';
import type {Lease} from '../../source/core/fly/output.ts';
import type {ClearLeaseAction, Finding, WaitForLeaseAction} from '../../source/core/plan/step.ts';
import type {Run} from '../../source/core/run/ports.ts';
import {runStep} from '../../source/engine/step.ts';
import {
	failCall,
	makeStep,
	openRunHarness,
	type RunHarness,
	type RunOptions,
} from '../helpers/run-harness.ts';

let harness: RunHarness;
afterEach(() => harness.close());

const hours = 3_600_000;
const owner = 'other@example.com';
/** When the lease ends, by Fly's clock and the time that passed. */
let endsAtMs: number;

/** Opens a project whose machine is leased for a while. @param skewMs - This computer's clock minus Fly's. */
function open(leaseMs: number, skewMs = 0, options: RunOptions = {}): void {
	harness = openRunHarness({...options, fly: {viewLease: async () => show(skewMs)}});
	endsAtMs = harness.clock.elapsed() + leaseMs;
}

function show(skewMs: number): Lease | undefined {
	const {clock} = harness;
	const leftMs = endsAtMs - clock.elapsed();
	return leftMs > 0 ? {owner, expiresAtMs: clock.now() - skewMs + leftMs} : undefined;
}

async function act(
	action: WaitForLeaseAction | ClearLeaseAction,
	run: Partial<Run> = {},
): Promise<{readonly waitedMs: number; readonly lines: readonly string[]}> {
	const {clock, project} = harness;
	const lines: string[] = [];
	const findings: readonly Finding[] = [
		{is: 'partial', missing: ['release']},
		{is: 'there', id: 'x'},
	];
	let looks = 0;
	const look = async () => findings[looks++] ?? {is: 'absent' as const};
	const step = harness.bind(makeStep('deploy', [], {look, actions: () => [action]}));
	const startMs = clock.elapsed();
	await runStep(step, project, {
		...harness.run,
		emit: event => void (event.type === 'line-printed' && lines.push(event.line)),
		...run,
	});
	return {waitedMs: clock.elapsed() - startMs, lines};
}

const waitUntil = (untilMs: number): WaitForLeaseAction => ({
	kind: 'wait-for-lease',
	machineId: 'm1',
	untilMs,
	owner,
});
const waitForShown = (run?: Partial<Run>, skewMs = 0) => act(waitUntil(show(skewMs)?.expiresAtMs ?? 0), run);

test('waits for the whole lease of another deploy, and says whose it is', async () => {
	open(290_000);
	const {waitedMs, lines} = await waitForShown();
	expect(waitedMs).toBeGreaterThanOrEqual(290_000);
	expect(waitedMs).toBeLessThanOrEqual(292_000);
	expect(lines).toEqual([
		'Another deploy still holds machine m1 (lease of other@example.com). Waiting 290 s for its lease to end.',
	]);
	expect(harness.calls).toEqual([]);
});

test.each([
	{name: 'behind', skewMs: -3 * hours},
	{name: 'ahead', skewMs: 3 * hours},
])('a clock 3 hours $name neither extends the wait for a lease nor ends it early', async ({skewMs}) => {
	open(200_000, skewMs);
	const {waitedMs, lines} = await waitForShown({}, skewMs);
	expect(waitedMs).toBeGreaterThanOrEqual(200_000);
	expect(waitedMs).toBeLessThanOrEqual(220_000);
	expect(Number(/Waiting (\d+) s/.exec(lines[0] ?? '')?.[1])).toBeLessThanOrEqual(315);
});

test.each([
	{name: 'back', byMs: -3 * hours},
	{name: 'forward', byMs: 3 * hours},
])('a clock set $name 3 hours during the wait for a lease changes nothing', async ({byMs}) => {
	open(200_000);
	const untilMs = show(0)?.expiresAtMs ?? 0;
	let hasSet = false;
	const lease: Run['lease'] = {
		whenCleared: () => new Promise(() => undefined),
		onHeld() {
			if (hasSet || harness.clock.elapsed() < endsAtMs - 150_000) return;
			hasSet = true;
			harness.clock.setForward(byMs);
			skewMs = byMs;
		},
	};
	let skewMs = 0;
	harness.project.readers.fly.viewLease = async () => show(skewMs);
	const {waitedMs} = await act(waitUntil(untilMs), {lease});
	expect(hasSet).toBe(true);
	expect(waitedMs).toBeGreaterThanOrEqual(200_000);
	expect(waitedMs).toBeLessThanOrEqual(220_000);
});

test('continues as soon as the other deploy gives its lease back', async () => {
	open(290_000);
	const untilMs = show(0)?.expiresAtMs ?? 0;
	endsAtMs -= 250_000;
	expect((await act(waitUntil(untilMs))).waitedMs).toBeLessThanOrEqual(60_000);
});

test('waits no longer than a lease can last for one that never ends: flyctl says who has it', async () => {
	open(10 * hours);
	expect((await waitForShown()).waitedMs).toBeLessThanOrEqual(320_000);
});

test('clears the lease of another deploy at once when asked', async () => {
	open(60_000);
	const held: unknown[] = [];
	const lease = {whenCleared: async () => undefined, onHeld: (now: unknown) => void held.push(now)};
	const untilMs = harness.clock.elapsed() + 60_000;
	expect((await waitForShown({lease})).waitedMs).toBe(0);
	expect(harness.calls).toEqual(['machine leases clear m1 -a blog-1']);
	expect(held).toEqual([{machineId: 'm1', untilMs}, undefined]);
});

const clear: ClearLeaseAction = {kind: 'clear-lease', machineId: 'm1', app: 'blog-1'};

test('clears the lease of a dead deploy of ours without a wait, and without a pending call', async () => {
	open(60_000, 0, {
		onCall: () => {
			expect(harness.project.journal.read().apps.flatMap(({calls}) => calls)).toEqual([]);
			return {is: 'ok', stdout: ''};
		},
	});
	expect(await act(clear)).toEqual({waitedMs: 0, lines: []});
	expect(harness.calls).toEqual(['machine leases clear m1 -a blog-1']);
});

test('a lease that cannot be cleared ends the step, unless it is gone by then', async () => {
	open(60_000, 0, {onCall: () => failCall('flyctl-failed')});
	await expect(act(clear)).rejects.toMatchObject({code: 'flyctl-failed'});
	harness.close();
	open(0, 0, {onCall: () => failCall('flyctl-failed')});
	expect((await act(clear)).waitedMs).toBe(0);
});
