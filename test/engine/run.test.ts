import {afterEach, beforeEach, expect, test} from 'vitest';
import {runSteps} from '../../source/engine/run.ts';
import {
	collect,
	failCall,
	makeStep,
	openRunHarness,
	type RunHarness,
	statusesOf,
} from '../helpers/run-harness.ts';

let durations: Record<string, number>;
let failing: Record<string, ReturnType<typeof failCall>>;
let harness: RunHarness;
let steps: ReturnType<typeof makeStep>[];
let running: Set<string>;
let together: Set<string>;

beforeEach(() => {
	durations = {};
	failing = {};
	running = new Set();
	together = new Set();
	harness = openRunHarness({
		async onCall(words, _, {signal}) {
			const id = words.replace('make ', '');
			for (const other of running) together.add([id, other].sort().join('+'));
			running.add(id);
			await harness.clock.sleep(durations[id] ?? 1000, signal).catch(() => undefined);
			running.delete(id);
			const step = steps.find(each => each.id === id);
			if (failing[id]) return failing[id];
			if (step && !signal.aborted) step.isThere = true;
			return signal.aborted ? failCall('cancelled', true) : {is: 'ok', stdout: ''};
		},
	});
});
afterEach(() => harness.close());

const run = (onEvent?: Parameters<typeof collect>[1]) =>
	collect(
		emit =>
			runSteps(
				steps.map(step => harness.bind(step)),
				harness.project,
				{...harness.run, emit},
			),
		onEvent,
	);
const tookMs = () => harness.clock.now() - 1_000_000;

test('independent steps overlap; the run takes as long as its longest chain', async () => {
	steps = [
		makeStep('app'),
		makeStep('volume', ['app']),
		makeStep('files', ['app']),
		makeStep('deploy', ['volume', 'files']),
	];
	durations = {app: 1000, volume: 4000, files: 3000, deploy: 10_000};
	const {events, error} = await run();
	expect(error).toBeUndefined();
	expect(statusesOf(events)).toEqual([
		...['app: running', 'app: done', 'volume: running', 'files: running'],
		...['files: done', 'volume: done', 'deploy: running', 'deploy: done'],
	]);
	expect(together).toEqual(new Set(['files+volume']));
	expect(tookMs()).toBe(15_000);
});

test('a lock keeps steps apart that could overlap', async () => {
	const locks = ['app-secrets'] as const;
	steps = [makeStep('a', [], {locks}), makeStep('b', [], {locks}), makeStep('c')];
	durations = {'secrets sync -a blog-1': 0};
	await run();
	expect([together.has('a+b'), together.has('a+c')]).toEqual([false, true]);
	expect(tookMs()).toBe(2000);
	expect(steps.every(({isThere}) => isThere)).toBe(true);
});

test('a failing step lets its siblings finish and leaves what needs it waiting', async () => {
	steps = [
		makeStep('a'),
		makeStep('b'),
		makeStep('after-b', ['b']),
		makeStep('after-a', ['a']),
		makeStep('last', ['after-a', 'after-b']),
	];
	durations = {a: 100, b: 5000};
	failing = {a: failCall('no-capacity')};
	const {events, error} = await run();
	expect(statusesOf(events)).toEqual([
		'a: running',
		'b: running',
		'a: failed',
		'b: done',
		'after-b: running',
		'after-b: done',
	]);
	expect(error).toMatchObject({code: 'no-capacity'});
	expect(harness.calls).toEqual(['make a', 'make b', 'make after-b']);
});

test('of several failures, throws the first in plan order, whichever came first', async () => {
	steps = [makeStep('a'), makeStep('b')];
	durations = {a: 5000, b: 100};
	failing = {a: failCall('first'), b: failCall('second')};
	expect((await run()).error).toMatchObject({code: 'first'});
});

test('does nothing for a step whose look finds everything', async () => {
	steps = [makeStep('a'), makeStep('b', ['a'])];
	for (const step of steps) step.isThere = true;
	const {events} = await run();
	expect(statusesOf(events)).toEqual(['a: already-done', 'b: already-done']);
	expect(harness.calls).toEqual([]);
	expect(harness.reopenJournal().section().ids).toEqual({a: 'a-1', b: 'b-1'});
});

test('a stop starts nothing new, lets a short change finish, and is not the failure of a step', async () => {
	steps = [makeStep('a'), makeStep('b', ['a'])];
	const {events, error} = await run(event => {
		if (event.type === 'step-changed' && event.status === 'running')
			setImmediate(() => harness.stop.interrupt('SIGINT'));
	});
	expect(statusesOf(events)).toEqual(['a: running', 'a: done']);
	expect(steps[0]?.isThere).toBe(true);
	expect(error).toMatchObject({code: 'stopped', exit: 'interrupted'});
});

test('the first stop ends a long step at once; SIGTERM and SIGINT have different exits', async () => {
	steps = [
		makeStep('deploy', [], {
			actions: () => [{kind: 'fly', args: ['make', 'deploy'], timeoutMs: 1, isLong: true}],
		}),
	];
	durations = {deploy: 600_000};
	const {error} = await run(event => {
		if (event.type === 'step-changed' && event.status === 'running')
			setImmediate(() => harness.stop.interrupt('SIGTERM'));
	});
	expect(tookMs()).toBeLessThan(600_000);
	expect(error).toMatchObject({code: 'stopped', exit: 'terminated'});
	expect(harness.reopenJournal().section().calls).toMatchObject([{step: 'deploy', pid: 4711}]);
});

test('a second stop also ends short changes', async () => {
	steps = [makeStep('a')];
	durations = {a: 600_000};
	await run(event => {
		if (event.type !== 'step-changed' || event.status !== 'running') return;
		setImmediate(() => {
			harness.stop.interrupt();
			harness.stop.interrupt();
		});
	});
	expect(tookMs()).toBeLessThan(600_000);
});

test('stops and reports an orphan of an earlier run before any look', async () => {
	harness.close();
	let looks = 0;
	let looksAtStop = -1;
	harness = openRunHarness({
		stopOrphan: async () => {
			looksAtStop = looks;
			return true;
		},
	});
	harness.project.journal.recordCall({
		marker: 'm',
		step: 'other',
		argv: ['deploy', '-a', 'b'],
		before: [],
		startedAtMs: 0,
	});
	steps = [
		makeStep('a', [], {
			look: async () => {
				looks++;
				return {is: 'there', id: 'x'};
			},
		}),
	];
	const {events} = await run();
	expect([looksAtStop, looks]).toEqual([0, 1]);
	expect(events[0]).toMatchObject({
		type: 'line-printed',
		id: 'other',
		line: expect.stringContaining('Stopped `fly deploy -a b`'),
	});
});

test("refreshes flyctl's own note of the secrets once after they were set", async () => {
	steps = [makeStep('a', [], {locks: ['app-secrets']}), makeStep('b')];
	await run();
	expect(harness.calls).toEqual(['make a', 'make b', 'secrets sync -a blog-1']);
});

test('rethrows a bug in a step after its siblings have finished', async () => {
	const bug = new TypeError('x is not a function');
	steps = [makeStep('a', [], {look: () => Promise.reject(bug)}), makeStep('b')];
	const {error, events} = await run();
	expect(error).toBe(bug);
	expect(statusesOf(events)).toContain('b: done');
});
