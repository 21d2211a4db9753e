import {expect, test, vi} from 'vitest';
import {isFast} from '../helpers/is-fast.ts';
import {playSeed, type Result} from './search.ts';
import {addResult, noTotals, showDefects, showTotals} from './totals.ts';

// For a busy computer. What is wrong is shortened, which takes longer than to find it.
vi.setConfig({testTimeout: 240_000});

/** Of 2,000 that `npm run test:ownership` plays. */
const [count, limitMs] = isFast ? ([150, 25_000] as const) : ([600, 90_000] as const);

test('in random histories phxfly touches nothing foreign and forgets nothing that it made', async () => {
	const untilMs = Date.now() + limitMs;
	const results: Result[] = [];
	for (let seed = 1; seed <= count && Date.now() < untilMs; seed++) {
		const result = await playSeed(seed);
		results.push(result);
		if (result.kind !== undefined) break;
	}

	const totals = results.reduce(addResult, noTotals);
	expect(showDefects(results)).toBe('');
	expect(showTotals(totals)).toBe(`histories ${results.length}, foreign touched 0, ours forgotten 0`);
});
