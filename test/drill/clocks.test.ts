import {expect, test} from 'vitest';
import type {HttpAnswer} from '../../source/core/readers.ts';
import {findSkew, measureStorageSkew, saySkew} from '../../source/drill/clocks.ts';

test.each([
	{other: 100_000, skew: 0},
	{other: 98_500, skew: 0},
	{other: 112_000, skew: 0},
	{other: 90_000, skew: -10_000},
	{other: 150_000, skew: 40_000},
])('$other read between 100,000 and 110,000 is $skew away', ({other, skew}) => {
	expect(findSkew(other, 100_000, 110_000)).toBe(skew);
});

test('says which clock is ahead, and nothing of the same time', () => {
	expect([saySkew('machine', 0), saySkew('storage', undefined)]).toEqual([[], []]);
	expect(saySkew('storage', 40_400)).toEqual(["this computer's clock is 40 s behind that of the storage"]);
	expect(saySkew('machine', -9000)).toEqual(["this computer's clock is 9 s ahead of that of the machine"]);
});

test.each([
	{headers: {date: 'Thu, 01 Jan 1970 00:01:40 GMT'}, skew: 90_000},
	{headers: {date: 'soon'}, skew: undefined},
	{headers: {}, skew: undefined},
])('the storage says $headers: $skew', async ({headers, skew}) => {
	const answer: HttpAnswer = {is: 'answered', status: 403, headers: {...headers}, body: ''};
	const tools = {net: {request: async () => answer}, clock: {now: () => 10_000}};
	expect(await measureStorageSkew('https://s3.example.com', tools)).toBe(skew);
});
