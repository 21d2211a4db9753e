import {env} from 'node:process';

/** Whether this is `npm test`, which runs a sample of what `npm run test:full` runs whole. */
export const isFast = env.PHXFLY_TESTS === 'fast';
