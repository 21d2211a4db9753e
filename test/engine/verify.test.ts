import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {Failure} from '../../source/core/errors/failure.ts';
import type {Run} from '../../source/core/run/ports.ts';
import type {Check, CheckResult} from '../../source/core/verify/check.ts';
import {runVerify, toExit} from '../../source/engine/verify.ts';
import {collect, noPlan, openRunHarness, type RunHarness} from '../helpers/run-harness.ts';
import {firstElapsedMs} from '../helpers/virtual-clock.ts';

let harness: RunHarness;
beforeEach(() => {
	harness = openRunHarness();
});
afterEach(() => harness.close());

type Status = CheckResult['status'];
/** Returns a check with one status after another, and then the last one forever. */
function make(id: string, ...statuses: readonly (Status | Error)[]): Check & {asked: number} {
	const check = {
		id,
		title: `Title of ${id}`,
		asked: 0,
		isNeeded: () => true,
		async check(): Promise<CheckResult> {
			const status = statuses[Math.min(check.asked++, statuses.length - 1)] ?? 'proved';
			if (status instanceof Error) throw status;
			return {status, detail: `${status} ${check.asked}`};
		},
	};
	return check;
}

const runUntil = (graceful: AbortSignal, emit: Run['emit'], waiting: Run['waiting']): Run => ({
	emit,
	stop: {...harness.stop, graceful},
	waiting,
});
const verify = (checks: readonly Check[], waitMs: number, signal = new AbortController().signal) =>
	collect(emit => runVerify(checks, noPlan, harness.project.readers, runUntil(signal, emit, {waitMs})));
const tookMs = () => harness.clock.elapsed() - firstElapsedMs;

test('runs each check once when all pass', async () => {
	const {result, events} = await verify([make('a', 'proved'), make('b', 'proved')], 120_000);
	expect([...(result ?? [])].map(([id, {status, title}]) => [id, status, title])).toEqual([
		['a', 'proved', 'Title of a'],
		['b', 'proved', 'Title of b'],
	]);
	expect(
		events.map(event => (event.type === 'check-changed' ? `${event.id} ${event.status}` : event.type)),
	).toEqual([...['a checking', 'b checking', 'a proved', 'b proved']]);
	expect(tookMs()).toBe(0);
});

test('repeats every 15 seconds, only what is pending', async () => {
	const checks = [
		make('late', 'not-yet', 'not-yet', 'proved'),
		make('wrong', 'wrong', 'proved'),
		make('dark', 'could-not-tell', 'proved'),
	];
	const {result} = await verify(checks, 120_000);
	expect(checks.map(({asked}) => asked)).toEqual([3, 1, 1]);
	expect([...(result?.values() ?? [])].map(({status}) => status)).toEqual([
		'proved',
		'wrong',
		'could-not-tell',
	]);
	expect(tookMs()).toBe(30_000);
});

test.each([
	{waitMs: 0, asked: 1},
	{waitMs: 14_000, asked: 2},
	{waitMs: 40_000, asked: 4},
])('waits $waitMs ms and no longer', async ({waitMs, asked}) => {
	const check = make('never', 'not-yet');
	await verify([check], waitMs);
	expect([check.asked, tookMs()]).toEqual([asked, waitMs]);
});

describe('waiting', () => {
	const start = 1_000_000;
	const watch = (
		checks: readonly Check[],
		options: Partial<Run['waiting']> = {},
		signal = new AbortController().signal,
	) =>
		collect(emit =>
			runVerify(
				checks,
				noPlan,
				harness.project.readers,
				runUntil(signal, emit, {waitMs: 600_000, ...options}),
			),
		);

	test('pauses grow, and each is announced before it starts', async () => {
		const pauses: (readonly [number, readonly string[]])[] = [];
		await watch([make('never', 'not-yet'), make('b', 'proved')], {
			onPause: (nextLookMs, open) => pauses.push([(nextLookMs - firstElapsedMs) / 1000, open]),
		});
		const looks = [15, 30, 45, 60, 80, 110, 155, 215, 305, 425, 545, 600];
		expect(pauses).toEqual(looks.map(seconds => [seconds, ['never']]));
	});

	test('emits only what changed', async () => {
		const check = {...make('a'), asked: 0};
		const details = ['1', '1', '2', '2', '2'];
		check.check = async () => ({
			status: check.asked >= details.length ? 'proved' : 'not-yet',
			detail: details[check.asked++] ?? '3',
			records: [{recordType: 'A', name: 'h', value: 'v'}],
		});
		const {events} = await watch([check]);
		const reported = events.map(event => (event.type === 'check-changed' ? event.detail : event.type));
		const record = 'record-needed';
		expect(reported).toEqual(['Title of a', '1', record, '2', record, '3', record]);
	});

	test('leaves a check alone until the time it names, and no other', async () => {
		const limited = {...make('limited'), asked: 0};
		limited.check = async () =>
			limited.asked++ === 0
				? {status: 'not-yet', detail: '', notBeforeMs: start + 200_000}
				: {status: 'proved', detail: ''};
		const other = make('other', 'not-yet', 'not-yet', 'proved');
		await watch([limited, other]);
		expect([limited.asked, other.asked, tookMs()]).toEqual([2, 3, 200_000]);
	});

	test.each([
		{name: 'back', byMs: -86_400_000},
		{name: 'forward', byMs: 86_400_000},
	])('a clock set $name a day during the wait neither extends it nor ends it', async ({byMs}) => {
		const check = make('never', 'not-yet');
		await watch([check], {
			onPause: () => {
				if (check.asked === 3) harness.clock.setForward(byMs);
			},
		});
		expect([check.asked, tookMs()]).toEqual([13, 600_000]);
	});

	test('a clock set back during the wait does not leave a check alone for longer', async () => {
		const limited = {...make('limited'), asked: 0};
		limited.check = async () =>
			limited.asked++ === 0
				? {status: 'not-yet', detail: '', notBeforeMs: start + 200_000}
				: {status: 'proved', detail: ''};
		await watch([limited], {onPause: () => harness.clock.setForward(-86_400_000)});
		expect([limited.asked, tookMs()]).toEqual([2, 200_000]);
	});

	test('a check that names a time far away is asked again after an hour, since a clock can be wrong', async () => {
		const limited = {...make('limited'), asked: 0};
		limited.check = async () =>
			limited.asked++ === 0
				? {status: 'not-yet', detail: '', notBeforeMs: start + 86_400_000}
				: {status: 'proved', detail: ''};
		await watch([limited], {waitMs: Number.POSITIVE_INFINITY});
		expect([limited.asked, tookMs()]).toEqual([2, 3_600_000]);
	});

	test('a patient run repeats a check that the network kept from ending, and no other', async () => {
		const dark = {...make('dark'), asked: 0};
		dark.check = async () =>
			dark.asked++ < 2
				? {status: 'could-not-tell', detail: 'no network', isPassing: true}
				: {status: 'proved', detail: ''};
		const silent = make('silent', 'could-not-tell', 'proved');
		const failing = make('failing', new Failure('flyctl-failed', '503', {hint: ''}), 'proved');
		await watch([dark, silent, failing], {isPatient: true});
		expect([dark.asked, silent.asked, failing.asked]).toEqual([3, 1, 2]);
		expect(tookMs()).toBe(30_000);
		dark.asked = 0;
		await watch([dark]);
		expect(dark.asked).toBe(1);
	});

	test('repeats a passed check that can still change, but does not wait for it', async () => {
		const fleeting = {...make('fleeting', 'proved', 'not-yet', 'proved'), isFleeting: true};
		const {result} = await watch([fleeting, make('late', 'not-yet', 'proved')], {isPatient: true});
		expect([...(result?.values() ?? [])].map(({status}) => status)).toEqual(['proved', 'proved']);
		expect(tookMs()).toBe(30_000);
		const alone = {...make('alone', 'proved'), isFleeting: true};
		await watch([alone], {isPatient: true});
		expect(tookMs()).toBe(30_000);
	});

	test('a request ends a pause at once, a stop ends the run', async () => {
		const stop = new AbortController();
		const check = make('never', 'not-yet');
		let calls = 0;
		await watch(
			[check],
			{
				whenCalled: async signal => {
					if (++calls === 3) stop.abort();
					if (signal.aborted) throw new Error('It had already stopped.');
				},
			},
			stop.signal,
		).catch(() => undefined);
		expect([check.asked, tookMs()]).toEqual([3, 0]);
	});
});

test('a stop ends the waiting and keeps the results so far', async () => {
	const check = make('never', 'not-yet');
	const {result} = await verify([check], 120_000, AbortSignal.abort());
	expect([check.asked, result?.get('never')?.status]).toEqual([1, 'not-yet']);
});

test('a check that flyctl failed has no result; a bug is not a result either', async () => {
	const failure = new Failure('flyctl-failed', 'It answered 503.', {hint: 'Later.'});
	expect((await verify([make('a', failure), make('b', 'proved')], 0)).result?.get('a')).toMatchObject({
		status: 'could-not-tell',
		detail: 'It answered 503.',
		hint: 'Later.',
	});
	expect((await verify([make('a', new TypeError('bug')), make('b', 'proved')], 0)).error).toBeInstanceOf(
		TypeError,
	);
});

test('skips checks that do not apply, and keeps the order of the list', async () => {
	const slow = {
		...make('slow'),
		check: () => harness.clock.sleep(5000).then((): CheckResult => ({status: 'proved', detail: ''})),
	};
	const {result} = await verify([slow, {...make('no'), isNeeded: () => false}, make('fast', 'proved')], 0);
	expect([...(result?.keys() ?? [])]).toEqual(['slow', 'fast']);
});

test('emits the records that would help', async () => {
	const record = {recordType: 'CNAME', name: 'h', value: 'v'};
	const check = {
		...make('a'),
		check: async (): Promise<CheckResult> => ({status: 'not-yet', detail: '', records: [record]}),
	};
	expect((await verify([check], 0)).events.at(-1)).toEqual({type: 'record-needed', ...record});
});

test.each([
	{statuses: [], judged: 'done'},
	{statuses: ['proved', 'proved'], judged: 'done'},
	{statuses: ['proved', 'not-yet'], judged: 'unproved'},
	{statuses: ['could-not-tell', 'proved'], judged: 'unproved'},
	{statuses: ['not-yet', 'wrong', 'proved'], judged: 'failed'},
] as const)('$statuses is $judged', ({statuses, judged}) => {
	expect(
		toExit(new Map(statuses.map((status, index) => [`${index}`, {status, detail: '', title: ''}]))),
	).toBe(judged);
});
