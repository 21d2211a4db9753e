import {platform} from 'node:os';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {isFast} from '../../helpers/is-fast.ts';
import {listDifferences, listRowRuns} from './campaign.ts';
import {openProgram, type Program} from './program.ts';
import {runRow} from './run-row.ts';

/** Of `npm run test:proof -- --user`. `npm test` takes one row of it, without `drill` and `setup`. */
const sample = listRowRuns(({isUserSample}) => isUserSample === true).filter(
	({row, version}) => !isFast || (row.title.includes('SIGSTOP') && version.startsWith('0.5')),
);

describe.skipIf(platform() !== 'linux' || sample.length === 0)("a fault by the user's own commands", () => {
	let program: Program;
	beforeAll(async () => {
		program = await openProgram();
	});
	afterAll(() => program?.close());

	test.each(sample.map(run => ({title: run.row.title, version: run.version, run})))(
		'$title, Litestream $version',
		async ({run}) => {
			const {found, problems, isFalselyProved} = await runRow(run, program, {isShort: isFast});
			expect(problems, JSON.stringify(found, undefined, '\t')).toEqual([]);
			expect(isFalselyProved).toBe(false);
			expect(found.after).toBe('equal');
			expect(listDifferences(found)).toEqual([]);
		},
		200_000,
	);
});
