import {expect, onTestFinished, test, vi} from 'vitest';
import {openFastClock, realClock} from '../../source/adapters/clock.ts';

test('sleeps for the given time', async () => {
	const start = realClock.now();
	await realClock.sleep(50);
	expect(realClock.now() - start).toBeGreaterThanOrEqual(49);
});

test.each([
	{name: 'real', clock: realClock, speed: 1},
	{name: 'fast', clock: openFastClock(Date.now, 20), speed: 20},
])('what elapses on a $name clock does not depend on the date', async ({clock, speed}) => {
	vi.useFakeTimers({toFake: ['Date'], now: 1_000_000_000_000});
	onTestFinished(() => void vi.useRealTimers());
	const start = clock.elapsed();
	vi.setSystemTime(0);
	await clock.sleep(50 * speed);
	const passedMs = clock.elapsed() - start;
	expect(passedMs).toBeGreaterThanOrEqual(49 * speed);
	expect(passedMs).toBeLessThan(60_000 * speed);
});

test('a sleep on a fast clock takes the given time on that clock', async () => {
	const start = performance.now();
	const clock = openFastClock(() => (performance.now() - start) * 1000, 1000);
	await clock.sleep(20_000);
	expect(clock.now()).toBeGreaterThanOrEqual(19_000);
	expect(performance.now() - start).toBeLessThan(10_000);
});

test.each([
	{name: 'real', clock: realClock},
	{name: 'fast', clock: openFastClock(Date.now, 2)},
])('an aborted sleep on a $name clock throws the reason', async ({clock}) => {
	const stop = new AbortController();
	const reason = new Error('enough');
	const sleep = clock.sleep(3_600_000, stop.signal);
	stop.abort(reason);
	await expect(sleep).rejects.toBe(reason);
	await expect(clock.sleep(1, stop.signal)).rejects.toBe(reason);
});
