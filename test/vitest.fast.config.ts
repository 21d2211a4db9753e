import {configDefaults, defineConfig, mergeConfig} from 'vitest/config';
import full from './vitest.config.ts';

/** What takes minutes: whole setups in real programs. `e2e/smoke.test.ts` and the samples of `isFast` stand for it. */
const slow = [
	'e2e/!(smoke).test.ts',
	'faults/*.test.ts',
	'litestream/*.test.ts',
	'recording/old-states.test.ts',
	'checks/doctor/any-input.test.ts',
];

export default mergeConfig(
	full,
	defineConfig({test: {exclude: [...configDefaults.exclude, ...slow], env: {PHXFLY_TESTS: 'fast'}}}),
);
