import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import {rehearseArgs} from '../helpers/answers.ts';
import {asChildren, listProcesses, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';

vi.setConfig({testTimeout: 300_000});

const modes = [
	{name: 'as a child that died too', env: asChildren, fate: 'SIGKILL'},
	{name: 'as a child that lives on', env: asChildren, fate: 'SIGCONT'},
	{name: 'in process', env: {}, fate: undefined},
] as const;

type Mode = (typeof modes)[number];

/** Kills a setup while flyctl waits for the machine it created. If flyctl is a child, it is paused. */
async function killInDeploy(rehearsal: Rehearsal, {env, fate}: Mode): Promise<readonly number[]> {
	const first = rehearsal.start(rehearseArgs(40), {env});
	await first.untilEvent(
		({id, line = ''}) => id === 'deploy' && /Machine \w+ \[app\] was created/.test(line),
	);
	const children = listProcesses(rehearsal.worldPath).filter(pid => pid !== first.pid);
	for (const pid of children) process.kill(pid, 'SIGSTOP');
	first.kill('SIGKILL');
	await first.ended;
	if (fate === 'SIGKILL') for (const pid of children) process.kill(pid, fate);
	expect(findLease(rehearsal)?.owner).toBe('dev@example.com');
	return children;
}

const findLease = (rehearsal: Rehearsal) => rehearsal.world().machines[0]?.lease;

/** Makes it a whole lease of another account. @returns When it ends, by the rehearsal's clock. */
function changeOwner(rehearsal: Rehearsal, owner: string): number {
	const world = rehearsal.world();
	const lease = world.machines[0]?.lease;
	if (!lease) throw new Error('The machine is not leased.');
	lease.owner = owner;
	lease.expiresAt = world.clock.simulatedMs + 300_000;
	writeFileSync(rehearsal.worldPath, JSON.stringify(world));
	return lease.expiresAt;
}

type Deployed = {
	/** When the second run called `deploy`, by the rehearsal's clock. */
	readonly atMs: number;
	/** Since the second run started. */
	readonly afterSeconds: number;
	readonly lines: readonly string[];
	/** How often a lease was cleared. */
	readonly clears: number;
};

/** Runs the setup again, at a speed, until it calls `deploy`. */
async function repeat(
	rehearsal: Rehearsal,
	{env, fate}: Mode,
	speed: number,
	children: readonly number[],
): Promise<Deployed> {
	const earlier = listDeploys(rehearsal).length;
	const startedAtMs = Date.now();
	const second = rehearsal.start(rehearseArgs(speed), {env});
	// Next, it stops what an earlier run left running.
	await second.untilEvent(({type}) => type === 'plan-made');
	if (fate === 'SIGCONT') for (const pid of children) process.kill(pid, fate);
	await second.until(() => listDeploys(rehearsal).length > earlier);
	const {calls, clock} = rehearsal.world();
	const startMs = clock.simulatedMs + (startedAtMs - clock.realMs) * clock.speed;
	const atMs = Date.parse(listDeploys(rehearsal).at(-1) ?? '');
	second.kill('SIGKILL');
	await second.ended;
	return {
		atMs,
		afterSeconds: (atMs - startMs) / 1000,
		lines: second.events.flatMap(({id, line}) => (id === 'deploy' && line ? [line] : [])),
		clears: calls.filter(({argv}) => argv.slice(0, 3).join(' ') === 'machine leases clear').length,
	};
}

/** Returns when each `fly deploy` was called, by the rehearsal's clock. */
const listDeploys = (rehearsal: Rehearsal): readonly string[] =>
	readFileSync(join(rehearsal.stateFolder(), 'run.log'), 'utf8')
		.split('\n')
		.flatMap(line => /^(\S+) \$ fly deploy /.exec(line)?.[1] ?? []);

describe.each(modes)('a deploy killed with its machine leased; flyctl ran $name', mode => {
	// How many seconds exactly is the business of test/kill/lease.test.ts: there this computer takes no time.
	test('is repeated at once: the lease is ours', async () => {
		const rehearsal = openRehearsal();
		onTestFinished(() => rehearsal.close());
		const children = await killInDeploy(rehearsal, mode);
		const {afterSeconds, lines, clears} = await repeat(rehearsal, mode, 1, children);
		expect(clears).toBe(1);
		expect(lines.filter(line => line.includes('still holds machine'))).toEqual([]);
		expect(afterSeconds).toBeLessThan(60);
	});
});

test.each([modes[0], modes[2]])(
	'the lease of another account is waited for; flyctl ran $name',
	async mode => {
		const rehearsal = openRehearsal();
		onTestFinished(() => rehearsal.close());
		const children = await killInDeploy(rehearsal, mode);
		const endsAtMs = changeOwner(rehearsal, 'other@example.com');
		const {atMs, lines, clears} = await repeat(rehearsal, mode, 8, children);
		expect(clears).toBe(0);
		expect(lines).toContainEqual(
			expect.stringMatching(
				/^Another deploy still holds machine \w+ \(lease of other@example\.com\)\. Waiting \d+ s /,
			),
		);
		expect(atMs).toBeGreaterThanOrEqual(endsAtMs);
	},
);
