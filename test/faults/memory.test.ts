import {expect, test} from 'vitest';
import {measurePeaks} from '../bench/measure-memory.ts';

test('a million more lines need no more memory', {timeout: 180_000}, async () => {
	const {few, many} = await measurePeaks(1);
	expect(many / few).toBeLessThanOrEqual(1.1);
});
