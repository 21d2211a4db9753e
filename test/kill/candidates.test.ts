import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import type {Volume} from '../../source/rehearsal/world/world.ts';
import {type Computer, runEngine} from './engine.ts';
import {openComputer} from './open-computer.ts';
import {createDirector} from './scheduler.ts';
import {findSetting} from './settings.ts';

vi.setConfig({testTimeout: 120_000});

let computer: Computer & {close(): void};
beforeEach(async () => {
	computer = await openComputer(findSetting('wisp s3'));
});
afterEach(() => computer.close());

/** Kills the run right after Fly created the volume, before flyctl reported it. */
async function killAfterVolume(): Promise<Volume> {
	const names = createDirector();
	const scout = await openComputer(findSetting('wisp s3'));
	await runEngine(scout, names);
	scout.close();
	const index = names.seen.changes.findIndex(({name}) => name === 'volumes create');
	expect(await runEngine(computer, createDirector({at: 'change', index, outcome: 'killed-after'}))).toEqual({
		is: 'killed',
	});
	const [volume] = computer.account.world.volumes;
	if (!volume) throw new Error('No volume was made.');
	return volume;
}

test('two volumes that could be ours: exit 7 with both and the commands to fix it, then continues', async () => {
	const ours = await killAfterVolume();
	const {world} = computer.account;
	const theirs = {...ours, id: 'vol_somebodyelses'};
	world.volumes.push(theirs);
	const end = await runEngine(computer, createDirector());
	expect(end).toMatchObject({is: 'failed', failure: {code: 'two-candidates', exit: 'ambiguous'}});
	if (end.is !== 'failed') return;
	for (const id of [ours.id, theirs.id]) expect(end.failure.message).toContain(id);
	expect(end.failure.hint).toContain('fly volumes list -a blog-1');
	expect(end.failure.hint).toContain('fly volumes destroy');
	expect(world.volumes.map(({id}) => id)).toEqual([ours.id, theirs.id]);

	// Do what the hint says.
	world.volumes = world.volumes.map(volume =>
		volume.id === theirs.id ? {...volume, state: 'pending_destroy'} : volume,
	);
	expect(await runEngine(computer, createDirector())).toEqual({is: 'ended', exit: 0});
	expect(world.volumes.filter(({state}) => state === 'created').map(({id}) => id)).toEqual([ours.id]);
});

test('what a killed engine left running changes neither the world nor the journal', async () => {
	await killAfterVolume();
	const {time, account, output} = computer;
	// Running flyctl processes end, but the engine that started them does not continue.
	await time.runUntil(time.sleep(60_000));
	const [calls, lines] = [account.world.calls.length, output.length];
	await time.runUntil(time.sleep(3_600_000));
	expect([account.world.calls.length, output.length]).toEqual([calls, lines]);
	expect(account.world.machines).toEqual([]);
});
