import {describe, expect, test, vi} from 'vitest';
import {isFast} from '../helpers/is-fast.ts';
import {describePoint} from './list-points.ts';
import {listScenarios, spread} from './list-scenarios.ts';
import {runBaseline, runScenario} from './scenario.ts';
import {findSetting, settings} from './settings.ts';
import {isClean} from './totals.ts';

// For a busy computer. Nothing here waits for a fixed time.
vi.setConfig({testTimeout: 240_000});

/** Out of about 400 scenarios of each setting. `npm run test:kill` runs them all. */
const count = isFast ? 8 : 24;

describe.each(settings)('a setup of $label, killed and resumed', setting => {
	test('ends like the baseline', async () => {
		const wanted = await runBaseline(setting);
		const off: unknown[] = [];
		for (const points of spread(listScenarios(wanted), count)) {
			const {totals, problems} = await runScenario(setting, points, wanted);
			const name = points.map(point => describePoint(point, wanted)).join(', then ');
			if (!isClean(totals) || problems.length > 0) off.push({name, totals, problems});
		}

		expect(off).toEqual([]);
	});
});

test('the next run records the outcome of an interrupted scale to one machine', async () => {
	const setting = findSetting('phoenix from two machines');
	const wanted = await runBaseline(setting);
	const index = wanted.seen.changes.findIndex(({name}) => name === 'scale count');
	for (const outcome of ['killed-after', 'orphaned'] as const) {
		const {totals, problems} = await runScenario(setting, [{at: 'change', index, outcome}], wanted);
		expect(problems).toEqual([]);
		expect(isClean(totals)).toBe(true);
	}
});

test('notices duplicates and losses', async () => {
	const setting = findSetting('wisp s3');
	const wanted = await runBaseline(setting);
	const [volume] = wanted.world.volumes;
	if (!volume) throw new Error('A setup without a volume.');
	const point = {at: 'write', index: 3, outcome: 'after'} as const;
	const judge = (world: typeof wanted.world) => runScenario(setting, [point], {...wanted, world});
	const without = await judge({...wanted.world, volumes: []});
	expect(without.totals).toEqual({kills: 1, equal: 0, duplicates: 1, lost: 0, leaks: 0});
	const twice = await judge({...wanted.world, volumes: [volume, volume]});
	expect(twice.totals).toEqual({kills: 1, equal: 0, duplicates: 0, lost: 1, leaks: 0});
});
