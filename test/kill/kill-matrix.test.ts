import {describe, expect, test, vi} from 'vitest';
import {isFast} from '../helpers/is-fast.ts';
import {describePoint} from './list-points.ts';
import {listCampaigns, spread} from './list-scenarios.ts';
import {runCampaign, runUndisturbed} from './scenario.ts';
import {findSetting, settings} from './settings.ts';
import {isClean} from './totals.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 240_000});

/** Of about 400 campaigns of each setting; `npm run test:kill` runs them all. */
const count = isFast ? 8 : 24;

describe.each(settings)('a setup of $label, struck and resumed', setting => {
	test('ends as one that nobody disturbed', async () => {
		const wanted = await runUndisturbed(setting);
		const off: unknown[] = [];
		for (const points of spread(listCampaigns(wanted), count)) {
			const {totals, problems} = await runCampaign(setting, points, wanted);
			const name = points.map(point => describePoint(point, wanted)).join(', then ');
			if (!isClean(totals) || problems.length > 0) off.push({name, totals, problems});
		}

		expect(off).toEqual([]);
	});
});

test('a scale to one machine that nobody heard the end of has its outcome written down by the next run', async () => {
	const setting = findSetting('phoenix from two machines');
	const wanted = await runUndisturbed(setting);
	const index = wanted.seen.changes.findIndex(({name}) => name === 'scale count');
	for (const outcome of ['killed-after', 'orphaned'] as const) {
		const {totals, problems} = await runCampaign(setting, [{at: 'change', index, outcome}], wanted);
		expect(problems).toEqual([]);
		expect(isClean(totals)).toBe(true);
	}
});

test('what is there twice or lost is noticed', async () => {
	const setting = findSetting('wisp s3');
	const wanted = await runUndisturbed(setting);
	const [volume] = wanted.world.volumes;
	if (!volume) throw new Error('A setup without a volume.');
	const point = {at: 'write', index: 3, outcome: 'after'} as const;
	const judge = (world: typeof wanted.world) => runCampaign(setting, [point], {...wanted, world});
	const without = await judge({...wanted.world, volumes: []});
	expect(without.totals).toEqual({kills: 1, equal: 0, duplicates: 1, lost: 0, leaks: 0});
	const twice = await judge({...wanted.world, volumes: [volume, volume]});
	expect(twice.totals).toEqual({kills: 1, equal: 0, duplicates: 0, lost: 1, leaks: 0});
});
