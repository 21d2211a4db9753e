import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, onTestFinished, test, vi} from 'vitest';
import {type Computer, type RunEnd, runEngine} from './engine.ts';
import {openComputer} from './open-computer.ts';
import {type ChangeFate, createDirector} from './scheduler.ts';
import {findSetting} from './settings.ts';

vi.setConfig({testTimeout: 120_000});

const setting = findSetting('wisp s3');
/** Places of the deploy's changes among all changes of a setup. */
let changes: readonly number[];
beforeAll(async () => {
	const director = createDirector();
	const computer = await openComputer(setting);
	await runEngine(computer, director);
	computer.close();
	changes = director.seen.changes.flatMap(({name}, index) => (name === 'deploy -a' ? [index] : []));
	expect(changes.length).toBeGreaterThan(2);
});

type Killed = Exclude<ChangeFate, 'happens'>;

async function killInDeploy(index: number, outcome: Killed): Promise<Computer> {
	const computer = await openComputer(setting);
	onTestFinished(() => computer.close());
	expect(await runEngine(computer, createDirector({at: 'change', index, outcome}))).toEqual({is: 'killed'});
	return computer;
}

const findLease = ({account}: Computer) => account.world.machines[0]?.lease;

/** Runs the setup once more. @returns When it called `deploy`, and what else it called since it started. */
async function resume(
	computer: Computer,
): Promise<{readonly end: RunEnd; readonly deployedAtMs: number; readonly cleared: number}> {
	const director = createDirector();
	let deployedAtMs = Number.POSITIVE_INFINITY;
	const end = await runEngine(computer, {
		...director,
		onCall(name) {
			if (name === 'deploy -a') deployedAtMs = Math.min(deployedAtMs, computer.time.now());
			return director.onCall(name);
		},
	});
	const cleared = director.seen.calls.filter(name => name === 'machine leases').length;
	return {end, deployedAtMs, cleared};
}

describe.each(['killed-before', 'killed-after', 'orphaned'] as const)(
	'a setup %s a change of its deploy',
	fate => {
		test('calls deploy again at most 15 s after it starts again', async () => {
			let leases = 0;
			for (const index of changes) {
				const computer = await killInDeploy(index, fate);
				const startMs = computer.time.now();
				const isLeased = findLease(computer) !== undefined;
				const {end, deployedAtMs, cleared} = await resume(computer);
				expect(end).toEqual({is: 'ended', exit: 0});
				const name = `change ${index}`;
				// An orphan may have finished by then, or the last change may be the last of all.
				const isOver = deployedAtMs === Number.POSITIVE_INFINITY;
				if (isOver) expect({name, isLeased}).toEqual({name, isLeased: false});
				else expect({name, isSoon: deployedAtMs - startMs <= 15_000}).toEqual({name, isSoon: true});
				expect({name, cleared}).toEqual({name, cleared: isLeased ? 1 : 0});
				if (isLeased) leases++;
			}

			expect(leases).toBeGreaterThan(0);
		});
	},
);

type World = Computer['account']['world'];

test.each([
	{
		name: 'of another account',
		change: ({machines}: World) => void Object.assign(machines[0]?.lease ?? {}, {owner: 'other@example.com'}),
	},
	{
		name: 'of the same account that began after the machine',
		change: ({machines}: World) => {
			const [lease] = machines.map(each => each.lease);
			if (lease) lease.expiresAt += 20_000;
		},
	},
	{
		name: 'on a machine that was there before the call',
		change: ({machines}: World, journalPath: string) => {
			const journal = readFileSync(journalPath, 'utf8');
			const changed = journal.replace(/("step":\s*"deploy",[^}]*"before":\s*\[)/, `$1"${machines[0]?.id}"`);
			expect(changed).not.toBe(journal);
			writeFileSync(journalPath, changed);
		},
	},
])('a setup waits until a lease $name has ended', async ({change}) => {
	const [index = 0] = changes.slice(1);
	const computer = await killInDeploy(index, 'killed-after');
	change(computer.account.world, join(computer.stateFolder, 'journal.json'));
	const endsAtMs = findLease(computer)?.expiresAt ?? Number.NaN;
	const {end, deployedAtMs, cleared} = await resume(computer);
	expect([end, cleared]).toEqual([{is: 'ended', exit: 0}, 0]);
	expect(deployedAtMs).toBeGreaterThanOrEqual(endsAtMs);
	expect(deployedAtMs).toBeLessThanOrEqual(endsAtMs + 3000);
});
