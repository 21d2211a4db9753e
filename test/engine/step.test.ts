import {afterEach, expect, test} from 'vitest';
import type {Finding} from '../../source/core/plan/step.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import type {PhxflyEvent} from '../../source/core/session/events.ts';
import {runStep} from '../../source/engine/step.ts';
import {
	failCall,
	makeResource,
	makeStep,
	openRunHarness,
	type RunHarness,
	type RunOptions,
} from '../helpers/run-harness.ts';

let harness: RunHarness;
afterEach(() => harness.close());

const open = (options?: RunOptions) => {
	harness = openRunHarness(options);
	return harness;
};
const run = (step: ReturnType<typeof makeStep>, events: PhxflyEvent[] = []) =>
	runStep(harness.bind(step), harness.project, {...harness.run, emit: event => void events.push(event)});

/** Returns a look that finds one thing after another, and then the last one forever. */
const finding = (...findings: readonly Finding[]) => {
	let at = 0;
	return async () => findings[Math.min(at++, findings.length - 1)] ?? {is: 'absent' as const};
};

test('the journal has the call before it starts, and afterwards only what it created', async () => {
	let during: unknown;
	const listed = ['old'];
	open({
		onCall() {
			during = harness.reopenJournal().section().calls;
			listed.push('new');
			return {is: 'ok', stdout: ''};
		},
	});
	const step = makeStep('a', [], {
		look: finding({is: 'absent'}, {is: 'there', id: 'new'}),
		resource: makeResource(() => listed),
	});
	expect(await run(step)).toEqual({status: 'done', note: undefined});
	expect(during).toMatchObject([
		{step: 'a', argv: ['make', 'a'], before: ['old'], startedAtMs: 1_000_000, pid: 4711},
	]);
	expect(harness.reopenJournal().section()).toMatchObject({
		calls: [],
		ids: {a: 'new'},
		made: [{step: 'a', id: 'new'}],
	});
});

test("waits for what Fly lists late, on the run's clock", async () => {
	open();
	expect(
		await run(
			makeStep('a', [], {
				look: finding({is: 'absent'}, {is: 'absent'}, {is: 'absent'}, {is: 'there', id: 'x', note: 'n'}),
			}),
		),
	).toEqual({
		status: 'done',
		note: 'n',
	});
	expect(harness.clock.slept).toEqual([1000, 2000]);
});

test('success that Fly never lists is a failure that names what is missing', async () => {
	open();
	await expect(
		run(makeStep('a', [], {look: finding({is: 'partial', missing: ['v4']})})),
	).rejects.toMatchObject({
		code: 'not-there-yet',
		message: expect.stringContaining('v4'),
	});
	expect(harness.calls).toHaveLength(1);
});

test('a clear rejection closes the call; the next run looks as if nothing had been tried', async () => {
	open({onCall: () => failCall('name-taken')});
	await expect(run(makeStep('a'))).rejects.toMatchObject({code: 'name-taken'});
	expect(harness.reopenJournal().section().calls).toEqual([]);
});

test('after a lost answer, takes what the call created and does not repeat it', async () => {
	const listed: string[] = [];
	open({
		onCall() {
			listed.push('new');
			return failCall('flyctl-failed', true);
		},
	});
	const look = async (): Promise<Finding> => (listed.length > 0 ? {is: 'there', id: 'new'} : {is: 'absent'});
	expect(await run(makeStep('a', [], {look, resource: makeResource(() => listed)}))).toMatchObject({
		status: 'done',
	});
	expect(harness.calls).toEqual(['make a']);
	expect(harness.reopenJournal().section()).toMatchObject({calls: [], made: [{step: 'a', id: 'new'}]});
});

test('a lost answer without an effect: repeats the call after two equal looks ten seconds apart', async () => {
	let isThere = false;
	open({
		onCall() {
			if (harness.calls.length === 1) return failCall('flyctl-failed', true);
			isThere = true;
			return {is: 'ok', stdout: ''};
		},
	});
	const look = async (): Promise<Finding> => (isThere ? {is: 'there', id: 'new'} : {is: 'absent'});
	expect(await run(makeStep('a', [], {look}))).toMatchObject({status: 'done'});
	expect([harness.calls, harness.clock.slept]).toEqual([['make a', 'make a'], [10_000]]);
	expect(harness.reopenJournal().section().calls).toEqual([]);
});

test('a second lost answer is a failure: no third call, and both stay pending for the next run', async () => {
	open({onCall: () => failCall('flyctl-failed', true)});
	await expect(run(makeStep('a'))).rejects.toMatchObject({code: 'flyctl-failed'});
	expect(harness.calls).toHaveLength(2);
	expect(harness.reopenJournal().section().calls).toHaveLength(2);
});

test('a repeated call that is rejected: the lost one before it stays pending, since it may have caused that', async () => {
	open({
		onCall: () =>
			harness.calls.length === 1 ? failCall('flyctl-failed', true) : failCall('name-taken', false),
	});
	await expect(run(makeStep('a'))).rejects.toMatchObject({code: 'name-taken'});
	expect(harness.reopenJournal().section().calls).toMatchObject([{marker: 'marker-1'}]);
});

test('does not repeat a deploy, since its own timeouts look like a lost answer', async () => {
	open({onCall: () => failCall('app-unhealthy', true)});
	const actions = () => [{kind: 'fly', args: ['deploy'], timeoutMs: 1, isLong: true} as const];
	await expect(run(makeStep('deploy', [], {actions}))).rejects.toMatchObject({code: 'app-unhealthy'});
	expect(harness.calls).toEqual(['deploy']);
	expect(harness.reopenJournal().section().calls).toHaveLength(1);
});

test.each([
	{
		found: {is: 'ambiguous', ids: ['x', 'y'], hint: 'Destroy one.'} as const,
		code: 'two-candidates',
		exit: 'ambiguous',
	},
	{
		found: {
			is: 'conflict',
			code: 'app-in-another-org',
			why: 'No.',
			hint: 'Yes.',
		} as const,
		code: 'app-in-another-org',
		exit: 'usage',
	},
])('$code: nothing is done', async ({found, code, exit}) => {
	open();
	await expect(run(makeStep('a', [], {look: finding(found)}))).rejects.toMatchObject({code, exit});
	expect(harness.calls).toEqual([]);
});

test('shows lines without escape sequences, and secrets in them by name', async () => {
	open({
		onCall(_, __, {onLine}) {
			onLine('stdout', 'AWS_SECRET_ACCESS_KEY: caught-value-1');
			onLine('stdout', '\u001b[31mred\u001b[0m caught-value-1');
			onLine('stderr', '   ');
			return {is: 'ok', stdout: ''};
		},
	});
	const events: PhxflyEvent[] = [];
	const step = makeStep('a', [], {
		look: finding({is: 'absent'}, {is: 'there', id: 'x'}),
		actions: () => [
			{kind: 'fly', args: ['storage', 'create'], timeoutMs: 1, catches: ['AWS_SECRET_ACCESS_KEY']},
		],
	});
	await run(step, events);
	const lines = events.flatMap(event => (event.type === 'line-printed' ? [event.line] : []));
	expect(lines).toEqual(['AWS_SECRET_ACCESS_KEY: [AWS_SECRET_ACCESS_KEY]', 'red [AWS_SECRET_ACCESS_KEY]']);
	expect(harness.project.secretStore.get('AWS_SECRET_ACCESS_KEY')?.reveal()).toBe('caught-value-1');
});

test("sends secrets on standard input and remembers Fly's digest of them", async () => {
	let input: string | undefined;
	open({
		fly: {listSecrets: async () => [{name: 'SECRET_KEY_BASE', digest: 'd1', status: 'Staged'}]},
		onCall(_, __, hooks) {
			({input} = hooks);
			return {is: 'ok', stdout: ''};
		},
	});
	const step = makeStep('set-secrets', [], {
		look: finding({is: 'absent'}, {is: 'there', id: 'x'}),
		actions: () => [
			{
				kind: 'fly',
				args: ['secrets', 'import'],
				timeoutMs: 1,
				input: {kind: 'import', secrets: [{name: 'SECRET_KEY_BASE', isGenerated: true}]},
			},
		],
	});
	await run(step);
	expect(input).toMatch(/^SECRET_KEY_BASE="[A-Za-z\d+/]{64}"\n$/);
	const {digestOf, compare} = harness.reopenJournal().journalView;
	expect(digestOf('SECRET_KEY_BASE')).toBe('d1');
	expect(compare(new Secret('SECRET_KEY_BASE', input?.slice(17, -2) ?? ''))).toBe('same');
});

test('emits the DNS records to create, whether the step did something or not', async () => {
	open();
	const record = {recordType: 'A', name: 'h', value: '192.0.2.1'};
	for (const look of [finding({is: 'there', id: 'x'}), finding({is: 'absent'}, {is: 'there', id: 'x'})]) {
		const events: PhxflyEvent[] = [];
		await run(makeStep('a', [], {look, records: async () => [record]}), events);
		expect(events.at(-1)).toEqual({type: 'record-needed', ...record});
	}
});

test('flyctl prints nothing for long: phxfly says so once, and then after twice the time, not each minute', async () => {
	const events: PhxflyEvent[] = [];
	const told = () => events.flatMap(event => (event.type === 'line-printed' ? [event.silentSeconds] : []));
	open({
		async onCall() {
			await harness.clock.sleep(130_000);
			await expect.poll(told).toEqual([130]);
			await harness.clock.sleep(60_000);
			await harness.clock.sleep(70_000);
			await expect.poll(told).toEqual([130, 260]);
			return {is: 'ok', stdout: ''};
		},
	});
	await run(makeStep('a', [], {look: finding({is: 'absent'}, {is: 'there', id: 'x'})}), events);
	expect(events).toContainEqual(expect.objectContaining({line: 'No output for 2 min.'}));
});
