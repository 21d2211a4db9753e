import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		root: 'test',
		include: ['**/*.test.ts', '**/*.test.tsx'],
		globalSetup: ['./helpers/build-once.ts'],
		env: {NO_COLOR: '1', FORCE_COLOR: '0', TZ: 'UTC'},
		testTimeout: 60_000,
		hookTimeout: 60_000,
		maxWorkers: 2,
		// Waits for a condition; how long it takes is the computer's matter.
		expect: {poll: {timeout: 30_000}},
	},
});
