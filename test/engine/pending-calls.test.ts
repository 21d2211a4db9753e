import {afterEach, expect, test} from 'vitest';
import type {FlyVolume} from '../../source/core/fly/output.ts';
import type {PlanContext} from '../../source/core/plan/context.ts';
import {reconcileCall, rejectDuplicates, stopOrphans} from '../../source/engine/pending-calls.ts';
import {runStep} from '../../source/engine/step.ts';
import {createVolume} from '../../source/steps/create-volume.ts';
import {openRunHarness, type RunHarness} from '../helpers/run-harness.ts';

/** The step that needs this most: a second volume costs money, and may be the one with the data. */
const plan = {
	...({} as PlanContext),
	app: 'blog-1',
	region: 'sjc',
	volumeSizeGb: 1,
	mount: {source: 'wisp_data', destination: '/data'},
	vm: {size: 'shared-cpu-1x', memoryMb: 1024},
};
const volume = (id: string): FlyVolume => ({
	id,
	name: 'wisp_data',
	state: 'created',
	size_gb: 1,
	region: 'sjc',
	created_at: '',
	host_status: 'ok',
	auto_backup_enabled: true,
});

let harness: RunHarness;
let volumes: FlyVolume[];
let looks: number[];
afterEach(() => harness.close());

/**
Opens a project after a kill: the call is pending, and `before` is what Fly listed before it.

@param land - Volumes by the look that first sees them.
*/
function open(before: readonly string[], land: Readonly<Record<number, readonly string[]>>): void {
	volumes = [];
	looks = [];
	harness = openRunHarness({
		fly: {
			async listVolumes() {
				const nowMs = harness.clock.now();
				if (looks.at(-1) !== nowMs) {
					looks.push(nowMs);
					volumes.push(...(land[looks.length - 1] ?? []).map(volume));
				}

				return [...volumes];
			},
		},
		onCall: () => {
			volumes.push(volume(`vol_called${harness.calls.length}`));
			return {is: 'ok', stdout: ''};
		},
	});
	harness.project.journal.recordCall({
		marker: 'm',
		step: 'create-volume',
		argv: ['volumes', 'create', 'wisp_data', '-a', 'blog-1', '--region', 'sjc', '--size', '1'],
		before: [...before],
		startedAtMs: 0,
	});
}

const settle = () => reconcileCall(harness.bind(createVolume, plan), harness.project, harness.run);
const run = () => runStep(harness.bind(createVolume, plan), harness.project, harness.run);

test('one new id is ours: recorded as created here, without a call', async () => {
	open(['vol_gone'], {0: ['vol_new']});
	expect(await run()).toMatchObject({status: 'already-done'});
	expect(harness.calls).toEqual([]);
	expect(harness.reopenJournal().section()).toMatchObject({
		calls: [],
		ids: {'create-volume': 'vol_new'},
		made: [{step: 'create-volume', id: 'vol_new'}],
	});
});

test('a new volume beside an unattached older one: exit 7, since the deploy would take either', async () => {
	open(['vol_old'], {0: ['vol_old', 'vol_new']});
	await expect(run()).rejects.toMatchObject({code: 'two-candidates', exists: ['vol_old', 'vol_new']});
	expect(harness.calls).toEqual([]);
});

test('with one attached, the id in the journal decides, and the unattached one is reported as extra', async () => {
	open([], {});
	harness.project.journal.closeCalls('create-volume');
	harness.project.journal.recordId('create-volume', 'vol_new');
	volumes.push(volume('vol_old'), {...volume('vol_new'), attached_machine_id: 'm1'});
	expect(await run()).toMatchObject({status: 'already-done'});
	await expect(rejectDuplicates([createVolume], plan, harness.project)).rejects.toMatchObject({
		code: 'two-candidates',
		exit: 'ambiguous',
		exists: ['vol_old', 'vol_new'],
		hint: expect.stringMatching(/not attached: fly volumes destroy vol_old -a blog-1\. Then/),
	});
	volumes.shift();
	await rejectDuplicates([createVolume], plan, harness.project);
});

test('two new volumes could be ours: exit 7 with both, without a call', async () => {
	open([], {0: ['vol_1', 'vol_2']});
	await expect(run()).rejects.toMatchObject({
		code: 'two-candidates',
		exit: 'ambiguous',
		exists: ['vol_1', 'vol_2'],
	});
	expect([harness.calls, harness.clock.slept]).toEqual([[], []]);
	expect(harness.reopenJournal().section().calls).toHaveLength(1);
});

test('nothing new: creates it again only after two equal looks ten seconds apart', async () => {
	open([], {});
	expect(await run()).toMatchObject({status: 'done'});
	expect(looks[1]).toBe((looks[0] ?? 0) + 10_000);
	expect(harness.calls).toHaveLength(1);
	expect(harness.calls[0]).toContain('volumes create wisp_data');
	expect(harness.reopenJournal().section()).toMatchObject({calls: [], ids: {'create-volume': 'vol_called1'}});
});

test('takes a late create that lands between the looks, without a call', async () => {
	open([], {1: ['vol_late']});
	expect(await run()).toMatchObject({status: 'already-done'});
	expect(harness.calls).toEqual([]);
	expect(harness.reopenJournal().section().ids).toEqual({'create-volume': 'vol_late'});
});

test('what Fly listed before the call is not ours for that reason alone', async () => {
	open(['vol_old'], {0: ['vol_old']});
	await settle();
	expect(harness.reopenJournal().section().made).toEqual([]);
});

test('gives up on a list that keeps changing', async () => {
	open([], {});
	let count = 0;
	const restless = {
		...createVolume,
		look: async () => ({is: 'partial' as const, missing: [String(count++)]}),
	};
	expect(await reconcileCall(harness.bind(restless, plan), harness.project, harness.run)).toMatchObject({
		is: 'partial',
	});
	expect(count).toBe(7);
});

test('a stop ends the waiting', async () => {
	open([], {});
	const settling = settle();
	harness.stop.interrupt();
	await expect(settling).rejects.toThrow();
	expect(harness.reopenJournal().section().calls).toHaveLength(1);
});

test('stops orphans one by one, and reports only those that were running', async () => {
	open([], {});
	harness.project.journal.recordCall({
		marker: 'n',
		step: 'deploy',
		argv: ['deploy'],
		before: [],
		startedAtMs: 0,
	});
	const asked: string[] = [];
	const executor = {
		...harness.project.executor,
		stopOrphan: async ({marker}: {readonly marker: string}) => {
			asked.push(marker);
			return marker === 'n';
		},
	};
	const events: unknown[] = [];
	await stopOrphans({...harness.project, executor}, event => events.push(event));
	expect(asked).toEqual(['m', 'n']);
	expect(events).toMatchObject([{type: 'line-printed', id: 'deploy'}]);
});
