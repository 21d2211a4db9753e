import {expect, test} from 'vitest';
import type {PhxflyEvent} from '../../../source/core/session/events.ts';
import {reduceRun, startRun} from '../../../source/core/session/run-state.ts';

const planned: PhxflyEvent = {
	...{type: 'plan-made', app: 'blog-1', org: 'personal', region: 'sjc'},
	...{answers: [], files: [], changes: [], seconds: [1, 2]},
	steps: [
		{id: 'a', title: 'Do a', needs: [], plan: 'makes', detail: '', actions: []},
		{id: 'b', title: 'Do b', needs: ['a'], plan: 'makes', detail: '', actions: []},
	],
	cost: {monthlyUsd: 1, low: 1, high: 1, pricesOf: '2026-08', isOutdated: false, items: []},
};
const changed = (id: string, status: 'looking' | 'running' | 'done', more = {}): PhxflyEvent => ({
	type: 'step-changed',
	id,
	status,
	...more,
});
const run = (...events: readonly PhxflyEvent[]) =>
	events.reduce((state, event, index) => reduceRun(state, event, 1000 * (index + 1)), startRun(0));

test('steps wait, then change one by one; a step starts with its first event', () => {
	const {steps} = run(
		planned,
		changed('a', 'looking'),
		changed('a', 'running'),
		changed('a', 'done', {seconds: 2, note: 'so'}),
	);
	expect(steps).toMatchObject([
		{id: 'a', title: 'Do a', status: 'done', seconds: 2, startedAtMs: 2000, note: 'so'},
		{id: 'b', status: 'waiting', startedAtMs: undefined},
	]);
});

test('an unknown step changes nothing', () => {
	expect(run(planned, changed('z', 'done')).steps).toEqual(run(planned).steps);
});

test('keeps the last 1,000 lines and counts all of them', () => {
	const lines = Array.from(
		{length: 1050},
		(_, index): PhxflyEvent => ({type: 'line-printed', id: 'a', stream: 'stdout', line: `${index}`}),
	);
	const {tail, linesPrinted} = run(...lines);
	expect(linesPrinted).toBe(1050);
	expect([tail.length, tail[0], tail.at(-1)]).toEqual([500, '550', '1049']);
});

test('a check has one line with its last result', () => {
	const check = (status: 'checking' | 'proved', detail: string): PhxflyEvent => ({
		type: 'check-changed',
		id: 'site',
		status,
		detail,
	});
	expect(run(check('checking', 'x'), check('proved', '200')).checks).toEqual([
		{id: 'site', status: 'proved', detail: '200'},
	]);
});

test('collects records, and never changes an existing state', () => {
	const before = run(planned);
	const copy = structuredClone(before);
	const record = {recordType: 'A', name: 'blog.example.com', value: '192.0.2.1'};
	expect(reduceRun(before, {type: 'record-needed', ...record}, 9).records).toEqual([record]);
	for (const event of [
		changed('a', 'done'),
		{type: 'finished', exit: 0, url: undefined, resources: []} as const,
	])
		reduceRun(before, event, 9);
	expect(before).toEqual(copy);
});

const printed = (line: string, id = 'a', more = {}): PhxflyEvent => ({
	...{type: 'line-printed', id, stream: 'stderr', line},
	...more,
});

test('a silence is not a line of the log; it lasts until its step prints or ends', () => {
	const silent = printed('No output for 2 min.', 'a', {silentSeconds: 3});
	const state = run(planned, changed('a', 'running'), printed('x'), silent, printed('y', 'b'));
	expect(state).toMatchObject({tail: ['x', 'y'], silence: {id: 'a', sinceMs: 1000}});
	expect(run(silent, printed('z')).silence).toBeUndefined();
	expect(run(planned, silent, changed('a', 'done')).silence).toBeUndefined();
});

test('the share of a deploy grows with its longest build stage, and never shrinks', () => {
	const shares = (...lines: readonly string[]) =>
		run(planned, ...lines.map(line => printed(line))).steps[0]?.share ?? 0;
	expect(shares('#9 [builder  8/16] RUN mix compile')).toBeCloseTo(0.375);
	expect(shares('#9 [builder  8/16] RUN x', '#4 [stage-1 3/4] RUN y')).toBeCloseTo(0.375);
	expect(shares('#9 [builder  8/16] RUN x', '#9 [builder  7/16] RUN y')).toBeCloseTo(0.375);
	expect(shares('pushing manifest for registry.fly.io', '#9 [builder 1/16] RUN x')).toBe(0.8);
});
