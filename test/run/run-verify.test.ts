import {afterEach, beforeEach, expect, test} from 'vitest';
import type {Check, CheckResult} from '../../source/core/check.ts';
import {Failure} from '../../source/core/errors.ts';
import {judgeProof, runVerify} from '../../source/run/run-verify.ts';
import {drain, noPlan, openRunHarness, type RunHarness} from '../helpers/run-harness.ts';

let harness: RunHarness;
beforeEach(() => {
	harness = openRunHarness();
});
afterEach(() => harness.close());

type Status = CheckResult['status'];
/** Answers one status after another, the last one for ever. */
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

const verify = (checks: readonly Check[], waitMs: number, signal = new AbortController().signal) =>
	drain(runVerify(checks, noPlan, harness.tools.readers, {waitMs, signal}));
const tookMs = () => harness.clock.now() - 1_000_000;

test('asks once when all is proved', async () => {
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

test('asks again every 15 seconds, only for what may still come', async () => {
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

test('a stop ends the waiting, and what was found is kept', async () => {
	const check = make('never', 'not-yet');
	const {result} = await verify([check], 120_000, AbortSignal.abort());
	expect([check.asked, result?.get('never')?.status]).toEqual([1, 'not-yet']);
});

test('a check that flyctl kept from asking has proved nothing; a bug is no finding', async () => {
	const failure = new Failure('flyctl-failed', 'failed', 'It answered 503.', {hint: 'Later.'});
	expect((await verify([make('a', failure), make('b', 'proved')], 0)).result?.get('a')).toMatchObject({
		status: 'could-not-tell',
		detail: 'It answered 503.',
		hint: 'Later.',
	});
	expect((await verify([make('a', new TypeError('bug')), make('b', 'proved')], 0)).error).toBeInstanceOf(
		TypeError,
	);
});

test('what does not apply is not asked; the proof is in the order of the list', async () => {
	const slow = {
		...make('slow'),
		check: () => harness.clock.sleep(5000).then((): CheckResult => ({status: 'proved', detail: ''})),
	};
	const {result} = await verify([slow, {...make('no'), isNeeded: () => false}, make('fast', 'proved')], 0);
	expect([...(result?.keys() ?? [])]).toEqual(['slow', 'fast']);
});

test('records that would help are told', async () => {
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
		judgeProof(new Map(statuses.map((status, index) => [`${index}`, {status, detail: '', title: ''}]))),
	).toBe(judged);
});
