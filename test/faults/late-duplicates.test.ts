import {afterEach, expect, test} from 'vitest';
import {makeVolume} from '../../source/rehearsal/world/make.ts';
import {describeEnd, openSetup, type Setup} from './faulty-setup.ts';

let setup: Setup;
afterEach(() => setup.close());

const wish = {app: 'blog-1', name: 'wisp_data', region: 'sjc', sizeGb: 1, snapshotRetention: 5};
const kinds = ['taken', 'refused', 'after the end'] as const;

/** The answer to `volumes create` is lost, and its request lands so many simulated seconds after the setup began. */
async function landAfter(seconds: number): Promise<(typeof kinds)[number]> {
	setup = openSetup('s3');
	const {world} = setup;
	let isOver = false;
	let landed: string | undefined;
	setup.later(seconds * 1000, nowMs => {
		if (isOver) return;
		landed = makeVolume(world, nowMs, {...wish, isEncrypted: true, hasSnapshots: true}).id;
	});
	const end = await setup.run([{command: 'volumes create', fault: '5xx', on: 1}]);
	isOver = true;
	const ids = world.volumes.map(({id}) => id);
	if (landed === undefined || ids.length === 1) {
		expect([seconds, describeEnd(end), ids.length]).toEqual([seconds, '0', 1]);
		return landed === undefined ? 'after the end' : 'taken';
	}

	expect([seconds, describeEnd(end), ids.length]).toEqual([seconds, 'two-candidates', 2]);
	if (end.is !== 'failed') throw new Error('unreachable');
	const {exit, message, hint} = end.failure;
	expect(exit).toBe('ambiguous');
	for (const id of ids) expect(message).toContain(id);
	const holders = new Set(world.volumes.flatMap(volume => (volume.attached_machine_id ? [volume.id] : [])));
	for (const id of ids) {
		// Never the one that holds the data, once a machine has one.
		expect([id, hint?.includes(`fly volumes destroy ${id} -a blog-1`)]).toEqual([id, !holders.has(id)]);
	}

	// Do what the hint says. Then the setup continues to its end.
	world.volumes = world.volumes.filter(({id}) => holders.size === 0 || holders.has(id)).slice(0, 1);
	expect(describeEnd(await setup.run())).toBe('0');
	expect(world.volumes).toHaveLength(1);
	return 'refused';
}

test('a lost volume request that lands at any moment of the setup: one volume, or exit 7 with both ids', {
	timeout: 180_000,
}, async () => {
	const counts = {taken: 0, refused: 0, 'after the end': 0};
	for (let seconds = 4; counts['after the end'] === 0; seconds += seconds < 24 ? 0.5 : 3.1) {
		counts[await landAfter(seconds)]++;
		setup.close();
	}

	console.log(`landed before the second call ${counts.taken}, after it ${counts.refused}: exit 7 each time`);
	expect(counts.taken).toBeGreaterThan(10);
	expect(counts.refused).toBeGreaterThan(20);
});

test('a second volume missing in the journal, with none attached: exit 7, though the journal knows one', async () => {
	setup = openSetup('s3');
	await setup.run([{command: 'deploy', fault: 'logged-out'}]);
	const {world} = setup;
	makeVolume(world, 0, {...wish, isEncrypted: true, hasSnapshots: true});
	const deploys = setup.changes().filter(change => change === 'deploy').length;
	expect(describeEnd(await setup.run())).toBe('two-candidates');
	expect(setup.changes().filter(change => change === 'deploy')).toHaveLength(deploys);
});
