import {configDefaults, defineConfig, mergeConfig} from 'vitest/config';
import full from './vitest.config.ts';

/** What takes minutes: whole setups in real programs, and the real Litestream. `e2e/smoke.test.ts` stands for it. */
const slow = ['e2e/!(smoke).test.ts', 'litestream/*.test.ts', 'recording/old-states.test.ts'];

export default mergeConfig(
	full,
	defineConfig({test: {exclude: [...configDefaults.exclude, ...slow], env: {PHXFLY_TESTS: 'fast'}}}),
);
