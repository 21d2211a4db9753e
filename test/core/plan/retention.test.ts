import {describe, expect, test} from 'vitest';
import {readLitestreamConfig} from '../../../source/core/litestream/config.ts';
import {estimateCost} from '../../../source/core/plan/cost.ts';
import {findKept, warnOfRetention} from '../../../source/core/plan/retention.ts';
import {custom} from '../../../source/providers/custom.ts';
import {r2} from '../../../source/providers/r2.ts';
import {tigris} from '../../../source/providers/tigris.ts';
import {makePlan} from '../../helpers/make-plan.ts';
import {readTemplates} from '../../helpers/template-files.ts';

const database = 'dbs:\n  - path: /data/a.db\n    replicas:\n      - url: s3://a/b\n';
const read = (more: string) => readLitestreamConfig('litestream.yml', database + more);
const ours = readLitestreamConfig('litestream.yml', readTemplates('wisp').get('etc/litestream.yml') ?? '');
const week = {days: 7, snapshots: 8, changes: 3};

describe('what the storage keeps', () => {
	test('of the template: a week, with 0.5 alone', () => {
		expect(findKept({version: '0.5.17', config: ours})).toEqual(week);
		expect(findKept({version: '0.3.13', config: ours})).toEqual({days: undefined, snapshots: 2, changes: 1});
	});

	test('promises no time for a version that is not known', () => {
		expect(findKept({version: undefined, config: ours})).toEqual({...week, days: undefined});
	});

	test.each([
		['', {days: 1, snapshots: 2}],
		['snapshot:\n  interval: 12h\n  retention: 72h\n', {days: 3, snapshots: 7}],
		['snapshot:\n  interval: 1h30m\n  retention: 3h\n', {days: undefined, snapshots: 3}],
		['snapshot:\n  retention: soon\n', {days: 1, snapshots: 2}],
	])('of %j', (more, kept) => {
		expect(findKept({version: '0.5.17', config: read(more)})).toMatchObject(kept);
	});

	test('says that 0.3.13 keeps no week, and nothing of 0.5', () => {
		expect(warnOfRetention({version: '0.3.13', config: ours})).toEqual([
			expect.stringMatching(/^Litestream 0\.3\.13 restores at most the last day/),
		]);
		expect(warnOfRetention({version: '0.5.17', config: ours})).toEqual([]);
		expect(warnOfRetention({version: undefined, config: ours})).toEqual([]);
	});
});

describe('what that costs', () => {
	const vm = {size: 'shared-cpu-1x', memoryMb: 1024};

	test('up to a full volume in each snapshot, and the changes', () => {
		const {items} = estimateCost({vm, volumeSizeGb: 10, provider: tigris, kept: week});
		expect(items.at(-1)).toEqual({
			what: 'a week of snapshots at Tigris, up to 8 × 10 GB, and changes',
			...{monthlyUsd: 1.1, low: 0, high: 2.2},
		});
		const old = {days: undefined, snapshots: 2, changes: 1};
		expect(estimateCost({vm, volumeSizeGb: 1, provider: r2, kept: old}).items.at(-1)).toEqual({
			what: 'snapshots at R2, up to 2 × 1 GB, and changes',
			...{monthlyUsd: 0.03, low: 0, high: 0.05},
		});
	});

	test('nothing without a price or a volume', () => {
		const length = (volumeSizeGb: number | undefined, provider: typeof tigris) =>
			estimateCost({vm, volumeSizeGb, provider, kept: week}).items.length;
		expect(length(1, custom)).toBe(2);
		expect(length(undefined, tigris)).toBe(2);
	});

	test('is in the plan of an app that gets our files', () => {
		const {cost} = makePlan({profile: 'wisp', provider: 'tigris'});
		expect(cost.items.map(({what}) => what)).toContain(
			'a week of snapshots at Tigris, up to 8 × 1 GB, and changes',
		);
		expect(makePlan({profile: 'phoenix'}).cost.items).toHaveLength(1);
	});
});
