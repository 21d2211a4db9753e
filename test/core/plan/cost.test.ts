import {expect, test} from 'vitest';
import {describePrices, estimateCost, showPrice} from '../../../source/core/plan/cost.ts';
import {r2} from '../../../source/providers/r2.ts';
import {s3} from '../../../source/providers/s3.ts';
import {tigris} from '../../../source/providers/tigris.ts';

const small = {size: 'shared-cpu-1x', memoryMb: 1024};

test.each([
	{vm: {size: 'shared-cpu-1x', memoryMb: 256}, usd: 2.32},
	{vm: {size: 'shared-cpu-1x', memoryMb: 512}, usd: 3.81},
	{vm: small, usd: 6.79},
	{vm: {size: 'shared-cpu-2x', memoryMb: 512}, usd: 4.64},
	{vm: {size: 'performance-1x', memoryMb: 4096}, usd: 48.89},
])('$vm.size with $vm.memoryMb MB costs $usd dollars a month', ({vm, usd}) => {
	expect(estimateCost({vm, volumeSizeGb: undefined, provider: undefined}).monthlyUsd).toBe(usd);
});

test.each([
	{provider: tigris, monthlyUsd: 8.19, low: 6.94, high: 9.44},
	{provider: s3, monthlyUsd: 8.29, low: 7.04, high: 9.54},
	{provider: r2, monthlyUsd: 6.94, low: 6.94, high: 6.94},
	{provider: undefined, monthlyUsd: 6.94, low: 6.94, high: 6.94},
])('a blog with $provider.id', ({provider, ...usd}) => {
	expect(estimateCost({vm: small, volumeSizeGb: 1, provider})).toMatchObject({...usd, pricesOf: '2026-08'});
});

test('says which part costs what', () => {
	const {items} = estimateCost({vm: small, volumeSizeGb: 10, provider: tigris});
	expect(items).toEqual([
		{what: 'machine shared-cpu-1x, 1024 MB', monthlyUsd: 6.79},
		{what: 'volume, 10 GB', monthlyUsd: 1.5},
		{what: 'storage, Tigris', monthlyUsd: 1.25, low: 0, high: 2.5},
	]);
});

test('says that a size has no price', () => {
	const {items} = estimateCost({
		vm: {size: 'a10', memoryMb: 1024},
		volumeSizeGb: undefined,
		provider: undefined,
	});
	expect(items).toEqual([{what: 'machine a10, 1024 MB (unknown price)', monthlyUsd: 0}]);
});

test.each([
	{day: '2026-08-07', isOutdated: false},
	{day: '2027-01-27', isOutdated: false},
	{day: '2027-01-28', isOutdated: true},
])('on $day the price table is old: $isOutdated', ({day, isOutdated}) => {
	const billed = {vm: small, volumeSizeGb: 1, provider: undefined};
	const cost = estimateCost(billed, Date.parse(`${day}T00:00:01Z`));
	expect(cost.isOutdated).toBe(isOutdated);
	expect(describePrices(cost)).toMatch(
		isOutdated ? /more than 180 days old: see https/ : /^prices of 2026-08$/,
	);
});

test('shows a price, or from and to if it depends on use', () => {
	expect(showPrice({what: '', monthlyUsd: 1.5})).toBe('$1.50');
	expect(showPrice({what: '', monthlyUsd: 1.25, low: 0, high: 2.5})).toBe('$0.00 to 2.50');
});
