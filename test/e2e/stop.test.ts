import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {rehearseArgs} from '../helpers/answers.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {
	asChildren,
	type JsonEvent,
	listProcesses,
	openRehearsal,
	type Rehearsal,
} from '../helpers/rehearsal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

const args = [...rehearseArgs(50), '--wait', '1h'];
const withoutJson = args.filter(word => word !== '--json');

const isRunning = (id: string) => (event: JsonEvent) =>
	event.type === 'step-changed' && event.id === id && event.status === 'running';
const isBuilding = ({type, id, line = ''}: JsonEvent) =>
	type === 'line-printed' && id === 'deploy' && line.startsWith('#7 ');

/** One project goes through all of this, in this order. */
describe.each([
	['as children', asChildren],
	['in process', {}],
] as const)('flyctl runs %s', (_, env) => {
	let rehearsal: Rehearsal;
	beforeAll(() => {
		rehearsal = openRehearsal();
	});
	afterAll(() => rehearsal.close());

	test('8: two at once: the second one changes nothing and says who is there; the first one continues', async () => {
		const first = rehearsal.start(args, {env});
		await first.untilEvent(isRunning('create-app'));
		const callsBefore = rehearsal.world().calls.length;

		const second = await rehearsal.run(withoutJson, {env});
		expect(second.exit).toBe(8);
		expect(second.stdout).toBe('');
		expect(second.stderr).toMatch(
			/^failed \(locked\): Another phxfly process is running for this project \(process \d+ on /,
		);
		expect(second.stderr).toContain(`process ${first.pid} `);
		expect(second.stderr).toMatch(/^what to do: .*--break-lock/m);

		await first.untilEvent(isRunning('create-volume'));
		expect(rehearsal.world().calls.length).toBeGreaterThan(callsBefore);
		first.kill('SIGINT');
		const end = await first.ended;
		expect(end).toMatchObject({exit: 130, strayLines: [], stderr: ''});
		expect(end.events.slice(-2)).toMatchObject([
			{type: 'failed', code: 'stopped', hint: expect.stringContaining('again')},
			{type: 'finished', exit: 130},
		]);
		expect(listProcesses(rehearsal.worldPath)).toEqual([]);
	});

	test.each([
		['SIGINT', 130],
		['SIGTERM', 143],
	] as const)('%s while the image builds: flyctl is asked to end, exit %i', async (signal, exit) => {
		const running = rehearsal.start(withoutJson, {env});
		await running.until(() =>
			rehearsal.world().calls.some(({argv, exit: ended}) => argv[0] === 'deploy' && ended === null),
		);
		running.kill(signal);
		const end = await running.ended;
		expect(end.exit).toBe(exit);
		expect(end.stderr).toMatch(/^failed \(stopped\): /m);
		expect(end.stderr).toMatch(/^what to do: Run phxfly again/m);
		expect(end.stderr).toMatch(/^what exists now: .*app blog-1/m);
		expect(rehearsal.world().calls.findLast(({argv}) => argv[0] === 'deploy')?.exit).toBe(127);
		expect(listProcesses(rehearsal.worldPath)).toEqual([]);
	});

	test('SIGINT with a half-made machine, then the same command: one machine, one volume, exit 0', async () => {
		const running = rehearsal.start(args, {env});
		await running.untilEvent(isBuilding);
		await running.untilEvent(({line = ''}) => /Machine \w+ \[app\] was created/.test(line));
		running.kill('SIGINT');
		expect((await running.ended).exit).toBe(130);

		const again = await rehearsal.run(args, {env});
		expect(again.events.at(-1)).toMatchObject({type: 'finished', exit: 0});
		expect(again.exit).toBe(0);
		expect(normaliseWorld(rehearsal.world())).toMatchObject({
			volumes: [{isAttached: true}],
			buckets: [{name: 'blog-1-store'}],
			addresses: [{type: 'shared_v4'}, {type: 'v6'}],
			machines: [{state: 'started', isLeased: false}],
			newestReleases: [{status: 'complete'}],
		});
	});
});
