import {platform} from 'node:os';
import {describe, expect, test} from 'vitest';
import {litestreams} from '../helpers/litestream.ts';
import {listRuns, proofCases, runCase} from './run-case.ts';

/** The part of `npm run test:proof` that `npm test` runs. */
const sample = listRuns(proofCases).filter(({each, version}) =>
	each.sample?.some(release => version.startsWith(release)),
);

const canRun = platform() === 'linux' && litestreams.some(({path}) => path !== undefined);

describe.skipIf(!canRun)('a sample of the faults', () => {
	test.concurrent.each(sample.map(run => ({name: run.each.name, version: run.version, run})))(
		'$name, Litestream $version',
		async ({run}) => {
			for (const {isRight, outcome, detail} of await runCase(run)) {
				expect(isRight, `${outcome.answer} [${outcome.truth}]: ${detail}`).toBe(true);
			}
		},
	);

	test.concurrent('a broken comparison is noticed: the rows tell what the check does not', async () => {
		const [run] = listRuns(proofCases.filter(({name}) => name === 'the newest object deleted'));
		if (!run) throw new Error('The case is missing.');
		// However many pages differ, none is counted.
		for (const judged of await runCase(run, 's/c += off\\[p\\]/c += 0/; s/if (np == n)/if (1)/')) {
			expect(judged).toMatchObject({outcome: {answer: 'proved', truth: 'other'}, isFalselyProved: true});
		}
	});
});
