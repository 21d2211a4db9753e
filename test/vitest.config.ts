import {defineConfig} from 'vitest/config';

/** Everything but the campaigns without an end; `vitest.fast.config.ts` takes its sample from it. */
export default defineConfig({
	test: {
		root: 'test',
		include: ['**/*.test.ts', '**/*.test.tsx'],
		globalSetup: ['./helpers/build-once.ts', './helpers/finished-worlds-folder.ts'],
		env: {NO_COLOR: '1', FORCE_COLOR: '0', TZ: 'UTC'},
		testTimeout: 60_000,
		hookTimeout: 60_000,
		maxWorkers: 2,
		// Waits for a condition; how long it takes is the computer's matter.
		expect: {poll: {timeout: 30_000}},
	},
});
