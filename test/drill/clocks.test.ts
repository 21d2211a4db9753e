import {expect, test} from 'vitest';
import type {HttpAnswer} from '../../source/core/readers.ts';
import {measureMachineSkew, measureStorageSkew, saySkew} from '../../source/drill/clocks.ts';

test.each([
	{other: 100, skew: 0},
	{other: 98, skew: 0},
	{other: 112, skew: 0},
	{other: 90, skew: -10_000},
	{other: 150, skew: 40_000},
])('$other s read between 100 s and 110 s is $skew ms away', async ({other, skew}) => {
	const times = [100_000, 110_000];
	const clock = {now: () => times.shift() ?? 0};
	const shell = {run: async () => ({exit_code: 0, stdout: `${other}\n`, stderr: ''})};
	expect(await measureMachineSkew({shell, clock})).toBe(skew);
});

test('a machine without date says nothing', async () => {
	const shell = {run: async () => ({exit_code: 127, stdout: '', stderr: 'not found'})};
	expect(await measureMachineSkew({shell, clock: {now: () => 1}})).toBeUndefined();
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
